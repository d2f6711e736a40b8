internal import Glibc
internal import LinearAlgebra

/// The log-likelihood of choices in a problem, with its analytic gradient; keeps values warm between parameters.
///
/// Gradient by the implicit function theorem: dV = (I - M)^-1 sum_a pi_a F_a, dQ_a = F_a + delta_a P_a dV, and the score of
/// action a in state s is dQ_a - dV. The information is the sum of outer products of scores (BHHH: E. Berndt, B. Hall,
/// R. Hall, J. Hausman, Annals of Economic and Social Measurement 3(4), 1974).
struct ChoiceLikelihood {
  let problem: DecisionProblem
  let counts: ChoiceCounts
  /// Weight of the penalty ridge / 2 theta'theta.
  let ridge: Double
  var solver = ValueSolver()

  private(set) var contractions = 0
  private(set) var newtonSteps = 0
  private(set) var evaluations = 0
  private(set) var applications = 0
  private var warm: [Double]?
  private let observed: [Int]

  init(problem: DecisionProblem, counts: ChoiceCounts, ridge: Double = 0, start: [Double]? = nil) {
    (self.problem, self.counts, self.ridge, warm) = (problem, counts, ridge, start)
    let sums = counts.ofStates
    observed = sums.indices.filter { sums[$0] > 0 }
  }

  /// What is known at one point.
  struct Point {
    var theta: [Double]
    /// Log-likelihood less the penalty; minus infinity where the values could not be solved.
    var value = -Double.infinity
    /// The log-likelihood itself.
    var logLikelihood = -Double.infinity
    var gradient: [Double] = []
    /// Sum of outer products of scores, without the penalty.
    var information = DoubleMatrix(rows: 0, columns: 0)
    var values: [Double] = []
    var policy: [Double] = []
  }

  /// Evaluates at parameters.
  mutating func evaluate(_ theta: [Double]) -> Point {
    var point = Point(theta: theta)
    evaluations += 1
    guard theta.allSatisfy(\.isFinite) else { return point }
    var solution = solver.solve(problem, rewards: problem.features.rewards(theta), start: warm)
    contractions += solution.contractions
    newtonSteps += solution.newtonSteps
    applications += solution.applications
    guard solution.converged, let system = solution.system else {
      warm = nil
      return point
    }
    warm = solution.values
    point.logLikelihood = logLikelihood(solution.quality)
    point.value = point.logLikelihood - ridge / 2 * theta.reduce(0) { $0 + $1 * $1 }
    differentiate(&point, &solution, system)
    (point.values, point.policy) = (solution.values, solution.policy)
    return point
  }

  private func logLikelihood(_ quality: [Double]) -> Double {
    let (states, actions) = (problem.stateCount, problem.actions.count)
    var sum = 0.0
    quality.withUnsafeBufferPointer { quality in
      for s in observed {
        for action in 0..<actions {
          let count = counts.values[action * states + s]
          if count == 0 { continue }
          sum +=
            count
            * logProbability(quality.baseAddress!, states: states, actions: actions, state: s, action: action)
        }
      }
    }
    return sum
  }

  private mutating func differentiate(
    _ point: inout Point, _ solution: inout ValueSolution, _ system: any ValueSystem
  ) {
    let parameters = problem.features.names.count
    let slopes = slopes(solution, system)
    var gradient = point.theta.map { -ridge * $0 }
    var information = DoubleMatrix(rows: parameters, columns: parameters)
    let counts = counts.values
    information.values.withUnsafeMutableBufferPointer { information in
      visitScores(slopes) { cell, score in
        let count = counts[cell]
        for k in 0..<parameters {
          gradient[k] += count * score[k]
          let weighted = count * score[k]
          for j in 0...k { information[k * parameters + j] += weighted * score[j] }
        }
      }
    }
    applications += problem.actions.count * parameters
    for k in 0..<parameters { for j in 0..<k { information[j, k] = information[k, j] } }
    point.gradient = gradient
    point.information = information
  }

  /// The score of every action in every state where something was chosen, A x S x K with the parameters fastest; zeros
  /// elsewhere. Nil where the values cannot be solved.
  mutating func scores(_ theta: [Double]) -> [Double]? {
    let parameters = problem.features.names.count
    let solution = solver.solve(problem, rewards: problem.features.rewards(theta), start: warm)
    guard solution.converged, let system = solution.system else { return nil }
    let slopes = slopes(solution, system)
    var table = [Double](repeating: 0, count: counts.values.count * parameters)
    visitScores(slopes) { cell, score in
      for k in 0..<parameters { table[cell * parameters + k] = score[k] }
    }
    return table
  }

  /// dV in each parameter, K x S.
  private mutating func slopes(_ solution: ValueSolution, _ system: any ValueSystem) -> [Double] {
    let (states, parameters) = (problem.stateCount, problem.features.names.count)
    var slopes = [Double](repeating: 0, count: parameters * states)
    let features = problem.features
    slopes.withUnsafeMutableBufferPointer { slopes in
      features.values.withUnsafeBufferPointer { values in
        solution.policy.withUnsafeBufferPointer { policy in
          for action in problem.actions.indices {
            for k in 0..<parameters {
              let from = features.start(action: action, feature: k)
              for s in 0..<states {
                slopes[k * states + s] += policy[action * states + s] * values[from + s]
              }
            }
          }
        }
      }
    }
    applications += system.solve(&slopes, tolerance: 1e-11).applications
    return slopes
  }

  /// Calls `body` with each cell in which something was chosen, action times states plus state, and the K scores there.
  @inline(__always)
  private func visitScores(_ slopes: [Double], _ body: (Int, UnsafeBufferPointer<Double>) -> Void) {
    let (states, parameters) = (problem.stateCount, problem.features.names.count)
    var expected = [Double](repeating: 0, count: parameters * states)
    var score = [Double](repeating: 0, count: parameters)
    let features = problem.features
    slopes.withUnsafeBufferPointer { slopes in
      features.values.withUnsafeBufferPointer { values in
        for action in problem.actions.indices {
          expected.withUnsafeMutableBufferPointer { expected in
            for k in 0..<parameters {
              let part = k * states..<(k + 1) * states
              problem.transitions.expectation(
                of: UnsafeBufferPointer(rebasing: slopes[part]), action: action,
                into: UnsafeMutableBufferPointer(rebasing: expected[part]))
            }
            score.withUnsafeMutableBufferPointer { score in
              let factor = problem.actionDiscounts[action]
              for s in observed where counts.values[action * states + s] != 0 {
                for k in 0..<parameters {
                  score[k] =
                    values[features.start(action: action, feature: k) + s] + factor * expected[k * states + s]
                    - slopes[k * states + s]
                }
                body(action * states + s, UnsafeBufferPointer(score))
              }
            }
          }
        }
      }
    }
  }
}
