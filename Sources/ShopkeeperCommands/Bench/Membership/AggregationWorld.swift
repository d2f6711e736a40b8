internal import DynamicChoice
internal import Glibc
internal import Learning
internal import LinearAlgebra
internal import Probability

/// The continuous bus world of the comparison of state aggregation: mileage grows by U(1, 2) a month, replacing sets it to 0,
/// two irrelevant variables ~ U(-5, 5); keeping gives 5 - mileage, replacing 0 (the anchor), discount .9.
///
/// Errors are mean squared errors of the three slopes of keeping against the truth (-1, 0, 0).
struct AggregationWorld {
  private static let discount = 0.9
  private static let width = 0.02
  /// P(keep) on a grid of mileages.
  private let keep: [Double]

  init() {
    let points = Int(60 / Self.width)
    let steps = (0...50).map { Int(((1 + Double($0) / 50) / Self.width).rounded()) }
    var values = [Double](repeating: 0, count: points)
    var keep = values
    for _ in 0..<2000 {
      var next = values
      var gap = 0.0
      // Means over the next mileages, the last one standing for all beyond.
      for i in 0..<points {
        var mean = 0.0
        for step in steps { mean += values[min(i + step, points - 1)] }
        let stay = 5 - Double(i) * Self.width + Self.discount * mean / Double(steps.count)
        let replace = Self.discount * values[0]
        next[i] = max(stay, replace) + log1p(exp(-abs(stay - replace)))
        keep[i] = 1 / (1 + exp(replace - stay))
        gap = max(gap, abs(next[i] - values[i]))
      }
      values = next
      if gap < 1e-9 { break }
    }
    self.keep = keep
  }

  private struct Sample {
    /// n x 3: mileage and the two variables.
    var states: [[Double]] = []
    var actions: [Int32] = []
  }

  /// One bus for a long time.
  private func simulate(_ months: Int, seed: UInt64) -> Sample {
    var generator = SeededGenerator(seed: seed)
    func variable() -> Double { 10 * generator.uniform() - 5 }
    var state = [0.0, variable(), variable()]
    var sample = Sample(states: [state])
    for _ in 0..<months {
      let place = min(state[0] / Self.width, Double(keep.count - 1))
      let (low, share) = (Int(place), place - place.rounded(.down))
      let chance = keep[low] + share * (keep[min(low + 1, keep.count - 1)] - keep[low])
      let keeps = generator.uniform() < chance
      sample.actions.append(keeps ? 1 : 0)
      state = [keeps ? state[0] + 1 + generator.uniform() : 0, variable(), variable()]
      sample.states.append(state)
    }
    return sample
  }

  private func basis(_ states: ArraySlice<[Double]>) -> DoubleMatrix {
    var matrix = DoubleMatrix(rows: states.count, columns: 6)
    for (row, s) in states.enumerated() {
      let x = s[0] / 5
      for (k, value) in [1, x, x * x, x * x * x, s[1] / 5, s[2] / 5].enumerated() { matrix[row, k] = value }
    }
    return matrix
  }

  /// Adds the errors of the sieve and of aggregation with 100 and 50 cells, means over seeds.
  func add(seeds: [UInt64], to figures: inout BenchFigures, _ execution: Execution) throws {
    var errors: [String: [Double]] = [:]
    for seed in seeds {
      try execution.cancellation.check()
      let sample = simulate(5000, seed: seed)
      let count = sample.actions.count
      let none = DoubleMatrix(rows: count, columns: 0)
      let rows = try ChoiceRows(
        declared: basis(sample.states[..<count]), declaredNext: basis(sample.states[1...]), variables: none,
        variablesNext: none, actions: sample.actions, actionCount: 2)
      var recipe = SieveReward()
      (recipe.discount, recipe.declaredRidge) = (Self.discount, 1e-3)
      let model = try recipe.fit(rows, on: execution)
      let rewards = model.rewards(declared: rows.declared, variables: none)
      let kept = (0..<count).filter { sample.actions[$0] == 1 }
      var design = DoubleMatrix(rows: kept.count, columns: 4)
      for (row, place) in kept.enumerated() {
        design[row, 0] = 1
        for k in 0..<3 { design[row, k + 1] = sample.states[place][k] }
      }
      if let fit = LeastSquares(design, kept.map { rewards[$0, 1] }) {
        errors["samq_pqr_mse", default: []].append(error(fit.coefficients))
      }
      var keepFeatures = DoubleMatrix(rows: count, columns: 4)
      for row in 0..<count {
        keepFeatures[row, 0] = 1
        for k in 0..<3 { keepFeatures[row, k + 1] = sample.states[row][k] }
      }
      var grouped = AggregatedStates()
      (grouped.sieve, grouped.seed) = (recipe, seed)
      let input = try AggregatedStates.Input(
        rows: rows, names: ["constant", "mileage", "first", "second"],
        features: [DoubleMatrix(rows: count, columns: 4), keepFeatures])
      for cells in [100, 50] {
        grouped.cells = cells
        errors["samq_\(cells)_mse", default: []].append(
          error(try grouped.fit(input, on: execution).estimate.theta))
      }
    }
    for (name, values) in errors.sorted(by: { $0.key < $1.key }) { figures[name] = values.mean }
  }

  private func error(_ coefficients: [Double]) -> Double {
    zip(coefficients.dropFirst(), [-1.0, 0, 0]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 3
  }
}
