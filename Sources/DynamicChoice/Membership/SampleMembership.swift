public import Learning

/// A membership with known truth: three benefits, a price regime, monthly and annual plans. Prices are invented.
public enum SampleMembership {
  /// The model file.
  public static let document: JSONValue = {
    func texts(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
    func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }
    func whole(_ values: [Int64]) -> JSONValue { .array(values.map { .integer($0) }) }
    func block(_ name: String, levels: Int64, by: String) -> JSONValue {
      .object([
        "name": .string(name), "by": .string(by),
        "components": .array([.object(["name": .string(name), "levels": .integer(levels)])]),
      ])
    }
    func plan(_ name: String, months: Int64, kind: String) -> JSONValue {
      .object(["name": .string(name), "months": .integer(months), "class": .string(kind)])
    }
    func feature(_ name: String, _ kind: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
      .object(more.merging(["name": .string(name), "kind": .string(kind)]) { $1 })
    }
    return .object([
      "kind": .string("membership"), "discount": .number(0.99),
      "status": .object([
        "levels": texts(["N", "M1", "M2", "M3", "A1", "A2"]),
        "next": .object([
          "none": whole([0, 0, 0, 0, 0, 0]), "monthly": whole([1, 2, 3, 3, 3, 3]),
          "annual": whole([4, 4, 5, 5, 5, 5]),
        ]),
      ]),
      "blocks": .array(
        benefits.map { block($0, levels: 3, by: "class") } + [block("regime", levels: 2, by: "always")]),
      "actions": .array([
        plan("none", months: 1, kind: "outside"), plan("monthly", months: 1, kind: "member"),
        plan("annual", months: 12, kind: "member"),
      ]),
      "anchor": .object(["action": .string("none"), "reward": .number(0)]),
      "fees": .object([
        "component": .string("regime"), "monthly": numbers([12.99, 14.99]), "annual": numbers([119, 139]),
      ]),
      "features": .array(
        benefits.map { feature($0, "flow", ["component": .string($0)]) } + [
          feature("base", "flow"), feature("price", "fee"), feature("join", "once", ["status": .string("N")]),
        ]),
    ])
  }()

  private static let benefits = ["ship", "video", "music"]

  /// The true parameters: ship, video, music, base, price, join.
  public static let theta = [0.30, 0.20, 0.10, 0.10, 0.06, 2.0]

  /// The true chains.
  public static let chains: EngagementChains = {
    let members = [(0.20, 0.08), (0.15, 0.12), (0.10, 0.15)]
    let outsiders = [(0.05, 0.30), (0.02, 0.40), (0.02, 0.40)]
    var chains: [String: [String: [[Double]]]] = [:]
    for (k, name) in benefits.enumerated() {
      chains[name] = [
        "member": EngagementChains.ladder(levels: 3, up: members[k].0, down: members[k].1),
        "outside": EngagementChains.ladder(levels: 3, up: outsiders[k].0, down: outsiders[k].1),
      ]
    }
    chains["regime"] = ["always": [[0.985, 0.015], [0.015, 0.985]]]
    return EngagementChains(chains)
  }()

  /// A simulator of the truth.
  ///
  /// - Throws: never for the built-in truth.
  public static func simulator() throws -> MembershipSimulator {
    try MembershipSimulator(model: MembershipModel(document), theta: theta, chains: chains)
  }
}
