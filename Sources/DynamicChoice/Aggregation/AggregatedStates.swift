internal import Glibc
public import Learning
public import LinearAlgebra

/// Maximum likelihood on states that are grouped by their values: for states that are vectors, and rewards with a form.
///
/// A sieve gives Q(s, a); states with like Q form a cell (k-means); transitions, choices and features are those of the cells.
/// The error is a bias that falls with the number of cells and a variance that rises with it. A last step of
/// pseudo-likelihood takes today's features from each state itself, and only what follows from its cell.
///
/// S. Geng, H. Nassif, C. Manzanares: "A Data-Driven State Aggregation Approach for Dynamic Discrete Choice Models" (SAmQ),
/// UAI 2023.
public struct AggregatedStates: Estimator {
  /// What it learns from.
  public struct Input: Sendable {
    /// Choices with the columns of the sieve.
    public let rows: ChoiceRows
    /// Names of the features of the reward.
    public let names: [String]
    /// For each action, n x K features in the states of the rows.
    public let features: [DoubleMatrix]

    /// Creates input.
    ///
    /// - Throws: ``InvalidInput`` when shapes differ or a number is not finite.
    public init(rows: ChoiceRows, names: [String], features: [DoubleMatrix]) throws {
      var problems = Violations()
      let (count, actions) = (rows.actions.count, rows.actionCount)
      problems.require(
        features.count == actions, "features", given: "\(features.count) actions",
        expected: "\(actions) actions")
      for matrix in features {
        problems.require(
          matrix.rows == count && matrix.columns == names.count, "features",
          given: "\(matrix.rows) x \(matrix.columns)", expected: "\(count) x \(names.count)")
        problems.require(
          matrix.values.allSatisfy(\.isFinite), "features", given: "NaN or infinity",
          expected: "finite numbers")
      }
      try problems.throwIfAny()
      (self.rows, self.names, self.features) = (rows, names, features)
    }
  }

  /// The sieve whose values group the states.
  public var sieve = SieveReward()
  /// Number of cells; 0 chooses among 10, 20, 50, 100 and 200 by the Bayesian information criterion.
  public var cells = 100
  /// Rounds of k-means at the most.
  public var rounds = 30
  /// Seeds k-means.
  public var seed: UInt64 = 0

  /// Creates the default recipe.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations(sieve.violations)
    found.require((0...2000).contains(cells), "cells", given: cells, expected: "0 to 2000")
    found.require((1...10_000).contains(rounds), "rounds", given: rounds, expected: "1 to 10000")
    return found.all
  }

  /// Estimates the parameters.
  ///
  /// - Throws: ``InvalidInput`` listing every violation; `CancellationError`.
  /// - Complexity: O(n x cells) time and O(n + cells^2) memory beside the sieve's
  public func fit(_ input: Input, on execution: Execution = Execution()) throws -> AggregatedModel {
    try Violations(violations).throwIfAny()
    let rows = input.rows
    let values = try sieve.fit(rows, on: execution)
    let now = values.qualities(declared: rows.declared, variables: rows.variables)
    let next = values.qualities(declared: rows.declaredNext, variables: rows.variablesNext)
    var best: (model: AggregatedModel, criterion: Double)?
    for count in cells > 0 ? [cells] : [10, 20, 50, 100, 200] {
      try execution.cancellation.check()
      let groups = KMeans(now, cells: count, rounds: rounds, seed: seed)
      let estimate = try estimate(input, groups, now, next, execution)
      // Each cell has a distribution over the next ones for each action: that is what more cells cost.
      let cost = Double(input.names.count + groups.centres.rows * rows.actionCount)
      let criterion = -2 * estimate.logLikelihood + cost * log(Double(rows.actions.count))
      if best.map({ criterion < $0.criterion }) ?? true {
        best = (AggregatedModel(recipe: self, values: values, groups: groups, estimate: estimate), criterion)
      }
    }
    guard let best else { preconditionFailure("one number of cells at least") }
    return best.model
  }

  private func estimate(
    _ input: Input, _ groups: KMeans, _ now: DoubleMatrix, _ next: DoubleMatrix, _ execution: Execution
  ) throws -> StructuralEstimate {
    let (rows, cells, count) = (input.rows, groups.centres.rows, input.names.count)
    let labels = groups.labels(now)
    let transitions = try TransitionCounts(
      states: labels, actions: rows.actions, next: groups.labels(next), stateCount: cells,
      actionCount: rows.actionCount
    ).transitions(unseen: .uniform)
    var sizes = [Double](repeating: 0, count: cells)
    for label in labels { sizes[Int(label)] += 1 }
    var features = [Double](repeating: 0, count: rows.actionCount * count * cells)
    for action in 0..<rows.actionCount {
      for (row, label) in labels.enumerated() {
        for k in 0..<count {
          features[(action * count + k) * cells + Int(label)] +=
            input.features[action][row, k] / sizes[Int(label)]
        }
      }
    }
    let problem = try DecisionProblem(
      actions: (0..<rows.actionCount).map { ChoiceAction("action \($0)") }, discount: sieve.discount,
      transitions: transitions,
      features: RewardFeatures(
        names: input.names, stateCount: cells, actionCount: rows.actionCount, values: features))
    var recipe = NestedFixedPoint()
    recipe.errors = .given
    let data = try ChoiceData(
      problem: problem,
      counts: ChoiceCounts(
        states: labels, actions: rows.actions, stateCount: cells, actionCount: rows.actionCount))
    return try refined(try recipe.fit(data, on: execution), data, input, labels, execution)
  }

  /// One step of pseudo-likelihood on the rows, where what follows is worth what their cells say.
  private func refined(
    _ estimate: StructuralEstimate, _ cells: ChoiceData, _ input: Input, _ labels: [Int32],
    _ execution: Execution
  ) throws -> StructuralEstimate {
    guard let continuation = CellContinuation(estimate, cells.problem) else { return estimate }
    let (count, parameters) = (labels.count, input.names.count)
    let (actions, cellCount) = (input.rows.actionCount, cells.problem.stateCount)
    var features = [Double](repeating: 0, count: actions * parameters * count)
    var offset = [Double](repeating: 0, count: actions * count)
    for k in 0...parameters {
      let next = cells.problem.transitions.discounted(
        Array(continuation.columns[k * cellCount..<(k + 1) * cellCount]), cells.problem.actionDiscounts)
      for action in 0..<actions {
        for (row, label) in labels.enumerated() {
          let later = next[action * cellCount + Int(label)]
          if k < parameters {
            features[(action * parameters + k) * count + row] = input.features[action][row, k] + later
          } else {
            offset[action * count + row] = later
          }
        }
      }
    }
    let found = LinearLogit(
      counts: try ChoiceCounts(
        states: (0..<Int32(count)).map { $0 }, actions: input.rows.actions, stateCount: count,
        actionCount: actions), features: features, offset: offset
    ).maximise(from: estimate.theta)
    // Values and choice probabilities of the cells under these parameters.
    var likelihood = ChoiceLikelihood(problem: cells.problem, counts: cells.counts, start: estimate.values)
    var point = likelihood.evaluate(found.theta)
    if point.value.isFinite {
      (point.value, point.logLikelihood) = (found.logLikelihood, found.logLikelihood)
    }
    point.information = found.information
    var refined = try StructuralEstimate(
      method: "samq", data: cells, result: .init(point: point, converged: found.converged), ridge: 0,
      errors: .given, on: execution)
    refined.effort = estimate.effort
    return refined
  }
}
