internal import Learning
internal import Probability

extension SampleMembership {
  /// The sample membership with any number of benefits of three levels: 12 x 3^benefits states.
  ///
  /// - Throws: ``InvalidInput`` when there are more states than indices.
  public static func manyBenefits(
    _ benefits: Int, seed: UInt64 = 0
  ) throws -> (model: MembershipModel, theta: [Double], chains: EngagementChains) {
    let names = (0..<benefits).map { "benefit\($0)" }
    var document = document
    if case .object(var root) = document, case .array(let blocks)? = root["blocks"],
      case .array(let features)? = root["features"], let regime = blocks.last
    {
      root["blocks"] = .array(
        names.map { name in
          .object([
            "name": .string(name), "by": .string("class"),
            "components": .array([.object(["name": .string(name), "levels": .integer(3)])]),
          ])
        } + [regime])
      root["features"] = .array(
        names.map { .object(["name": .string($0), "kind": .string("flow"), "component": .string($0)]) }
          + features.suffix(3))
      document = .object(root)
    }
    var generator = SeededGenerator(seed: seed)
    func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * generator.uniform() }
    var chains = ["regime": ["always": [[0.985, 0.015], [0.015, 0.985]]]]
    for name in names {
      chains[name] = [
        "member": EngagementChains.ladder(levels: 3, up: between(0.08, 0.22), down: between(0.06, 0.16)),
        "outside": EngagementChains.ladder(levels: 3, up: between(0.01, 0.06), down: between(0.25, 0.45)),
      ]
    }
    let slope = benefits > 1 ? 0.25 / Double(benefits - 1) : 0
    let theta = (0..<benefits).map { (0.3 - slope * Double($0)) * 3 / Double(benefits) } + [0.1, 0.06, 2]
    return (try MembershipModel(document), theta, EngagementChains(chains))
  }
}
