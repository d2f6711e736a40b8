internal import Learning
internal import LinearAlgebra
internal import Probability

/// 95 % intervals of all figures from draws of parameters and chains, for figures that are far from linear in them.
///
/// Each row of a chain is drawn from a Dirichlet distribution around its estimate (the posterior of its moves without a prior);
/// parameters from the normal distribution around theirs, moved as they answer to the chains that were drawn. Each draw has a
/// stream of its own, so threads do not matter. The interval lies between the quantiles .025 and .975.
struct SamplingDraws {
  /// For each case, the bands of its figures.
  let bands: [[String: Band]]

  init(
    map: OutcomeMap, world: Counterfactual.World, figures: [[String: Double]], count: Int, seed: UInt64,
    on execution: Execution
  ) throws {
    guard let covariance = world.covariance, let eigen = SymmetricEigen(covariance) else {
      bands = figures.map { _ in [:] }
      return
    }
    let rows = world.responses == nil ? [] : world.membership.rows
    let cells = TwoStepErrors.cells(of: world.membership)
    let draws = try concurrentMap(count: count, threads: execution.threads, scratch: {}) {
      _, draw -> [[String: Double]] in
      try execution.cancellation.check()
      execution.progress.report(ProgressEvent(stage: "drawing bands", completed: draw, total: count))
      var generator = SeededGenerator(seed: seed, stream: UInt64(draw))
      var theta = world.theta
      for (place, variance) in eigen.values.enumerated() {
        let size = max(0, variance).squareRoot() * generator.normal()
        for (k, part) in eigen.vectors.row(place).enumerated() { theta[k] += size * part }
      }
      guard let responses = world.responses else {
        return try map.figures(theta: theta, chains: world.membership.chains)
      }
      let drawn = rows.map { Self.draw($0, using: &generator) }
      for (place, cell) in cells.enumerated() {
        let share = drawn[cell.row][cell.cell]
        for (k, response) in responses.row(place).enumerated() { theta[k] += share * response }
      }
      return try map.figures(theta: theta, chains: world.membership.replacing(rows: drawn))
    }
    bands = figures.indices.map { place in
      figures[place].keys.reduce(into: [:]) { bands, name in
        let values = draws.compactMap { $0[place][name] }.filter(\.isFinite).sorted()
        guard !values.isEmpty else { return }
        bands[name] = Band(low: Bootstrap.quantile(values, 0.025), high: Bootstrap.quantile(values, 0.975))
      }
    }
  }

  private static func draw(_ row: EstimatedRow, using generator: inout SeededGenerator) -> [Double] {
    guard row.observations > 0 else { return row.probabilities }
    let parts = row.probabilities.map { $0 > 0 ? generator.gamma(shape: row.observations * $0) : 0 }
    let sum = parts.reduce(0, +)
    return sum > 0 ? parts.map { $0 / sum } : row.probabilities
  }
}
