internal import Glibc
public import Learning
internal import LinearAlgebra

/// Estimates from shown result lists what makes customers buy, also for products that were never shown.
///
/// `P(buy j at position l | list) = e^(-d l) v_j / (1 + sum e^(-d l') v_j')`, `log v = a_category + b relevance - g log price
/// + q_product`, with a ridge on q: a new product has q = 0 and the worth of its category, relevance and price. Newton's
/// method; every second derivative of a list concerns the products on it only.
public struct PurchaseStep: Estimator {
  /// Weight of the squared product effects q, above 0.
  public var ridge = 1.0

  /// Largest component of the mean gradient at which to stop, above 0.
  public var tolerance = 1e-9

  /// Most Newton steps, 1 or more.
  public var maximumSteps = 50

  /// Creates the default recipe.
  public init() {}

  /// What is out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(ridge > 0 && ridge.isFinite, "ridge", given: ridge, expected: "above 0")
    found.require(
      tolerance > 0 && tolerance < 1, "tolerance", given: tolerance, expected: "above 0 and below 1")
    found.require(maximumSteps >= 1, "maximumSteps", given: maximumSteps, expected: "1 or more")
    return found.all
  }

  /// Learns the worth of categories, relevance, price, positions and products.
  ///
  /// - Throws: `InvalidInput`; `CancellationError`.
  /// - Complexity: O(lists shown^2 + products^3) a step
  public func fit(_ data: ShownLists, on execution: Execution) throws -> PurchaseStepModel {
    var problems = Violations(violations)
    problems.require(!data.lists.isEmpty, "lists", given: "no row", expected: "one or more")
    problems.require(
      data.categories.count <= 10_000, "products", given: data.categories.count, expected: "10000 or fewer")
    try problems.throwIfAny()
    let categories = (data.categories.max() ?? -1) + 1
    var theta = [Double](repeating: 0, count: categories + 3 + data.categories.count)
    for k in 0..<3 { theta[categories + k] = k < 2 ? 0.5 : 0.1 }
    var point = PurchaseCurvature(data, theta, categories: categories, ridge: ridge)
    var status = SolveStatus.iterationLimit
    for step in 0..<maximumSteps {
      execution.progress.report(
        ProgressEvent(
          stage: "purchase step", completed: step, total: nil, figure: ("log-likelihood", point.value)))
      try execution.cancellation.check()
      if point.gradient.allSatisfy({ abs($0) < tolerance * Double(data.lists.count) }) {
        status = .converged
        break
      }
      // Categories without a list have no curvature of their own.
      var matrix = point.information
      matrix.addToDiagonal(1e-9)
      guard let direction = CholeskyFactor(matrix)?.solve(point.gradient) else {
        status = .notIdentified
        break
      }
      var (share, moved) = (1.0, false)
      while share > 1e-6, !moved {
        let next = zip(theta, direction).map { $0 + share * $1 }
        let reached = PurchaseCurvature(data, next, categories: categories, ridge: ridge)
        if reached.value >= point.value - 1e-12 * abs(point.value) {
          (theta, point, moved) = (next, reached, true)
        }
        share /= 2
      }
      if !moved { break }
    }
    return PurchaseStepModel(
      categoryWorth: Array(theta[..<categories]), relevanceWorth: theta[categories],
      priceSensitivity: theta[categories + 1], positionDecay: theta[categories + 2],
      productWorth: Array(theta[(categories + 3)...]), categories: data.categories, logPrices: data.logPrices,
      status: status)
  }
}

/// What makes customers buy.
public struct PurchaseStepModel: Sendable, Equatable, Codable {
  /// a: worth of each category.
  public let categoryWorth: [Double]
  /// b: worth of relevance.
  public let relevanceWorth: Double
  /// g: what a higher price costs.
  public let priceSensitivity: Double
  /// d: what each position further down costs.
  public let positionDecay: Double
  /// q: what is special about each product; 0 for new ones.
  public let productWorth: [Double]
  /// Category of each product.
  public let categories: [Int]
  /// Log-price of each product.
  public let logPrices: [Double]
  /// Whether the likelihood's maximum was reached.
  public let status: SolveStatus

  /// Utility of a product for a customer to whom it has some relevance.
  public func utility(of product: Int, relevance: Double) -> Double {
    categoryWorth[categories[product]] + relevanceWorth * relevance - priceSensitivity * logPrices[product]
      + productWorth[product]
  }

  /// The choice model of these customers, every product included: search, positions, purchase.
  ///
  /// - Throws: `InvalidInput` when sizes do not fit.
  public func multiStepChoice(weights: [Double], relevance: [[Double]]) throws -> MultiStepChoice {
    let utilities = relevance.map { row in
      row.enumerated().map { utility(of: $0.offset, relevance: $0.element) }
    }
    var parameters = MultiStepChoice.Parameters(weights: weights, relevance: relevance, utility: utilities)
    parameters.examination = min(1, exp(-positionDecay))
    return try MultiStepChoice(parameters)
  }
}

extension PurchaseStepModel: Predictor {
  /// The probability that each position of a list is bought.
  ///
  /// - Throws: `InvalidInput` when the relevances are not one a product shown, or not finite.
  public func predict(_ query: (shown: [Int], relevance: [Double])) throws -> [Double] {
    var problems = Violations()
    problems.require(
      query.shown.count == query.relevance.count, "relevance", given: "\(query.relevance.count) numbers",
      expected: "\(query.shown.count), one a product shown")
    problems.require(
      query.shown.allSatisfy { categories.indices.contains($0) }, "shown",
      given: "a product that is not there",
      expected: "0 to \(categories.count - 1)")
    problems.require(
      query.relevance.allSatisfy(\.isFinite), "relevance", given: "NaN or infinity",
      expected: "finite numbers")
    try problems.throwIfAny()
    let utilities = zip(query.shown, query.relevance).enumerated().map {
      utility(of: $0.element.0, relevance: $0.element.1) - positionDecay * Double($0.offset)
    }
    let top = max(0, utilities.max() ?? 0)
    let weights = utilities.map { exp($0 - top) }
    let total = weights.reduce(exp(-top), +)
    return weights.map { $0 / total }
  }
}

/// Log-likelihood with ridge, its gradient and negative second derivatives.
private struct PurchaseCurvature {
  private(set) var value = 0.0
  private(set) var gradient: [Double]
  private(set) var information: DoubleMatrix

  init(_ data: ShownLists, _ theta: [Double], categories: Int, ridge: Double) {
    let width = theta.count
    gradient = [Double](repeating: 0, count: width)
    var matrix = [Double](repeating: 0, count: width * width)
    var mean = [Double](repeating: 0, count: width)
    var touched: [Int] = []
    var isTouched = [Bool](repeating: false, count: width)
    for list in data.lists {
      let features: [[(Int, Double)]] = list.shown.enumerated().map { position, product in
        [
          (data.categories[product], 1), (categories, data.relevance[list.intent][product]),
          (categories + 1, -data.logPrices[product]), (categories + 2, -Double(position)),
          (categories + 3 + product, 1),
        ]
      }
      var weights = features.map { $0.reduce(0.0) { $0 + theta[$1.0] * $1.1 } }
      let top = max(0, weights.max() ?? 0)
      value -= top
      if let bought = list.bought {
        value += weights[bought]
        for (k, x) in features[bought] { gradient[k] += x }
      }
      for i in weights.indices { weights[i] = exp(weights[i] - top) }
      let total = weights.reduce(exp(-top), +)
      value -= log(total)
      touched.removeAll(keepingCapacity: true)
      for (weight, entries) in zip(weights, features) {
        let p = weight / total
        for (k, x) in entries {
          if !isTouched[k] { touched.append(k) }
          isTouched[k] = true
          mean[k] += p * x
          for (l, y) in entries { matrix[k * width + l] += p * x * y }
        }
      }
      for k in touched {
        gradient[k] -= mean[k]
        for l in touched { matrix[k * width + l] -= mean[k] * mean[l] }
      }
      for k in touched { (mean[k], isTouched[k]) = (0, false) }
    }
    for i in categories + 3..<width {
      value -= ridge * theta[i] * theta[i]
      gradient[i] -= 2 * ridge * theta[i]
      matrix[i * width + i] += 2 * ridge
    }
    information = DoubleMatrix(rows: width, columns: width)
    information.values = matrix
  }
}
