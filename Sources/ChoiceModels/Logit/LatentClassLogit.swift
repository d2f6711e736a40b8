internal import Glibc
public import Learning
internal import Probability

/// Estimates a mixture of logits: customers of several kinds, each with a logit of its own.
///
/// Expectation-maximisation; each pass moves every class by one minorise-maximise step, so the likelihood never falls.
/// The number of classes is the one of least Bayesian information criterion up to ``maximumClasses``. Mixtures represent
/// specific substitutes, which one logit cannot.
public struct LatentClassLogit: Estimator {
  /// Most classes that are tried, 1 to 50.
  public var maximumClasses = 4

  /// Starts for each number of classes, 1 or more; the likeliest counts.
  public var starts = 3

  /// Relative change of the log-likelihood at which to stop, above 0.
  public var tolerance = 1e-8

  /// Most passes a start, 1 or more.
  public var maximumPasses = 2_000

  /// Seed of the starts.
  public var seed: UInt64 = 0

  /// Creates the default recipe.
  public init() {}

  /// What is out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(
      (1...50).contains(maximumClasses), "maximumClasses", given: maximumClasses, expected: "1 to 50")
    found.require(starts >= 1, "starts", given: starts, expected: "1 or more")
    found.require(
      tolerance > 0 && tolerance < 1, "tolerance", given: tolerance, expected: "above 0 and below 1")
    found.require(maximumPasses >= 1, "maximumPasses", given: maximumPasses, expected: "1 or more")
    return found.all
  }

  /// Learns a mixture.
  ///
  /// - Throws: `InvalidInput`; `CancellationError`.
  /// - Complexity: O(classes size of all offer sets) a pass
  public func fit(_ sales: SalesWithOffers, on execution: Execution) throws -> MixtureModel {
    var problems = Violations(violations)
    problems.append(contentsOf: sales.violations())
    try problems.throwIfAny()
    let logit = try MultinomialLogit().fit(sales, on: Execution(cancellation: execution.cancellation))
    var best: (model: MixtureModel, criterion: Double)?
    for classes in 1...maximumClasses {
      var likeliest: MixtureFit?
      for start in 0..<(classes == 1 ? 1 : starts) {
        execution.progress.report(
          ProgressEvent(stage: "\(classes) classes", completed: start, total: starts))
        var fit = MixtureFit(
          logit, classes: classes,
          generator: SeededGenerator(seed: seed, stream: UInt64(classes * 1000 + start)))
        try fit.run(sales, tolerance: tolerance, passes: maximumPasses, execution.cancellation)
        if likeliest.map({ fit.logLikelihood > $0.logLikelihood }) ?? true { likeliest = fit }
      }
      guard let found = likeliest else { continue }
      let free = Double(
        classes * (sales.productTotals.count { $0 > 0 } - (sales.recordsNoPurchase ? 0 : 1)) + classes - 1)
      let criterion = -2 * found.logLikelihood + free * log(max(sales.total, 1))
      if best.map({ criterion < $0.criterion }) ?? true { best = (try found.model(), criterion) }
    }
    return best!.model
  }
}

/// A mixture on its way to the maximum.
private struct MixtureFit {
  private var shares: [Double]
  private var attractions: [[Double]]
  private(set) var logLikelihood = -Double.infinity
  private var status = SolveStatus.iterationLimit

  init(_ logit: LogitModel, classes: Int, generator: SeededGenerator) {
    var generator = generator
    shares = [Double](repeating: 1 / Double(classes), count: classes)
    attractions = (0..<classes).map { _ in
      (logit.attractions + [logit.outsideAttraction]).map { classes == 1 ? $0 : $0 * exp(generator.normal()) }
    }
  }

  mutating func run(
    _ sales: SalesWithOffers, tolerance: Double, passes: Int, _ cancellation: Cancellation
  ) throws {
    for pass in 0..<passes {
      if pass % 16 == 0 { try cancellation.check() }
      let before = logLikelihood
      step(sales)
      if abs(logLikelihood - before) < tolerance * abs(logLikelihood) {
        status = .converged
        return
      }
    }
  }

  private mutating func step(_ sales: SalesWithOffers) {
    let (classes, none) = (shares.count, sales.productCount)
    var likelihood = 0.0
    var mass = [Double](repeating: 0, count: classes)
    var bought = [[Double]](repeating: [Double](repeating: 0, count: none + 1), count: classes)
    var weight = bought
    var posterior = [Double](repeating: 0, count: classes)
    for group in sales.groups {
      let members = group.offered + [none]
      let sums = attractions.map { row in members.reduce(0) { $0 + row[$1] } }
      var shareOfGroup = [Double](repeating: 0, count: classes)
      for (position, product) in members.enumerated() {
        let count = position < group.counts.count ? group.counts[position] : group.withoutPurchase
        guard count > 0 else { continue }
        var total = 0.0
        for k in 0..<classes {
          posterior[k] = sums[k] > 0 ? shares[k] * attractions[k][product] / sums[k] : 0
          total += posterior[k]
        }
        likelihood += count * logProbability(total)
        for k in 0..<classes where total > 0 {
          let part = count * posterior[k] / total
          mass[k] += part
          shareOfGroup[k] += part
          bought[k][product] += part
        }
      }
      for k in 0..<classes where sums[k] > 0 {
        for product in members { weight[k][product] += shareOfGroup[k] / sums[k] }
      }
    }
    logLikelihood = likelihood
    let total = mass.reduce(0, +)
    for k in 0..<classes {
      shares[k] = mass[k] / total
      let next = zip(bought[k], weight[k]).map { $0 > 0 && $1 > 0 ? $0 / $1 : 0 }
      let sum = next.reduce(0, +)
      if sum > 0 { attractions[k] = next.map { $0 / sum } }
    }
  }

  func model() throws -> MixtureModel {
    try MixtureModel(
      shares: shares, attractions: attractions.map { Array($0.dropLast()) },
      outsideAttractions: attractions.map { $0.last! }, status: status)
  }
}
