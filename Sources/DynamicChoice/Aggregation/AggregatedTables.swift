internal import Glibc
public import Learning
internal import LinearAlgebra

/// Maximum likelihood on cells of finite states that have like values, for problems of many states.
///
/// Values are those of anchored rewards; states with like Q(s, a), weighted by their choices, form a cell (k-means);
/// transitions and features of a cell are the means of its states'. A last step of pseudo-likelihood gives each state its own
/// features and transitions back. Beside ``AggregatedStates``, which does the same where states are vectors.
public struct AggregatedTables: Estimator {
  /// Number of cells; more are nearer to the problem itself and cost more.
  public var cells = 100
  /// How choice probabilities are estimated for the values.
  public var policy = PolicyStep.counts
  /// The anchor of the values.
  public var anchor = Anchor.action(0)
  /// Seeds k-means.
  public var seed: UInt64 = 0

  /// Creates the default recipe.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require((1...2000).contains(cells), "cells", given: cells, expected: "1 to 2000")
    return found.all
  }

  /// Estimates the parameters.
  ///
  /// - Throws: ``InvalidInput`` listing every violation; `CancellationError`.
  /// - Complexity: O(cells) applications of the transitions for each action
  public func fit(_ input: ChoiceData, on execution: Execution = Execution()) throws -> StructuralEstimate {
    var problems = Violations(violations)
    problems.require(
      !input.problem.transitions.ends, "horizon", given: "a last period", expected: "a problem without an end"
    )
    try problems.throwIfAny()
    var values = AnchoredReward()
    (values.policy, values.anchor, values.seed) = (policy, anchor, seed)
    let rewards = try values.fit(input, on: execution)
    let (states, actions) = (input.problem.stateCount, input.problem.actions.count)
    let quality = DoubleMatrix(rows: states, columns: actions) { quality in
      for s in 0..<states {
        for a in 0..<actions {
          quality[s * actions + a] = rewards.values[s] + log(rewards.policy[a * states + s])
        }
      }
    }
    let weights = input.counts.ofStates
    var recipe = NestedFixedPoint()
    recipe.errors = .given
    try execution.cancellation.check()
    let labels = KMeans(quality, weights: weights, cells: cells, rounds: 50, seed: seed).labels(quality)
    let (data, cell) = try Self.aggregated(input, labels, weights)
    return try refined(try recipe.fit(data, on: execution), data, input, cell, execution)
  }

  /// One step of pseudo-likelihood on the states, where what follows is worth what the cells say.
  private func refined(
    _ estimate: StructuralEstimate, _ cells: ChoiceData, _ input: ChoiceData, _ cell: [Int],
    _ execution: Execution
  ) throws -> StructuralEstimate {
    guard let continuation = CellContinuation(estimate, cells.problem) else {
      return estimate.named("samq").spread(over: cell)
    }
    let (features, offset) = PseudoLikelihood.linearised(
      input.problem, continuation: continuation.spread(over: cell))
    let found = LinearLogit(counts: input.counts, features: features, offset: offset)
      .maximise(from: estimate.theta)
    var point = ChoiceLikelihood.Point(theta: found.theta)
    (point.value, point.logLikelihood) = (found.logLikelihood, found.logLikelihood)
    (point.information, point.values, point.policy) = (found.information, found.values, found.policy)
    let result = LikelihoodSearch.Result(
      point: point, converged: estimate.status == .converged && found.converged)
    var refined = try StructuralEstimate(
      method: "samq", data: input, result: result, ridge: 0, errors: .given, on: execution)
    refined.effort = estimate.effort
    return refined
  }

  /// The data of cells, and the cell of each state.
  private static func aggregated(
    _ input: ChoiceData, _ labels: [Int32], _ weights: [Double]
  ) throws -> (data: ChoiceData, cell: [Int]) {
    let (problem, states) = (input.problem, input.problem.stateCount)
    let (actions, parameters) = (problem.actions.count, problem.features.names.count)
    // Cells without states do not exist; states that were never seen count a little, so that no cell is without weight.
    let used = Set(labels).sorted()
    let place = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    let cells = used.count
    let cell = labels.map { place[$0] ?? 0 }
    var sums = [Double](repeating: 0, count: cells)
    for s in 0..<states { sums[cell[s]] += weights[s] + 1e-6 }
    let shares = (0..<states).map { (weights[$0] + 1e-6) / sums[cell[$0]] }
    /// Means over the states of each cell.
    func mean(_ values: ArraySlice<Double>) -> [Double] {
      var means = [Double](repeating: 0, count: cells)
      for (s, value) in values.enumerated() { means[cell[s]] += shares[s] * value }
      return means
    }
    var rows = [[(Int32, Double)]](repeating: [], count: actions * cells)
    for target in 0..<cells {
      let indicator = cell.map { $0 == target ? 1.0 : 0 }
      for action in 0..<actions {
        let expected = mean(problem.transitions.expectation(of: indicator, action: action)[...])
        for from in 0..<cells where expected[from] > 0 {
          rows[action * cells + from].append((Int32(target), expected[from]))
        }
      }
    }
    let tables = (0..<actions * parameters).flatMap { k in
      mean(problem.features.values[k * states..<(k + 1) * states])
    }
    let offset =
      problem.features.offset.isEmpty
      ? [] : (0..<actions).flatMap { mean(problem.features.offset[$0 * states..<($0 + 1) * states]) }
    var counts = [Double](repeating: 0, count: actions * cells)
    for (place, count) in input.counts.values.enumerated() where count > 0 {
      counts[place / states * cells + cell[place % states]] += count
    }
    let data = try ChoiceData(
      problem: DecisionProblem(
        actions: problem.actions, discount: problem.discount,
        transitions: SparseTransitions(stateCount: cells, actionCount: actions, rows: rows),
        features: RewardFeatures(
          names: problem.features.names, stateCount: cells, actionCount: actions, values: tables,
          offset: offset)),
      counts: ChoiceCounts(stateCount: cells, actionCount: actions, values: counts))
    return (data, cell)
  }
}

extension StructuralEstimate {
  /// An estimate on cells as one of states.
  fileprivate func spread(over cell: [Int]) -> StructuralEstimate {
    let cells = stateCount
    return StructuralEstimate(
      method: method, parameters: parameters, covariance: covariance, responses: responses,
      information: information, diagnosis: diagnosis, logLikelihood: logLikelihood, status: status,
      decisions: decisions, stateCount: cell.count, actionCount: actionCount,
      values: values.isEmpty ? [] : cell.map { values[$0] },
      policy: policy.isEmpty
        ? [] : (0..<actionCount).flatMap { action in cell.map { policy[action * cells + $0] } },
      effort: effort)
  }
}
