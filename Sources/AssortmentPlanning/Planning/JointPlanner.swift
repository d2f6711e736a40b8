public import ChoiceModels
public import Learning

/// What is asked of the planner: how customers choose, what products cost, who comes, what must be kept.
public struct PlanRequest: Sendable {
  /// How customers choose. Whatever model this came from, the planner sees nothing else of it.
  public var chain: SubstitutionChain

  /// Economics of each product.
  public var economics: [ProductEconomics]

  /// How many customers come.
  public var demand: DemandForecast

  /// What the plan must keep.
  public var rules = PlanRules()

  /// Units that are bought already: their cost is spent whatever is decided, and they are not changed.
  public var committed: [Int]?

  /// Products that may be ordered where some units are committed; by default those without committed units.
  public var open: ProductSet?

  /// Creates a request without rules.
  public init(chain: SubstitutionChain, economics: [ProductEconomics], demand: DemandForecast) {
    self.chain = chain
    self.economics = economics
    self.demand = demand
  }

  /// Everything that is wrong with the request.
  public var violations: [Violation] {
    var found = Violations(demand.violations)
    let n = chain.productCount
    found.require(
      economics.count == n, "economics", given: "\(economics.count) products",
      expected: "\(n) as in the chain")
    for (i, product) in economics.enumerated() where found.all.count < 20 {
      found.append(contentsOf: product.violations("product \(i)"))
    }
    found.append(contentsOf: rules.violations(productCount: n))
    if let committed {
      found.require(
        committed.count == n && committed.allSatisfy { $0 >= 0 && $0 < Int(Int32.max) }, "committed units",
        given: "\(committed.count) numbers", expected: "\(n) numbers from 0 to 2^31 - 2")
    }
    if let open {
      found.require(
        open.productCount == n, "open products", given: "a set out of \(open.productCount)", expected: "\(n)")
    }
    return found.all
  }
}

/// Decides which products to carry and how many of each, before a season in which customers substitute what is sold out.
///
/// 1. Optimal stopping gives the assortment S* of a shop that never runs out and the bound T z on any plan.
/// 2. Starts: the scale-tuned newsvendor on S* (the baseline), the same on first wishes of all products, nothing.
/// 3. From each start, ascent by unit margins over all products on a part of the bank; then moves that need two steps -
///    exchanging one product's unit for another's, adding two - and restarts that drop a part of the plan, each followed by
///    ascent. The best results climb on the whole bank.
/// 4. The best result must beat the baseline on a second bank by more than two standard errors, paired; else the baseline
///    is the plan. What is reported comes from a third bank.
///
///     let report = try JointPlanner().plan(request)
///     report.units
public struct JointPlanner: Codable, Sendable, Equatable {
  /// How much work a plan is worth.
  public enum Effort: String, Codable, Sendable, CaseIterable {
    /// Half a million customers, ascent from the baseline.
    case quick
    /// Two million customers, every start, some exchanges and restarts.
    case normal
    /// Eight million customers and ten times the exchanges and restarts.
    case thorough

    var customers: Double {
      switch self {
      case .quick: 500_000
      case .normal: 2_000_000
      case .thorough: 8_000_000
      }
    }

    /// Exchanges and restarts, counted in evaluations of a part of the bank.
    var searchEvaluations: Int {
      switch self {
      case .quick: 0
      case .normal: 60
      case .thorough: 600
      }
    }
  }

  /// How much work a plan is worth.
  public var effort = Effort.normal

  /// Paths of the selection bank; nil for as many as the effort says, at least 200.
  public var paths: Int?

  /// Paths of the test bank; nil for twice the customers of the selection bank.
  public var testPaths: Int?

  /// Whether upper bounds by scenarios are computed beside T z.
  public var computesBounds = true

  /// Bytes that the lists of one bank may take.
  public var memoryLimit = 2 << 30

  /// Seed of all banks.
  public var seed: UInt64 = 0

  /// Creates the default planner.
  public init() {}

  /// What is out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(paths.map { $0 >= 1 } ?? true, "paths", given: paths ?? 0, expected: "1 or more")
    found.require(
      testPaths.map { $0 >= 2 } ?? true, "testPaths", given: testPaths ?? 0, expected: "2 or more")
    found.require(memoryLimit >= 1 << 20, "memoryLimit", given: memoryLimit, expected: "1048576 or more")
    return found.all
  }

  /// Paths of the selection bank for a number of expected customers.
  func selectionPaths(_ customers: Double) -> Int {
    paths ?? max(200, min(effort == .quick ? 2_000 : 20_000, Int(effort.customers / max(1, customers))))
  }

  /// Paths on which starts are compared and exchanges tried.
  func searchPaths(_ customers: Double) -> Int {
    let wanted = effort == .thorough ? 2_000_000.0 : 500_000
    return max(200, min(effort == .thorough ? 8_000 : 2_000, Int(wanted / max(1, customers))))
  }

  /// Makes a plan.
  ///
  /// - Throws: `InvalidInput` listing everything that is wrong with the request; `CancellationError`. Rules that no plan
  ///   keeps are a status of the report.
  public func plan(_ request: PlanRequest, on execution: Execution = Execution()) throws -> PlanReport {
    var problems = Violations(violations)
    problems.append(contentsOf: request.violations)
    try problems.throwIfAny()
    if let conflict = request.rules.conflict(request.economics) {
      return .infeasible(request, conflict: conflict)
    }
    var run = PlanningRun(self, request, execution)
    return try run.report()
  }

  /// The plan that the search finds best on its own selection bank, with that bank; what ``plan(_:on:)`` confirms and
  /// judges on other customers. For experiments: this profit is optimistic.
  ///
  /// - Throws: as ``plan(_:on:)``.
  public func selected(
    _ request: PlanRequest, on execution: Execution = Execution()
  ) throws -> (units: [Int], profit: Double, bank: PreferenceBank) {
    var problems = Violations(violations)
    problems.append(contentsOf: request.violations)
    try problems.throwIfAny()
    var run = PlanningRun(self, request, execution)
    return try run.selected()
  }
}
