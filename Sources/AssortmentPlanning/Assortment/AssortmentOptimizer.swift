public import ChoiceModels
public import Learning

/// What a static assortment must keep, when nothing that is offered runs out.
public struct AssortmentRequest: Sendable {
  /// How customers choose.
  public var chain: SubstitutionChain
  /// What a sale of each product earns.
  public var netRevenue: [Double]
  /// Most products on offer.
  public var maximumProducts: Int?
  /// Weight of each product, where there is a limit.
  public var weights: [Double]?
  /// Most weight on offer.
  public var weightLimit: Double?
  /// Cost of offering each product, for one customer.
  public var fixedCosts: [Double]?
  /// Products that are offered in any case.
  public var mustCarry: [Int] = []
  /// Products that are not offered.
  public var excluded: [Int] = []
  /// Limits within groups; an exclusive pair is a group of two with limit 1.
  public var groups: [PlanRules.Group] = []

  /// Creates a request without limits.
  public init(chain: SubstitutionChain, netRevenue: [Double]) {
    self.chain = chain
    self.netRevenue = netRevenue
  }

  /// Everything that is wrong with the request.
  public var violations: [Violation] {
    let n = chain.productCount
    var rules = PlanRules()
    (rules.maximumProducts, rules.mustCarry, rules.excluded, rules.groups) = (
      maximumProducts, mustCarry, excluded, groups
    )
    var found = Violations(rules.violations(productCount: n))
    for (name, values) in [
      ("net revenue", netRevenue), ("weights", weights ?? []), ("fixed costs", fixedCosts ?? []),
    ]
    where name == "net revenue" || !values.isEmpty {
      found.require(
        values.count == n, name, given: "\(values.count) products", expected: "\(n) as in the chain")
      found.require(values.allSatisfy(\.isFinite), name, given: "NaN or infinity", expected: "finite numbers")
    }
    found.require(
      (weights ?? []).allSatisfy { $0 >= 0 } && (fixedCosts ?? []).allSatisfy { $0 >= 0 },
      "weights, fixed costs",
      given: "a negative number", expected: "0 or more")
    found.require(
      weightLimit.map { $0 >= 0 } ?? true, "weight limit", given: weightLimit ?? 0, expected: "0 or more")
    return found.all
  }

  /// Whether what is offered may be chosen freely.
  var isFree: Bool {
    maximumProducts == nil && weightLimit == nil && (fixedCosts ?? []).allSatisfy { $0 == 0 }
      && groups.isEmpty
  }

  /// Whether a set keeps every rule.
  public func allows(_ products: ProductSet) -> Bool {
    if let maximumProducts, products.count > maximumProducts { return false }
    if let weights, let weightLimit, products.products.reduce(0, { $0 + weights[$1] }) > weightLimit + 1e-9 {
      return false
    }
    if mustCarry.contains(where: { !products.contains($0) })
      || excluded.contains(where: { products.contains($0) })
    {
      return false
    }
    return groups.allSatisfy { group in
      Set(group.products).filter { products.contains($0) }.count <= group.limit
    }
  }

  /// Expected net revenue of one customer less fixed costs.
  public func value(of products: ProductSet) -> Double {
    zip(netRevenue, chain.probabilities(offered: products)).reduce(-cost(of: products)) { $0 + $1.0 * $1.1 }
  }

  func cost(of products: ProductSet) -> Double {
    fixedCosts.map { costs in products.products.reduce(0) { $0 + costs[$1] } } ?? 0
  }
}

/// A static assortment with a bound on what any other could earn.
public struct AssortmentReport: Sendable {
  /// ``SolveStatus/optimal`` where value and bound meet, ``SolveStatus/improved`` where the gap is known,
  /// ``SolveStatus/infeasible`` where no assortment keeps the rules.
  public let status: SolveStatus
  /// The rules that exclude each other.
  public let conflict: RuleConflict?
  /// What to offer.
  public let products: ProductSet
  /// Expected net revenue of one customer less fixed costs.
  public let value: Double
  /// No assortment that keeps the rules earns more.
  public let bound: Double

  /// How far the value may be from the best, in percent of the bound.
  public var gapPercent: Double { bound > 0 ? max(0, 100 * (1 - value / bound)) : 0 }
}

/// Chooses what to offer under limits, when nothing that is offered runs out.
///
/// Without limits optimal stopping is exact. With limits, whose optimum is hard to approximate already for a number of
/// products (A. Desir, V. Goyal, D. Segev, C. Ye, 2020), products are added, dropped and exchanged while the exact change
/// of revenue is positive. The bound is Lagrangian: when offering i costs mu_i a sale, optimal stopping bounds the rest,
/// `lambda g(r - mu) + max over allowed z of sum (mu_i R_i - f_i) z_i`, R_i the probability that a customer ever reaches i;
/// mu is improved by subgradients.
///
///     var request = AssortmentRequest(chain: chain, netRevenue: margins)
///     request.maximumProducts = 40
///     let report = try AssortmentOptimizer().optimize(request)
public struct AssortmentOptimizer: Codable, Sendable, Equatable {
  /// Subgradient steps of the bound, 0 or more.
  public var boundSteps = 300

  /// Creates the default.
  public init() {}

  /// Chooses an assortment.
  ///
  /// - Throws: `InvalidInput` listing everything that is wrong; `CancellationError`. Rules that exclude each other are a
  ///   status.
  public func optimize(_ request: AssortmentRequest, on execution: Execution = Execution()) throws
    -> AssortmentReport
  {
    var problems = Violations(request.violations)
    problems.require(boundSteps >= 0, "boundSteps", given: boundSteps, expected: "0 or more")
    try problems.throwIfAny()
    let n = request.chain.productCount
    let least = ProductSet(productCount: n, request.mustCarry)
    guard request.allows(least) else {
      return AssortmentReport(
        status: .infeasible, conflict: Self.conflict(request, least), products: .none(n), value: 0, bound: 0)
    }
    if request.isFree {
      var revenue = request.netRevenue
      for product in request.excluded { revenue[product] = -1 }
      let best = request.chain.optimalAssortment(netRevenue: revenue, forced: least)
      return AssortmentReport(
        status: best.status == .converged ? .optimal : .improved, conflict: nil, products: best.products,
        value: best.value.lowerBound, bound: best.value.upperBound)
    }
    var search = AssortmentSearch(request)
    try search.run(from: least, execution.cancellation)
    try search.run(from: search.pruned(), execution.cancellation)
    let bound = try AssortmentBound(request).minimise(
      lower: search.value, steps: boundSteps, execution.cancellation)
    return AssortmentReport(
      status: bound - search.value <= 1e-9 * max(1, bound) ? .optimal : .improved, conflict: nil,
      products: search.products, value: search.value, bound: max(bound, search.value))
  }

  private static func conflict(_ request: AssortmentRequest, _ least: ProductSet) -> RuleConflict {
    let must = least.products
    let weight = must.reduce(0) { $0 + (request.weights?[$1] ?? 0) }
    return PlanRules.conflict(must, request.excluded, request.maximumProducts, request.groups)
      ?? .space(needed: weight, most: request.weightLimit ?? 0)
  }
}
