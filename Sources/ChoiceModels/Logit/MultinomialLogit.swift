public import Learning
internal import LinearAlgebra

/// Estimates a multinomial logit from sales while different sets were on offer.
///
/// Minorise-maximise, `v_i = n_i / sum over offers S with i of N_S / V_S`: the likelihood rises at every step, and no
/// step size is needed (D. R. Hunter: "MM algorithms for generalized Bradley-Terry models", Annals of Statistics 32(1),
/// 2004). Squared extrapolation speeds it up.
///
///     let model = try MultinomialLogit().fit(sales)
public struct MultinomialLogit: Estimator {
  /// Largest relative change of an attraction at which to stop, above 0.
  public var tolerance = 1e-12

  /// Most steps, 1 or more.
  public var maximumSteps = 20_000

  /// Creates the default recipe.
  public init() {}

  /// What is out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(
      tolerance > 0 && tolerance < 1, "tolerance", given: tolerance, expected: "above 0 and below 1")
    found.require(maximumSteps >= 1, "maximumSteps", given: maximumSteps, expected: "1 or more")
    return found.all
  }

  /// Learns attractions; a product that was never bought gets 0.
  ///
  /// - Throws: `InvalidInput`; `CancellationError`.
  /// - Complexity: O(size of all offer sets) a step
  public func fit(_ sales: SalesWithOffers, on execution: Execution) throws -> LogitModel {
    var problems = Violations(violations)
    problems.append(contentsOf: sales.violations())
    try problems.throwIfAny()
    let bought = sales.productTotals + [sales.withoutPurchase]
    var attractions = bought.map { $0 > 0 ? 1.0 : 0 }
    var status = SolveStatus.iterationLimit
    for step in 0..<maximumSteps {
      if step % 64 == 0 {
        execution.progress.report(ProgressEvent(stage: "logit", completed: step, total: nil))
        try execution.cancellation.check()
      }
      let next = improved(attractions, sales, bought)
      let change = zip(next, attractions).reduce(0) { max($0, abs($1.0 - $1.1) / max($1.0, 1e-300)) }
      attractions = next
      if change < tolerance {
        status = .converged
        break
      }
    }
    try execution.cancellation.check()
    return try LogitModel(
      attractions: Array(attractions.dropLast()), outsideAttraction: attractions.last!,
      standardErrors: standardErrors(attractions, sales, bought), status: status)
  }

  private func improved(_ v: [Double], _ sales: SalesWithOffers, _ bought: [Double]) -> [Double] {
    let none = v.count - 1
    var weight = [Double](repeating: 0, count: v.count)
    for group in sales.groups {
      let sum = group.offered.reduce(v[none]) { $0 + v[$1] }
      guard sum > 0 else { continue }
      let share = group.total / sum
      for product in group.offered { weight[product] += share }
      weight[none] += share
    }
    var next = zip(bought, weight).map { $0 > 0 && $1 > 0 ? $0 / $1 : 0 }
    let reference = next.max() ?? 1
    for i in next.indices { next[i] /= reference }
    return next
  }

  /// Inverse of the observed information in log-attractions, the reference taken out.
  private func standardErrors(_ v: [Double], _ sales: SalesWithOffers, _ bought: [Double]) -> [Double?] {
    let none = v.count - 1
    let reference = sales.recordsNoPurchase ? none : (0..<none).max { v[$0] < v[$1] } ?? 0
    let known = (0..<none).filter { $0 != reference && bought[$0] > 0 }
    guard !known.isEmpty, known.count <= 2_000 else { return [] }
    var place = [Int](repeating: -1, count: v.count)
    for (k, i) in known.enumerated() { place[i] = k }
    var information = DoubleMatrix(rows: known.count, columns: known.count)
    for group in sales.groups {
      let sum = group.offered.reduce(v[none]) { $0 + v[$1] }
      guard sum > 0 else { continue }
      let members = group.offered.filter { place[$0] >= 0 }
      for i in members {
        let p = v[i] / sum
        information[place[i], place[i]] += group.total * p
        for j in members { information[place[i], place[j]] -= group.total * p * v[j] / sum }
      }
    }
    guard let covariance = CholeskyFactor(information)?.inverse() else { return [] }
    var errors = [Double?](repeating: nil, count: none)
    for (k, i) in known.enumerated() {
      errors[i] = covariance[k, k] > 0 ? covariance[k, k].squareRoot() : nil
    }
    return errors
  }
}
