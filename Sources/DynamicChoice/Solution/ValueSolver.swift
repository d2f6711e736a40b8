/// Solves V = log sum_a exp(r + delta P V) by contractions first and Newton-Kantorovich steps then (the poly-algorithm).
///
/// Contractions run until their errors shrink at the rate of the discount, when further ones gain little; each Newton step
/// solves (I - M) step = T(V) - V with M = sum_a delta_a pi_a P_a, which is policy iteration and converges from any start.
///
/// F. Iskhakov, J. Lee, J. Rust, B. Schjerning, K. Seo: "Comment on 'Constrained Optimization Approaches to Estimation of
/// Structural Models'", Econometrica 84(1), 2016; J. Rust, "Structural Estimation of Markov Decision Processes", Handbook of
/// Econometrics IV, 1994.
public struct ValueSolver: Sendable {
  /// The largest step, relative to the largest value where that is above 1, at which the values are solved.
  public var tolerance = 1e-12

  /// The largest |T(V) - V| at which the values are solved; nil for one that makes them as exact as a step within tolerance.
  public var gapTolerance: Double?

  /// Contractions at the most.
  public var contractions = 25

  /// Newton steps at the most.
  public var newtonSteps = 60

  /// What remains of a Newton step's linear system where that is solved iteratively.
  public var systemTolerance = 1e-3

  /// Creates the solver that estimators use.
  public init() {}

  /// Solves for the values of rewards, A x S.
  ///
  /// - Parameter start: values to start from, as those of rewards nearby.
  public func solve(_ problem: DecisionProblem, rewards: [Double], start: [Double]? = nil) -> ValueSolution {
    var bellman = SoftBellman(problem)
    var values = start ?? [Double](repeating: 0, count: problem.stateCount)
    var solution = ValueSolution()
    let rate = problem.actionDiscounts.max() ?? 0
    var last = Double.infinity
    for _ in 0..<contractions {
      solution.gap = bellman.apply(rewards, values)
      solution.contractions += 1
      guard solution.gap.isFinite else { return finish(solution, bellman, nil) }
      swap(&values, &bellman.values)
      if isSmall(solution.gap, bellman.largest, rate) || abs(solution.gap / last - rate) < 1e-2 { break }
      last = solution.gap
    }
    var system: (any ValueSystem)?
    last = .infinity
    for _ in 0...newtonSteps {
      solution.gap = bellman.apply(rewards, values)
      guard solution.gap.isFinite else { return finish(solution, bellman, nil) }
      // Where it stops falling near rounding, it will not fall further.
      let isStuck = solution.gap > last / 2 && solution.gap < 10 * tolerance * bellman.largest
      if isSmall(solution.gap, bellman.largest, rate) || isStuck {
        solution.converged = true
        break
      }
      last = solution.gap
      if solution.newtonSteps == newtonSteps { break }
      let ready = problem.transitions.system(weights: bellman.weights())
      var step = zip(bellman.values, values).map { $0 - $1 }
      let effort = ready.solve(&step, tolerance: systemTolerance)
      solution.applications += effort.applications
      solution.newtonSteps += 1
      var largest = 0.0
      for s in step.indices {
        values[s] += step[s]
        largest = max(largest, abs(step[s]))
      }
      // The policy moves by less than rounding now, so this system serves derivatives too.
      if largest <= tolerance * bellman.largest, effort.applications == 0 {
        solution.gap = bellman.apply(rewards, values)
        solution.converged = solution.gap.isFinite
        system = ready
        break
      }
    }
    return finish(solution, bellman, system)
  }

  private func isSmall(_ gap: Double, _ largest: Double, _ rate: Double) -> Bool {
    gap <= gapTolerance ?? max(tolerance * (1 - rate), 2e-15) * largest
  }

  private func finish(
    _ solution: ValueSolution, _ bellman: consuming SoftBellman, _ system: (any ValueSystem)?
  ) -> ValueSolution {
    var solution = solution
    solution.applications += solution.contractions + solution.newtonSteps + 1
    (solution.values, solution.quality, solution.policy) = (bellman.values, bellman.quality, bellman.policy)
    solution.system =
      system ?? (solution.converged ? bellman.problem.transitions.system(weights: bellman.weights()) : nil)
    return solution
  }
}

/// Values and choice probabilities that go with rewards.
public struct ValueSolution {
  /// V, S numbers.
  public internal(set) var values: [Double] = []

  /// Q, A x S numbers.
  public internal(set) var quality: [Double] = []

  /// pi, A x S probabilities.
  public internal(set) var policy: [Double] = []

  /// Bellman contractions made.
  public internal(set) var contractions = 0

  /// Newton-Kantorovich steps made.
  public internal(set) var newtonSteps = 0

  /// How often the transitions were applied in all.
  public internal(set) var applications = 0

  /// The largest |T(V) - V| seen last.
  public internal(set) var gap = Double.infinity

  /// Whether the tolerance was reached.
  public internal(set) var converged = false

  /// (I - sum_a delta_a pi_a P_a), ready for derivatives of the values; nil where not converged.
  public internal(set) var system: (any ValueSystem)?
}

/// One application of the soft Bellman operator, with its policy.
struct SoftBellman {
  let problem: DecisionProblem

  /// T(V) = log sum_a exp Q, S numbers.
  var values: [Double]

  /// Q = r + delta P V, A x S numbers.
  private(set) var quality: [Double]

  /// pi = exp(Q - T(V)), A x S probabilities.
  private(set) var policy: [Double]

  /// The largest |T(V)|, at least 1.
  private(set) var largest = 1.0

  init(_ problem: DecisionProblem) {
    self.problem = problem
    let (states, actions) = (problem.stateCount, problem.actions.count)
    values = [Double](repeating: 0, count: states)
    quality = [Double](repeating: 0, count: states * actions)
    policy = quality
  }

  /// Applies the operator to values; the result is the largest |T(V) - V|.
  mutating func apply(_ rewards: [Double], _ start: [Double]) -> Double {
    let (states, actions) = (problem.stateCount, problem.actions.count)
    var (gap, largest) = (0.0, 1.0)
    let problem = problem
    // Taken out for the time of the call, so that they are written in place.
    var (quality, policy, values) = (self.quality, self.policy, self.values)
    (self.quality, self.policy, self.values) = ([], [], [])
    quality.withUnsafeMutableBufferPointer { quality in
      start.withUnsafeBufferPointer { start in
        for action in 0..<actions {
          let part = UnsafeMutableBufferPointer(rebasing: quality[action * states..<(action + 1) * states])
          problem.transitions.expectation(of: start, action: action, into: part)
          let factor = problem.actionDiscounts[action]
          rewards.withUnsafeBufferPointer { rewards in
            for s in 0..<states { part[s] = rewards[action * states + s] + factor * part[s] }
          }
        }
        policy.withUnsafeMutableBufferPointer { policy in
          values.withUnsafeMutableBufferPointer { values in
            softMaximum(
              UnsafeBufferPointer(quality), states: states, actions: actions, values: values, policy: policy)
            for s in 0..<states {
              let difference = abs(values[s] - start[s])
              // Also when it is NaN.
              if !(difference <= gap) { gap = difference }
              largest = max(largest, abs(values[s]))
            }
          }
        }
      }
    }
    (self.quality, self.policy, self.values, self.largest) = (quality, policy, values, largest)
    return gap
  }

  /// The A x S weights delta_a pi_a.
  func weights() -> [Double] {
    var weights = policy
    let states = problem.stateCount
    for (action, factor) in problem.actionDiscounts.enumerated() where factor != 1 {
      for s in action * states..<(action + 1) * states { weights[s] *= factor }
    }
    return weights
  }
}
