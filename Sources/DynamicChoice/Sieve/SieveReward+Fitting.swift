internal import Glibc
public import Learning
internal import LinearAlgebra

extension SieveReward {
  /// Estimates rewards.
  ///
  /// - Throws: ``InvalidInput`` listing every violation; `CancellationError`.
  public func fit(_ input: ChoiceRows, on execution: Execution = Execution()) throws -> SieveRewardModel {
    var problems = Violations(violations)
    problems.require(
      anchor < input.actionCount, "anchor", given: anchor, expected: "0 to \(input.actionCount - 1)")
    try problems.throwIfAny()
    let count = input.actions.count
    func report(_ stage: String, _ done: Int) throws {
      try execution.cancellation.check()
      execution.progress.report(ProgressEvent(stage: stage, completed: done, total: 4))
    }
    try report("screening variables", 0)
    let scales = Self.scales(input)
    let choices = Self.choices(input)
    let (kept, pValues) = try screened(input, execution)
    try report("estimating choice probabilities", 1)
    let basis = SieveBasis(kept: kept, scales: scales)
    let (now, next) = (
      basis.columns(input.declared, input.variables), basis.columns(input.declaredNext, input.variablesNext)
    )
    let ridge =
      [Double](repeating: declaredRidge, count: input.declared.columns)
      + [Double](repeating: variableRidge, count: 2 * kept.count)
    let logit = MultinomialLogit(design: now, counts: choices, ridge: ridge)
    try report("solving for values", 2)
    let logNext = logit.logPolicy(next)
    let anchored = (0..<count).filter { Int(input.actions[$0]) == anchor }
    let (value, condition) = values(
      now.rows(anchored), next.rows(anchored), anchored.map { logNext[$0, anchor] }, ridge)
    try report("regressing next values", 3)
    let following = next.multiplied(by: value)
    let targets = (0..<count).map { following[$0] - logNext[$0, anchor] }
    let weights = (0..<input.actionCount).map { action -> [Double] in
      let rows = (0..<count).filter { Int(input.actions[$0]) == action }
      return regression(now.rows(rows), rows.map { targets[$0] }, ridge)
    }
    var reasons: [String] = []
    if anchored.isEmpty {
      reasons.append("the anchor is never chosen, so the level of rewards is not identified")
    }
    if anchored.count == count {
      reasons.append("the anchor is always chosen, so no other reward is identified")
    }
    return SieveRewardModel(
      recipe: self, kept: kept, pValues: pValues, scales: scales,
      meanLogLikelihood: logit.logLikelihood / Double(count), reciprocalCondition: condition,
      status: reasons.isEmpty ? .converged : .notIdentified(reasons), declaredCount: input.declared.columns,
      logit: logit, value: value, next: weights)
  }

  /// The largest size of each variable.
  private static func scales(_ input: ChoiceRows) -> [Double] {
    (0..<input.variables.columns).map { k in
      max(1e-12, (0..<input.actions.count).reduce(0) { max($0, abs(input.variables[$1, k])) })
    }
  }

  /// Rows with 1 at the action.
  private static func choices(_ input: ChoiceRows) -> DoubleMatrix {
    DoubleMatrix(rows: input.actions.count, columns: input.actionCount) { choices in
      for (row, action) in input.actions.enumerated() { choices[row * input.actionCount + Int(action)] = 1 }
    }
  }

  /// The variables that enter, and the p-values of their score tests.
  func screened(_ input: ChoiceRows, _ execution: Execution) throws -> (kept: [Int], pValues: [Double]) {
    let all = Array(0..<input.variables.columns)
    guard screening == .groups, !all.isEmpty else { return (all, []) }
    let pValues = try pValues(input, execution)
    return (all.filter { pValues[$0] < level / Double(all.count) }, pValues)
  }

  private func pValues(_ input: ChoiceRows, _ execution: Execution) throws -> [Double] {
    let scales = Self.scales(input)
    let choices = Self.choices(input)
    let base = MultinomialLogit(
      design: input.declared, counts: choices,
      ridge: [Double](repeating: declaredRidge, count: input.declared.columns))
    let test = ScoreTest(base: input.declared, logit: base, counts: choices)
    return try concurrentMap(count: scales.count, threads: execution.threads, scratch: {}) { _, k in
      try execution.cancellation.check()
      return test.pValue(SieveBasis.group(input.variables, k, scale: scales[k]))
    }
  }

  /// q(s) = phi(s)'w with w by least squares temporal differences on the anchor's rows (S. Bradtke, A. Barto: "Linear
  /// Least-Squares Algorithms for Temporal Difference Learning", Machine Learning 22, 1996).
  private func values(
    _ now: DoubleMatrix, _ next: DoubleMatrix, _ logAnchorNext: [Double], _ ridge: [Double]
  ) -> (weights: [Double], condition: Double) {
    let difference = DoubleMatrix(rows: now.rows, columns: now.columns) { values in
      for i in values.indices { values[i] = now.values[i] - discount * next.values[i] }
    }
    var system = now.transposedMultiplied(by: difference)
    for i in ridge.indices { system[i, i] += ridge[i] }
    let right = now.transposedMultiplied(by: logAnchorNext.map { anchorReward - discount * $0 })
    guard let factor = LUFactor(system) else { return ([Double](repeating: 0, count: ridge.count), 0) }
    return (factor.solve(right), factor.reciprocalCondition)
  }

  private func regression(_ design: DoubleMatrix, _ target: [Double], _ ridge: [Double]) -> [Double] {
    var gram = design.gram()
    for i in ridge.indices { gram[i, i] += ridge[i] }
    return CholeskyFactor(gram)?.solve(design.transposedMultiplied(by: target))
      ?? [Double](repeating: 0, count: ridge.count)
  }
}

/// e to the power of x.
func exponential(_ x: Double) -> Double { exp(x) }
