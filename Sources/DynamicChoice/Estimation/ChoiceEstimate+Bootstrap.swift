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
    let spread = parameters.indices.map { k -> Double? in
      let values = draws.map { $0[k] }.filter(\.isFinite)
      guard values.count >= 2 else { return nil }
      let mean = values.reduce(0, +) / Double(values.count)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }
    let parameters = parameters.enumerated().map { k, parameter in
      // Of a parameter that is not told apart, the spread would say how the search ended, not what is known.
      let isKnown = parameter.verdict == .separate || parameter.verdict == .weak
      return Estimate(
        name: parameter.name, value: parameter.value, standardError: isKnown ? spread[k] : nil,
        verdict: parameter.verdict)
    }
    return ChoiceEstimate(
      file: file, recipe: recipe, result: result, report: report, parameters: parameters,
      membership: membership,
      today: today, statesSeen: statesSeen)
  }
}
