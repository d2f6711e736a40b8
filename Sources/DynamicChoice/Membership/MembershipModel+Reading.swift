public import Learning

extension MembershipModel {
  /// Reads a model of `"kind": "membership"`.
  ///
  /// - Throws: ``InvalidInput`` listing everything that is wrong.
  public init(_ document: JSONValue) throws {
    var root = ModelFields(document, at: "")
    let discount = ChoiceModelFile.discount(&root, allowsOne: false)
    var status = root.object("status")
    let statuses = status.texts("levels")
    let names = root.objects("actions").map { fields in
      var fields = fields
      return fields.text("name", default: "")
    }
    let blocks = Self.blocks(&root)
    let plans = Self.plans(&root, &status, statuses: statuses)
    let components = blocks.flatMap(\.components)
    Self.requireDifferent(components.map(\.name) + ["status"], "blocks", &root)
    let cells = FactoredTransitions.product(blocks.map(\.levels) + [max(1, statuses.count)])
    if cells == nil {
      root.fail("blocks", given: "more than 2147483647 states", expected: "at most 2147483647 states")
    }
    var anchor = root.object("anchor")
    let anchorName = anchor.text("action")
    let anchorReward = anchor.number("reward", default: 0)
    if !anchorName.isEmpty, !names.contains(anchorName) {
      anchor.fail("action", given: anchorName, expected: "one of \(names.joined(separator: ", "))")
    }
    root.take(anchor)
    root.take(status)
    let fees = Self.fees(&root, plans: plans, components: components)
    let features = Self.features(&root, statuses: statuses, components: components)
    var early = false
    if case .bool(let value)? = root.value("early_cancel") { early = value }
    try root.problems.throwIfAny()
    self.init(
      discount: discount, statuses: statuses, blocks: blocks, plans: plans,
      anchorPlan: names.firstIndex(of: anchorName) ?? 0, anchorReward: anchorReward, fees: fees,
      features: features, allowsEarlyCancellation: early)
  }

  private static func requireDifferent(_ names: [String], _ key: String, _ root: inout ModelFields) {
    let twice = Set(names.filter { name in names.count { $0 == name } > 1 }).sorted()
    if !twice.isEmpty {
      root.fail(key, given: "the name \(twice.joined(separator: ", ")) twice", expected: "different names")
    }
  }

  private static func blocks(_ root: inout ModelFields) -> [Block] {
    root.objects("blocks").map { fields in
      var fields = fields
      let components = fields.objects("components").map { part in
        var part = part
        let name = part.text("name")
        var cuts: [Double]?
        var levels = 0
        if case .object? = part.value("levels") {
          var inner = part.object("levels")
          let numbers = inner.numbers("cut")
          if numbers != numbers.sorted() || Set(numbers).count != numbers.count {
            inner.fail("cut", given: "\(numbers)", expected: "ascending numbers")
          }
          part.take(inner)
          (cuts, levels) = (numbers, numbers.count + 1)
        } else {
          levels = part.integer("levels", in: 1...10_000)
        }
        fields.take(part)
        return Component(name: name, levels: max(1, levels), cuts: cuts)
      }
      if components.isEmpty { fields.fail("components", given: "nothing", expected: "1 component or more") }
      let by = fields.text("by", default: "class")
      if by != "class", by != "always" { fields.fail("by", given: by, expected: "class or always") }
      let joint = FactoredTransitions.product(components.map(\.levels))
      if joint.map({ $0 > 2000 }) ?? true {
        fields.fail("components", given: "more than 2000 joint levels", expected: "at most 2000 in one block")
      }
      let name = fields.text("name")
      root.take(fields)
      return Block(
        name: name, components: joint == nil ? [] : components, dependsOnClass: by == "class")
    }
  }

  private static func plans(
    _ root: inout ModelFields, _ status: inout ModelFields, statuses: [String]
  ) -> [Plan] {
    var next = status.object("next")
    let plans = root.objects("actions").map { fields in
      var fields = fields
      let name = fields.text("name")
      let months = fields.integer("months", in: 1...1200, default: 1)
      let kind = fields.text("class")
      if !kind.isEmpty, !classes.contains(kind) {
        fields.fail("class", given: kind, expected: classes.joined(separator: " or "))
      }
      let following = name.isEmpty ? [] : next.numbers(name)
      let places = following.compactMap { Int(exactly: $0) }
      if !following.isEmpty,
        places.count != statuses.count || !places.allSatisfy({ statuses.indices.contains($0) })
      {
        next.fail(
          name, given: "\(following.count) numbers",
          expected: "\(statuses.count) status numbers from 0 to \(max(0, statuses.count - 1))")
      }
      root.take(fields)
      return Plan(
        name: name, months: months, isMember: kind == "member",
        next: places.count == statuses.count ? places : statuses.map { _ in 0 })
    }
    requireDifferent(plans.map(\.name) + ["locked"], "actions", &root)
    if plans.count < 2 { root.fail("actions", given: "\(plans.count)", expected: "2 or more") }
    status.take(next)
    return plans
  }

  private static func fees(_ root: inout ModelFields, plans: [Plan], components: [Component]) -> Fees {
    guard root.has("fees") else { return Fees(component: nil, byPlan: [:]) }
    var fields = root.object("fees")
    var component: String?
    var levels = 1
    if fields.has("component") {
      let name = fields.text("component")
      if let found = components.first(where: { $0.name == name }) {
        (component, levels) = (name, found.levels)
      } else {
        fields.fail(
          "component", given: name,
          expected: "one of \(components.map(\.name).joined(separator: ", "))")
      }
    }
    var byPlan: [String: [Double]] = [:]
    for name in fields.keys where name != "component" {
      guard plans.contains(where: { $0.name == name }) else {
        fields.fail(
          name, given: "an unknown plan", expected: "one of \(plans.map(\.name).joined(separator: ", "))")
        continue
      }
      let values = fields.numbers(name)
      if values.count != levels {
        fields.fail(name, given: "\(values.count) fees", expected: "\(levels), one for each level")
      }
      byPlan[name] = values
    }
    root.take(fields)
    return Fees(component: component, byPlan: byPlan)
  }

  private static func features(
    _ root: inout ModelFields, statuses: [String], components: [Component]
  ) -> [Feature] {
    let features = root.objects("features").map { fields in
      var fields = fields
      let name = fields.text("name")
      var kind = Feature.Kind.fee
      switch fields.text("kind") {
      case "flow":
        let component = fields.has("component") ? fields.text("component") : nil
        if let component, !components.contains(where: { $0.name == component }) {
          fields.fail(
            "component", given: component,
            expected: "one of \(components.map(\.name).joined(separator: ", "))")
        }
        kind = .flow(component: component)
      case "fee": kind = .fee
      case "once":
        let status = fields.text("status")
        if !statuses.contains(status) {
          fields.fail("status", given: status, expected: "one of \(statuses.joined(separator: ", "))")
        }
        kind = .once(status: statuses.firstIndex(of: status) ?? 0)
      case let other: fields.fail("kind", given: other, expected: "flow, fee or once")
      }
      root.take(fields)
      return Feature(name: name, kind: kind)
    }
    requireDifferent(features.map(\.name), "features", &root)
    return features
  }
}
