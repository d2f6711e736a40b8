internal import ChoiceModels
public import Learning
internal import Probability

/// Plans vendor by vendor: what each next one should sell us, given what is bought already.
///
/// Units that are bought stay and their cost is spent, so a new product is worth what it earns less what its customers would
/// have spent on what is there. Deciding in sequence costs something against deciding at once; the report says how much,
/// and how much depends on who comes first.
public struct VendorSequence: Sendable {
  /// What one vendor's turn came to.
  public struct Turn: Sendable {
    /// The vendor.
    public let vendor: String
    /// Units of the vendor's products.
    public let units: [Int: Int]
    /// Profit of everything bought so far, on common customers.
    public let profit: Double
  }

  /// The turns in order.
  public let turns: [Turn]

  /// Units of all products.
  public let units: [Int]

  /// Profit when all vendors are planned at once, on the same customers.
  public let profitAtOnce: Double

  /// Profit of the sequence.
  public var profit: Double { turns.last?.profit ?? 0 }

  /// What deciding in sequence costs.
  public var costOfSequence: Double { profitAtOnce - profit }

  /// Plans for vendors in an order; products without a vendor are planned with the first one.
  ///
  /// - Throws: `InvalidInput` when a vendor is unknown or missing; what planning throws.
  public init(
    _ request: PlanRequest, order: [String], planner: JointPlanner = JointPlanner(),
    on execution: Execution = Execution()
  ) throws {
    let vendors = Set(request.economics.compactMap(\.vendor))
    var problems = Violations(request.violations)
    problems.require(
      Set(order) == vendors && order.count == vendors.count, "vendor order",
      given: order.joined(separator: ", "),
      expected: "each of \(vendors.sorted().joined(separator: ", ")) once")
    try problems.throwIfAny()
    var planner = planner
    planner.computesBounds = false
    let n = request.chain.productCount
    let judge = try PreferenceBank(
      request.chain, demand: request.demand, paths: planner.selectionPaths(request.demand.mean),
      seed: planner.seed &+ 0x5EED, memoryLimit: planner.memoryLimit, on: execution)
    var units = request.committed ?? [Int](repeating: 0, count: n)
    var turns: [Turn] = []
    for (number, vendor) in order.enumerated() {
      var step = request
      let products = request.economics.indices.filter {
        request.economics[$0].vendor == vendor || number == 0 && request.economics[$0].vendor == nil
      }
      step.committed = units
      step.open = ProductSet(productCount: n, products.filter { units[$0] == 0 })
      // What must be carried is asked of the vendor who sells it.
      step.rules.mustCarry = request.rules.mustCarry.filter { products.contains($0) || units[$0] > 0 }
      units = try planner.plan(step, on: execution).units
      turns.append(
        Turn(
          vendor: vendor,
          units: Dictionary(uniqueKeysWithValues: products.filter { units[$0] > 0 }.map { ($0, units[$0]) }),
          profit: judge.profit(of: units, request.economics, threads: execution.threads).mean))
    }
    self.turns = turns
    self.units = units
    let atOnce = try planner.plan(request, on: execution).units
    profitAtOnce = judge.profit(of: atOnce, request.economics, threads: execution.threads).mean
  }
}
