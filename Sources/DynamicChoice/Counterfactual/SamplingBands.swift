internal import Learning
internal import LinearAlgebra

/// 95 % intervals of all figures by the delta method, with the error of the estimated chains.
///
/// The variance of a figure is its slope in the parameters through their covariance given the chains, plus, for each cell of
/// each chain, p / n times the square of its whole derivative: directly, and through the parameters that answer to the cell.
struct SamplingBands {
  /// For each case, the bands of its figures.
  let bands: [[String: Band]]

  init(
    map: OutcomeMap, world: Counterfactual.World, figures: [[String: Double]], on execution: Execution
  ) throws {
    let theta = world.theta
    guard let covariance = world.covariance else {
      bands = figures.map { _ in [:] }
      return
    }
    let cells = world.responses == nil ? [] : TwoStepErrors.cells(of: world.membership)
    let steps = theta.indices.map { 1e-3 * max(covariance[$0, $0].squareRoot(), 1e-6) }
    // Parameters first, then cells: each moved alone.
    let moved = try concurrentMap(
      count: theta.count + cells.count, threads: execution.threads, scratch: {}
    ) { _, k -> [[String: Double]] in
      try execution.cancellation.check()
      if k < theta.count {
        var other = theta
        other[k] += steps[k]
        return try map.figures(theta: other, chains: world.membership.chains)
      }
      let cell = cells[k - theta.count]
      return try map.figures(
        theta: theta, chains: world.membership.moved(cell.row, to: cell.cell, by: TwoStepErrors.share))
    }
    bands = figures.indices.map { place in
      var bands: [String: Band] = [:]
      for (name, value) in figures[place] {
        let slopes = theta.indices.map { ((moved[$0][place][name] ?? value) - value) / steps[$0] }
        var variance = zip(slopes, covariance.multiplied(by: slopes)).reduce(0) { $0 + $1.0 * $1.1 }
        for (k, cell) in cells.enumerated() {
          var whole = ((moved[theta.count + k][place][name] ?? value) - value) / TwoStepErrors.share
          if let responses = world.responses, k < responses.rows {
            whole += zip(slopes, responses.row(k)).reduce(0) { $0 + $1.0 * $1.1 }
          }
          variance += cell.variance * whole * whole
        }
        let half = Estimate.normalQuantile * max(0, variance).squareRoot()
        bands[name] = Band(low: value - half, high: value + half)
      }
      return bands
    }
  }
}
