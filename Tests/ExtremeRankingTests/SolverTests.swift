import CKernels
import Foundation
import LinearAlgebra
import Probability
import Testing

@testable import ExtremeRanking

/// One classifier's problem and what a solution is worth.
private struct Problem {
  let x: SparseMatrix
  let positives: [Int32]
  var relevance: [Float] = []
  var solver = LinearSolver()

  static func random(_ seed: UInt64, instances: Int = 60) -> Problem {
    let data = TopicData.make(labels: 6, instances: instances, features: 25, seed: seed)
    let byLabel = data.labels.transposed()
    return Problem(x: data.instances, positives: Array(byLabel.row(2).indices))
  }

  var block: TrainingBlock {
    var renumbering = FeatureRenumbering(featureCount: x.columns)
    return TrainingBlock(
      instances: (0..<Int32(x.rows)).map { $0 }, x: x, bias: solver.bias, renumbering: &renumbering)
  }

  func solve(seed: UInt64 = 1, memory: SolverMemory = SolverMemory()) -> LabelWeights {
    block.solve(
      [Positives(instances: positives[...], relevance: relevance[...])], solver: solver, seed: seed,
      memory: memory)[0]
  }

  func sign(_ i: Int) -> Double { positives.contains(Int32(i)) ? 1 : -1 }

  func cost(_ i: Int) -> Double {
    guard !relevance.isEmpty, let place = positives.firstIndex(of: Int32(i)) else { return solver.cost }
    return solver.cost * Double(relevance[place])
  }

  /// w, then the bias weight, as a dense vector.
  func dense(_ weights: LabelWeights) -> [Double] {
    var w = [Double](repeating: 0, count: x.columns + 1)
    for weight in weights.weights { w[Int(weight.feature)] = Double(weight.value) }
    w[x.columns] = Double(weights.bias)
    return w
  }

  func margin(_ i: Int, _ w: [Double]) -> Double {
    var sum = w[x.columns] * solver.bias
    for j in x.range(ofRow: i) { sum += w[Int(x.indices[j])] * Double(x.values[j]) }
    return sign(i) * sum
  }

  func objective(_ w: [Double]) -> Double {
    var sum = 0.5 * w.reduce(0) { $0 + $1 * $1 }
    for i in 0..<x.rows {
      let m = margin(i, w)
      switch solver.loss {
      case .squaredHinge: sum += cost(i) * max(0, 1 - m) * max(0, 1 - m)
      case .hinge: sum += cost(i) * max(0, 1 - m)
      case .logistic: sum += cost(i) * (m > 0 ? log1p(exp(-m)) : -m + log1p(exp(m)))
      }
    }
    return sum
  }

  /// Derivatives of the smooth losses.
  func slopes(_ i: Int, _ w: [Double]) -> (first: Double, second: Double) {
    let m = margin(i, w)
    if solver.loss == .squaredHinge { return m < 1 ? (-2 * cost(i) * (1 - m), 2 * cost(i)) : (0, 0) }
    let p = 1 / (1 + exp(m))
    return (-cost(i) * p, cost(i) * p * (1 - p))
  }

  /// The oracle: Newton's method on the primal with conjugate gradients and halving steps.
  func newton() -> [Double] {
    let d = x.columns + 1
    var w = [Double](repeating: 0, count: d)
    for _ in 0..<100 {
      var gradient = w
      var curvature = [Double](repeating: 0, count: x.rows)
      for i in 0..<x.rows {
        let (first, second) = slopes(i, w)
        curvature[i] = second
        for (feature, value) in row(i) { gradient[feature] += first * sign(i) * value }
      }
      if gradient.reduce(0, { $0 + $1 * $1 }) < 1e-18 { break }
      var (step, residual) = ([Double](repeating: 0, count: d), gradient.map { -$0 })
      var direction = residual
      for _ in 0..<(2 * d) {
        let old = residual.reduce(0) { $0 + $1 * $1 }
        if old < 1e-24 { break }
        var product = direction
        for i in 0..<x.rows where curvature[i] > 0 {
          let along = row(i).reduce(0) { $0 + direction[$1.0] * $1.1 }
          for (feature, value) in row(i) { product[feature] += curvature[i] * along * value }
        }
        let size = old / zip(direction, product).reduce(0) { $0 + $1.0 * $1.1 }
        for j in 0..<d {
          step[j] += size * direction[j]
          residual[j] -= size * product[j]
        }
        let ratio = residual.reduce(0) { $0 + $1 * $1 } / old
        for j in 0..<d { direction[j] = residual[j] + ratio * direction[j] }
      }
      var length = 1.0
      let before = objective(w)
      while length > 1e-10, objective(zip(w, step).map { $0 + length * $1 }) > before { length /= 2 }
      w = zip(w, step).map { $0 + length * $1 }
    }
    return w
  }

  private func row(_ i: Int) -> [(Int, Double)] {
    x.range(ofRow: i).map { (Int(x.indices[$0]), Double(x.values[$0])) } + [(x.columns, solver.bias)]
  }
}

@Suite struct SolverTests {
  @Test(arguments: [LinearSolver.Loss.squaredHinge, .logistic], 0..<10 as Range<UInt64>)
  func `a tight tolerance reaches the objective of Newton's method`(loss: LinearSolver.Loss, seed: UInt64) {
    var problem = Problem.random(seed)
    problem.solver.loss = loss
    problem.solver.tolerance = 1e-4
    problem.solver.maximumIterations = 10_000
    let (ours, best) = (
      problem.objective(problem.dense(problem.solve())), problem.objective(problem.newton())
    )
    #expect(ours <= best * 1.001 + 1e-6)
    #expect(ours >= best - 1e-5)
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `hinge loss is within its duality gap`(seed: UInt64) {
    // Any other point is no better: random perturbations of the solution never lower the objective by much.
    var problem = Problem.random(seed)
    problem.solver.loss = .hinge
    problem.solver.tolerance = 1e-5
    problem.solver.maximumIterations = 10_000
    let w = problem.dense(problem.solve())
    let reached = problem.objective(w)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let other = w.map { $0 + 0.05 * (generator.uniform() - 0.5) }
      #expect(problem.objective(other) >= reached - 1e-3)
    }
  }

  @Test(arguments: [LinearSolver.Loss.squaredHinge, .hinge], 0..<10 as Range<UInt64>)
  func `the optimality conditions are violated by the tolerance at the most`(
    loss: LinearSolver.Loss, seed: UInt64
  ) {
    var problem = Problem.random(seed)
    problem.solver.loss = loss
    problem.solver.tolerance = 1e-3
    problem.solver.maximumIterations = 10_000
    let memory = SolverMemory()
    let w = problem.dense(problem.solve(seed: seed, memory: memory))
    let squared = loss == .squaredHinge
    for i in 0..<problem.x.rows {
      let alpha = Double(memory.alpha(instance: i, child: 0))
      let gradient = problem.margin(i, w) - 1 + (squared ? alpha / (2 * problem.cost(i)) : 0)
      let isAtTop = !squared && alpha == Double(Float(problem.cost(i)))
      let projected = alpha == 0 ? min(gradient, 0) : isAtTop ? max(gradient, 0) : gradient
      // The last pass still moves: its own steps shift gradients measured before them a little.
      #expect(abs(projected) <= 2 * problem.solver.tolerance + 1e-4)
    }
  }

  @Test func `relevance multiplies the cost of a positive`() {
    var problem = Problem.random(4)
    problem.solver.tolerance = 1e-4
    problem.solver.maximumIterations = 10_000
    let plain = problem.solve()
    problem.relevance = problem.positives.map { _ in 1 }
    #expect(problem.solve() == plain)
    problem.relevance = problem.positives.indices.map { Float(1 + $0 % 3) }
    let weighted = problem.solve()
    #expect(weighted != plain)
    #expect(problem.objective(problem.dense(weighted)) <= problem.objective(problem.newton()) * 1.001)
  }

  @Test func `without bias the constant feature has no weight`() {
    var problem = Problem.random(5)
    problem.solver.bias = 0
    #expect(problem.solve().bias == 0)
  }

  @Test func `memory used before does not change a solution`() {
    let (small, large) = (Problem.random(1, instances: 20), Problem.random(2, instances: 90))
    let memory = SolverMemory()
    let first = small.solve(seed: 3, memory: memory)
    _ = large.solve(seed: 3, memory: memory)
    #expect(small.solve(seed: 3, memory: memory) == first)
  }

  @Test(arguments: [LinearSolver.Loss.squaredHinge, .logistic], [1, 5, 16])
  func `classifiers side by side are each as good as alone`(loss: LinearSolver.Loss, count: Int) {
    let data = TopicData.make(labels: 16, instances: 80, features: 25, seed: 11)
    let byLabel = data.labels.transposed()
    var problems = (0..<count).map { Problem(x: data.instances, positives: Array(byLabel.row($0).indices)) }
    for i in problems.indices {
      problems[i].solver.loss = loss
      problems[i].solver.tolerance = 1e-4
      problems[i].solver.maximumIterations = 10_000
      // Some with costs of their own.
      if i % 3 == 1 { problems[i].relevance = problems[i].positives.indices.map { Float(1 + $0 % 4) } }
    }
    let solutions = problems[0].block.solve(
      problems.map { Positives(instances: $0.positives[...], relevance: $0.relevance[...]) },
      solver: problems[0].solver, seed: 7, memory: SolverMemory())
    #expect(solutions.count == count)
    for (problem, solution) in zip(problems, solutions) {
      let (ours, best) = (problem.objective(problem.dense(solution)), problem.objective(problem.newton()))
      #expect(ours <= best * 1.001 + 1e-6)
      #expect(ours >= best - 1e-5)
    }
  }

  @Test func `the weights kept are those of the threshold`() {
    let problem = Problem.random(6)
    let all = problem.solve()
    let kept = problem.block.solve(
      [Positives(instances: problem.positives[...])], solver: problem.solver, seed: 1, threshold: 0.1,
      memory: SolverMemory())[0]
    #expect(kept.bias == all.bias)
    #expect(kept.weights.map(\.feature) == all.weights.filter { abs($0.value) >= 0.1 }.map(\.feature))
  }
}
