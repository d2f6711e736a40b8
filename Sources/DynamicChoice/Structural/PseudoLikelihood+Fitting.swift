internal import Glibc
public import Learning
internal import LinearAlgebra

extension PseudoLikelihood {
  /// Estimates the parameters.
  ///
  /// - Throws: ``InvalidInput`` listing every violation; `CancellationError`.
  public func fit(_ input: ChoiceData, on execution: Execution = Execution()) throws -> StructuralEstimate {
    let (states, actions) = (input.problem.stateCount, input.problem.actions.count)
    let names = input.problem.features.names
    var problems = Violations(violations)
    problems.require(
      start.isEmpty || start.count == states * actions, "start", given: "\(start.count) probabilities",
      expected: "\(states * actions) probabilities")
    errors.require(of: input, &problems)
    try problems.throwIfAny()
    var policy = start.isEmpty ? CountShrinkage().policy(input.counts).policy : start
    var theta = [Double](repeating: 0, count: names.count)
    var logit = LinearLogit(counts: input.counts, features: [], offset: [])
    var (iterations, converged, logLikelihood) = (0, false, -Double.infinity)
    while iterations < steps {
      try execution.cancellation.check()
      execution.progress.report(
        ProgressEvent(
          stage: "updating choice probabilities", completed: iterations, total: nil,
          figure: ("log-likelihood", logLikelihood)))
      iterations += 1
      (logit.features, logit.offset) = Self.linearised(input.problem, policy)
      let found = logit.maximise(from: theta)
      theta = found.theta
      logLikelihood = found.logLikelihood
      var change = 0.0
      for i in policy.indices {
        change = max(change, abs(found.policy[i] - policy[i]))
        policy[i] = min(max(found.policy[i], 1e-14), 1)
      }
      converged = change < 1e-10
      if converged || !logLikelihood.isFinite { break }
    }
    // Hotz-Miller is done after its step.
    var result = LikelihoodSearch.Result(point: .init(theta: theta), iterations: iterations)
    result.converged = converged || steps == 1 && logLikelihood.isFinite
    var likelihood = ChoiceLikelihood(problem: input.problem, counts: input.counts)
    var point = likelihood.evaluate(theta)
    if !converged, point.value.isFinite {
      (point.logLikelihood, point.value, point.policy) = (logLikelihood, logLikelihood, policy)
    }
    result.point = point
    var estimate = try StructuralEstimate(
      method: steps == 1 ? "hotz-miller" : "npl", data: input, result: result, ridge: 0, errors: errors,
      on: execution)
    estimate.effort = EstimationEffort(
      iterations: iterations, contractions: likelihood.contractions, newtonSteps: likelihood.newtonSteps,
      evaluations: likelihood.evaluations)
    return estimate
  }

  /// Q_a = Z_a theta + e_a when the agents go on with `policy`: Z of A x K x S numbers, e of A x S.
  static func linearised(
    _ problem: DecisionProblem, _ policy: [Double]
  ) -> (features: [Double], offset: [Double]) {
    linearised(problem, continuation: continuation(problem, policy))
  }

  /// V = W theta + w when the agents go on with `policy`: K columns of W, then w, of S numbers each.
  static func continuation(_ problem: DecisionProblem, _ policy: [Double]) -> [Double] {
    let (states, actions, count) = (problem.stateCount, problem.actions.count, problem.features.names.count)
    let features = problem.features
    var weights = policy
    for (action, factor) in problem.actionDiscounts.enumerated() {
      for s in action * states..<(action + 1) * states { weights[s] *= factor }
    }
    var right = [Double](repeating: 0, count: (count + 1) * states)
    for action in 0..<actions {
      for s in 0..<states {
        let share = policy[action * states + s]
        for k in 0..<count {
          right[k * states + s] += share * features.values[features.start(action: action, feature: k) + s]
        }
        let known = features.offset.isEmpty ? 0 : features.offset[action * states + s]
        right[count * states + s] += share * (known - log(share))
      }
    }
    _ = problem.transitions.system(weights: weights).solve(&right, tolerance: 1e-12)
    return right
  }

  /// Q_a = Z_a theta + e_a when what follows is worth W theta + w.
  static func linearised(
    _ problem: DecisionProblem, continuation: [Double]
  ) -> (features: [Double], offset: [Double]) {
    let (states, actions, count) = (problem.stateCount, problem.actions.count, problem.features.names.count)
    let features = problem.features
    var (z, e) = (features.values, features.offset)
    if e.isEmpty { e = [Double](repeating: 0, count: states * actions) }
    for k in 0...count {
      let next = problem.transitions.discounted(
        Array(continuation[k * states..<(k + 1) * states]), problem.actionDiscounts)
      for action in 0..<actions {
        for s in 0..<states {
          if k < count {
            z[features.start(action: action, feature: k) + s] += next[action * states + s]
          } else {
            e[action * states + s] += next[action * states + s]
          }
        }
      }
    }
    return (z, e)
  }
}
