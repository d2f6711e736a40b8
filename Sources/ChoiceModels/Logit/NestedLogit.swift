internal import Glibc
public import Learning

/// Estimates a nested logit of one level from sales while different sets were on offer.
///
/// `P(j | S) = W_m^lambda_m / (v_0 + sum over nests of W^lambda) * v_j / W_m`, W_m the sum of attractions v on offer in j's
/// nest m (D. McFadden: "Modelling the choice of residential location", 1978). The dissimilarity lambda in (0, 1] says how
/// little the products of a nest take each other's place: 1 is the logit. The likelihood is climbed by quasi-Newton steps
/// from the logit; it may have several maxima, and the status tells only that one was reached.
///
///     let model = try NestedLogit(nests: [0, 0, 1]).fit(sales)
public struct NestedLogit: Estimator {
  /// The nest of each product, 0 or more; a product of its own nest has dissimilarity 1.
  public var nests: [Int]

  /// Largest slope of the mean log-likelihood at which to stop, above 0.
  public var tolerance = 1e-8

  /// Most steps, 1 or more.
  public var maximumSteps = 2_000

  /// Least dissimilarity, above 0 and below 1: below it a nest's products are as good as the same.
  public var leastDissimilarity = 0.05

  /// Creates the default recipe for nests.
  public init(nests: [Int]) { self.nests = nests }

  /// What is out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(
      nests.allSatisfy { $0 >= 0 && $0 <= nests.count }, "nests",
      given: "a number outside 0...\(nests.count)",
      expected: "0 to the number of products")
    found.require(
      tolerance > 0 && tolerance < 1, "tolerance", given: tolerance, expected: "above 0 and below 1")
    found.require(maximumSteps >= 1, "maximumSteps", given: maximumSteps, expected: "1 or more")
    found.require(
      leastDissimilarity > 0 && leastDissimilarity < 1, "leastDissimilarity", given: leastDissimilarity,
      expected: "above 0 and below 1")
    return found.all
  }

  /// Learns attractions and dissimilarities; a product that was never bought gets attraction 0.
  ///
  /// - Throws: `InvalidInput`; `CancellationError`.
  /// - Complexity: O(size of all offer sets + products^2) a step
  public func fit(_ sales: SalesWithOffers, on execution: Execution) throws -> NestedLogitModel {
    var problems = Violations(violations)
    problems.append(contentsOf: sales.violations())
    problems.require(
      nests.count == sales.productCount, "nests", given: "\(nests.count) products",
      expected: "\(sales.productCount) as in the sales")
    try problems.throwIfAny()
    let likelihood = NestedLikelihood(self, sales)
    var steps = QuasiNewton(start: likelihood.start, likelihood.evaluate)
    var status = SolveStatus.iterationLimit
    for step in 0..<maximumSteps {
      if step % 16 == 0 {
        execution.progress.report(ProgressEvent(stage: "nested logit", completed: step, total: nil))
        try execution.cancellation.check()
      }
      if steps.slope < tolerance || !steps.advance(likelihood.evaluate) {
        status = .converged
        break
      }
    }
    try execution.cancellation.check()
    return likelihood.model(at: steps.point, status)
  }
}

/// A nested logit of one level.
public struct NestedLogitModel: ChoicePredictor, Equatable, Codable {
  /// Attraction of each product, v.
  public let attractions: [Double]
  /// The nest of each product.
  public let nests: [Int]
  /// Dissimilarity of each nest, above 0 and at most 1.
  public let dissimilarities: [Double]
  /// Attraction of buying nothing; 0 for a model that is conditional on purchase.
  public let outsideAttraction: Double
  /// ``SolveStatus/converged`` where no step raised the likelihood any more.
  public let status: SolveStatus

  /// How many products there are.
  public var productCount: Int { attractions.count }

  /// Choice probabilities; 0 of everything where nothing attractive is on offer.
  public func probabilities(offered: ProductSet) -> [Double] {
    var sums = [Double](repeating: 0, count: dissimilarities.count)
    for j in attractions.indices where offered.contains(j) { sums[nests[j]] += attractions[j] }
    let powers = zip(sums, dissimilarities).map { $0 > 0 ? pow($0, $1) : 0 }
    let total = powers.reduce(outsideAttraction, +)
    return attractions.indices.map { j in
      guard offered.contains(j), attractions[j] > 0 else { return 0 }
      return powers[nests[j]] / total * attractions[j] / sums[nests[j]]
    }
  }
}

extension NestedLogitModel: Predictor {
  /// Choice probabilities for an offer set of this model's products.
  ///
  /// - Throws: `InvalidInput` when the set is of another number of products.
  public func predict(_ query: ProductSet) throws -> [Double] {
    try query.check(productCount: productCount)
    return probabilities(offered: query)
  }
}

/// The mean log-likelihood of sales in log-attractions and, for nests of several products, the logit of dissimilarity.
private struct NestedLikelihood {
  private let recipe: NestedLogit
  private let sales: SalesWithOffers
  private let nestCount: Int
  /// The place of each product's log-attraction among the unknowns; nil where it is fixed.
  private let place: [Int?]
  private let placeOfNest: [Int?]
  private let isBought: [Bool]
  private let unknowns: Int
  let start: [Double]

  init(_ recipe: NestedLogit, _ sales: SalesWithOffers) {
    self.recipe = recipe
    self.sales = sales
    let totals = sales.productTotals
    isBought = totals.map { $0 > 0 }
    nestCount = (recipe.nests.max() ?? -1) + 1
    // Where buying nothing is not recorded, the most popular product is what others are compared with.
    let reference = sales.recordsNoPurchase ? nil : totals.indices.max { totals[$0] < totals[$1] }
    var (next, start) = (0, [Double]())
    place = totals.indices.map { j in
      guard totals[j] > 0, j != reference else { return nil }
      start.append(log(totals[j] / max(1, sales.withoutPurchase)))
      next += 1
      return next - 1
    }
    var members = [Int](repeating: 0, count: nestCount)
    for j in totals.indices where totals[j] > 0 { members[recipe.nests[j]] += 1 }
    placeOfNest = members.map { count in
      guard count > 1 else { return nil }
      start.append(2)
      next += 1
      return next - 1
    }
    (unknowns, self.start) = (next, start)
  }

  private func attractions(_ x: [Double]) -> [Double] {
    place.indices.map { j in isBought[j] ? exp(place[j].map { x[$0] } ?? 0) : 0 }
  }

  private func dissimilarities(_ x: [Double]) -> [Double] {
    let least = recipe.leastDissimilarity
    return placeOfNest.map { $0.map { least + (1 - least) / (1 + exp(-x[$0])) } ?? 1 }
  }

  func model(at x: [Double], _ status: SolveStatus) -> NestedLogitModel {
    NestedLogitModel(
      attractions: attractions(x), nests: recipe.nests, dissimilarities: dissimilarities(x),
      outsideAttraction: sales.recordsNoPurchase ? 1 : 0, status: status)
  }

  /// Value and gradient.
  func evaluate(_ x: [Double]) -> (value: Double, gradient: [Double]) {
    let (v, lambda) = (attractions(x), dissimilarities(x))
    var (value, gradient) = (0.0, [Double](repeating: 0, count: unknowns))
    let scale = 1 / sales.total
    var (sums, sold) = ([Double](repeating: 0, count: nestCount), [Double](repeating: 0, count: nestCount))
    for group in sales.groups {
      for m in 0..<nestCount { (sums[m], sold[m]) = (0, 0) }
      for (j, count) in zip(group.offered, group.counts) {
        sums[recipe.nests[j]] += v[j]
        sold[recipe.nests[j]] += count
      }
      let powers = (0..<nestCount).map { sums[$0] > 0 ? pow(sums[$0], lambda[$0]) : 0 }
      let total = powers.reduce(sales.recordsNoPurchase ? 1 : 0, +)
      guard total > 0 else { continue }
      let customers = sales.recordsNoPurchase ? group.total : group.total - group.withoutPurchase
      value -= scale * customers * log(total)
      for m in 0..<nestCount where sums[m] > 0 {
        value += scale * (lambda[m] - 1) * sold[m] * log(sums[m])
        guard let k = placeOfNest[m] else { continue }
        let slope = log(sums[m]) * (sold[m] - customers * powers[m] / total)
        let least = recipe.leastDissimilarity
        gradient[k] += scale * slope * (lambda[m] - least) * (1 - lambda[m]) / (1 - least)
      }
      for (j, count) in zip(group.offered, group.counts) where v[j] > 0 {
        let m = recipe.nests[j]
        value += scale * count * log(v[j])
        guard let k = place[j] else { continue }
        let share = v[j] / sums[m]
        gradient[k] +=
          scale
          * (count + (lambda[m] - 1) * sold[m] * share - customers * lambda[m] * powers[m] / total * share)
      }
    }
    return (value, gradient)
  }
}
