internal import Learning
internal import LinearAlgebra
internal import Probability

extension ChoiceEstimate {
  /// The estimate with standard errors by a bootstrap over customers: every step is done again, the chains too.
  ///
  /// Customers get Poisson weights of mean 1, as whole histories (R. Tibshirani, B. Efron, 1993, chapter 8, for dependent data
  /// by blocks). Each draw has a stream of its own, so threads do not matter.
  func bootstrapped(_ panel: ChoicePanel, on execution: Execution) throws -> ChoiceEstimate {
    var again = recipe
    (again.errors, again.bootstrapDraws) = (.given, 0)
    let fit = again
    let draws = try concurrentMap(
      count: recipe.bootstrapDraws, threads: execution.threads, scratch: {}
    ) { _, draw -> [Double]? in
      try execution.cancellation.check()
      execution.progress.report(
        ProgressEvent(stage: "bootstrap", completed: draw, total: recipe.bootstrapDraws))
      var generator = SeededGenerator(seed: recipe.seed, stream: UInt64(draw))
      let weights = (0..<panel.customerCount).map { _ in Double(generator.poisson(mean: 1)) }
      guard weights.contains(where: { $0 > 0 }) else { return nil }
      let (data, _) = try file.data(panel, weights: weights)
      let found = try fit.fit(
        data, anchor: file.anchor, on: Execution(threads: 1, cancellation: execution.cancellation))
      switch found {
      case .structural(let estimate): return estimate.status == .converged ? estimate.theta : nil
      case .rewards(let estimate): return estimate.projected(on: data).map(\.value)
      }
    }.compactMap { $0 }
    let complete = draws.filter { $0.allSatisfy(\.isFinite) }
    let covariance = Self.covariance(complete, count: parameters.count)
    let verdicts = verdicts(covariance, draws: complete.count)
    let parameters = parameters.enumerated().map { k, parameter in
      // Of a parameter that is not told apart, the spread would say how the search ended, not what is known.
      let isKnown = verdicts[k] == .separate || verdicts[k] == .weak
      return Estimate(
        name: parameter.name, value: parameter.value,
        standardError: isKnown ? covariance.map { max(0, $0[k, k]).squareRoot() } : nil, verdict: verdicts[k])
    }
    return ChoiceEstimate(
      file: file, recipe: recipe, result: result, report: report, parameters: parameters,
      membership: membership,
      today: today, choices: choices)
  }

  /// The covariance of draws; nil where there are fewer than two.
  private static func covariance(_ draws: [[Double]], count: Int) -> DoubleMatrix? {
    guard draws.count >= 2 else { return nil }
    let means = (0..<count).map { k in draws.reduce(0) { $0 + $1[k] } / Double(draws.count) }
    var covariance = DoubleMatrix(rows: count, columns: count)
    for draw in draws {
      for i in 0..<count {
        for j in 0..<count {
          covariance[i, j] += (draw[i] - means[i]) * (draw[j] - means[j]) / Double(draws.count - 1)
        }
      }
    }
    return covariance
  }

  /// What can be said of each parameter. A likelihood has an information; parameters that are fitted to rewards without a form
  /// have none but the inverse of their covariance.
  private func verdicts(_ covariance: DoubleMatrix?, draws: Int) -> [Verdict] {
    let before = parameters.map(\.verdict)
    guard recipe.method.isAnchored, status == .converged, draws > 2 * parameters.count, let covariance,
      let precision = CholeskyFactor(covariance)?.inverse()
    else { return before }
    return zip(before, InformationDiagnosis(precision).verdicts).map { $0 == .notIdentified ? $0 : $1 }
  }
}
