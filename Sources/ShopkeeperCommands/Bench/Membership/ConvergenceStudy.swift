internal import DynamicChoice
internal import Learning

/// Does maximum likelihood converge from every start? The study of Iskhakov, Lee, Rust, Schjerning and Seo (2016).
///
/// 175 cells, 50 buses over 120 months, true RC 11.7257 and theta11 2.4569, increments .0937, .4475, .4459, .0127, .0002.
struct ConvergenceStudy {
  let samples: Int
  let execution: Execution

  private static let starts: [[Double]] = [[4, 1], [5, 2], [6, 3], [7, 4], [8, 5]]

  /// Runs all starts on all samples; a run has converged where it ends within 1e-5 of the best of its sample.
  func run(discount: Double) throws -> (runs: Int, converged: Int) {
    let truth = EngineReplacement(
      bins: 175, discount: discount, incrementCounts: [0.0937, 0.4475, 0.4459, 0.0127, 0.0002])
    let simulator = try ReplacementSimulator(truth, theta: [11.7257, 2.4569])
    var converged = 0
    for sample in 0..<samples {
      let (data, _) = try simulator.simulate(buses: 50, months: 120, seed: UInt64(sample))
      let ends = try Self.starts.map { start in
        var recipe = NestedFixedPoint()
        (recipe.start, recipe.errors) = (start, .given)
        return try recipe.fit(data, on: execution)
      }
      let best = ends.map(\.logLikelihood).max() ?? 0
      converged += ends.count { $0.status == .converged && $0.logLikelihood > best - 1e-5 }
    }
    return (samples * Self.starts.count, converged)
  }
}
