public import Learning

/// A change whose consequences are asked for.
public struct CounterfactualCase: Sendable, Equatable {
  /// What kind of change it is.
  public enum Kind: String, Codable, Sendable {
    /// I: fees, or benefits worth more or less.
    case rewards = "I"
    /// II: engagement moves otherwise.
    case dynamics = "II"
    /// III: plans that are not offered any more, or new ones.
    case plans = "III"
  }

  /// A shift of a chain: probability that moves from staying to the next level, or to the one below.
  public struct Shift: Sendable, Equatable {
    /// The block.
    public var block: String
    /// The class whose chain moves.
    public var kind: String
    /// More probability of the next level.
    public var up: Double
    /// More probability of the level below.
    public var down: Double

    /// Creates a shift.
    public init(block: String, kind: String, up: Double, down: Double = 0) {
      (self.block, self.kind, self.up, self.down) = (block, kind, up, down)
    }
  }

  /// A new plan.
  public struct NewPlan: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Months until the next choice.
    public var months: Int
    /// Its fee.
    public var fee: Double
    /// The plan whose class and following status it has.
    public var like: String

    /// Creates a plan.
    public init(name: String, months: Int, fee: Double, like: String) {
      (self.name, self.months, self.fee, self.like) = (name, months, fee, like)
    }
  }

  /// What the case is called.
  public let name: String
  /// Factors of parameters by feature.
  public var scale: [String: Double] = [:]
  /// Dollars added to the fees of plans.
  public var fees: [String: Double] = [:]
  /// Chains that move.
  public var shifts: [Shift] = []
  /// Plans that are not offered.
  public var dropped: [String] = []
  /// Plans that are new.
  public var added: [NewPlan] = []

  /// Creates a case without a change.
  public init(_ name: String) { self.name = name }

  /// What kind of change it is: the highest that applies.
  public var kind: Kind {
    if !dropped.isEmpty || !added.isEmpty { return .plans }
    return shifts.isEmpty ? .rewards : .dynamics
  }

  /// Reads a list of cases.
  ///
  /// - Throws: ``InvalidInput`` listing everything that is wrong, also what the model does not have.
  public static func read(_ document: JSONValue, for model: MembershipModel) throws -> [CounterfactualCase] {
    guard case .array(let values) = document else {
      throw InvalidInput("cases", given: document.kind, expected: "a list of cases")
    }
    var problems = Violations()
    let cases = values.enumerated().map { place, value -> CounterfactualCase in
      var fields = ModelFields(value, at: "cases[\(place)]")
      let found = CounterfactualCase(&fields, model)
      problems.append(contentsOf: fields.problems.all)
      return found
    }
    problems.require(
      Set(cases.map(\.name)).count == cases.count, "cases", given: "a name that comes twice",
      expected: "different names")
    try problems.throwIfAny()
    return cases
  }

  private init(_ fields: inout ModelFields, _ model: MembershipModel) {
    self.init(fields.text("name"))
    let plans = model.plans.map(\.name)
    let known = ["name", "scale", "fees", "chains", "drop", "add"]
    for key in fields.keys where !known.contains(key) {
      fields.fail(key, given: "an unknown field", expected: known.joined(separator: ", "))
    }
    scale = Self.table("scale", &fields, names: model.features.map(\.name))
    fees = Self.table("fees", &fields, names: model.fees.byPlan.keys.sorted())
    if fields.has("chains") {
      var inner = fields.object("chains")
      for key in inner.keys {
        guard let block = model.blocks.first(where: { $0.name == key }) else {
          inner.fail(
            key, given: "an unknown block",
            expected: "one of \(model.blocks.map(\.name).joined(separator: ", "))")
          continue
        }
        var shift = inner.object(key)
        let kind = shift.text("class", default: block.classes[0])
        if !block.classes.contains(kind) {
          shift.fail("class", given: kind, expected: block.classes.joined(separator: " or "))
        }
        if block.components.count > 1 {
          shift.fail("", given: "a block of several components", expected: "a block of one component")
        }
        shifts.append(
          Shift(
            block: key, kind: kind, up: shift.number("up", default: 0), down: shift.number("down", default: 0)
          ))
        inner.take(shift)
      }
      fields.take(inner)
    }
    if fields.has("drop") {
      dropped = fields.texts("drop")
      let anchor = plans[model.anchorPlan]
      for name in dropped where !plans.contains(name) || name == anchor {
        fields.fail("drop", given: name, expected: "plans of the model other than \(anchor)")
      }
    }
    if fields.has("add") {
      added = fields.objects("add").map { part in
        var part = part
        let plan = NewPlan(
          name: part.text("name"), months: part.integer("months", in: 1...1200), fee: part.number("fee"),
          like: part.text("like"))
        if plans.contains(plan.name) { part.fail("name", given: plan.name, expected: "a new name") }
        if !plans.contains(plan.like) {
          part.fail("like", given: plan.like, expected: "one of \(plans.joined(separator: ", "))")
        }
        fields.take(part)
        return plan
      }
    }
  }

  private static func table(_ key: String, _ fields: inout ModelFields, names: [String]) -> [String: Double] {
    guard fields.has(key) else { return [:] }
    var inner = fields.object(key)
    var table: [String: Double] = [:]
    for name in inner.keys {
      table[name] = inner.number(name)
      if !names.contains(name) {
        inner.fail(name, given: "an unknown name", expected: "one of \(names.joined(separator: ", "))")
      }
    }
    fields.take(inner)
    return table
  }
}
