internal import Learning
public import LinearAlgebra

/// Choices one by one with states that are vectors: what the sieve learns from.
///
/// Declared columns are terms that the rewards surely depend on (indicators, products, splines, made by the caller); variables
/// are candidates, each of which enters as u and u^2 where it matters.
public struct ChoiceRows: Sendable {
  /// Declared columns of the states in which choices were made, n x D.
  public let declared: DoubleMatrix
  /// The same of the states that followed.
  public let declaredNext: DoubleMatrix
  /// Candidate variables, n x K.
  public let variables: DoubleMatrix
  /// The same of the states that followed.
  public let variablesNext: DoubleMatrix
  /// The action of each row.
  public let actions: [Int32]
  /// Number of actions.
  public let actionCount: Int

  /// Creates rows.
  ///
  /// - Throws: ``InvalidInput`` when there are none, shapes differ, an action is out of range or a number is not finite.
  public init(
    declared: DoubleMatrix, declaredNext: DoubleMatrix, variables: DoubleMatrix, variablesNext: DoubleMatrix,
    actions: [Int32], actionCount: Int
  ) throws {
    var problems = Violations()
    let count = actions.count
    problems.require(count > 0, "rows", given: 0, expected: "1 or more")
    problems.require(actionCount >= 2, "actions", given: actionCount, expected: "2 or more")
    for (name, matrix, columns) in [
      ("declared", declared, declared.columns), ("declaredNext", declaredNext, declared.columns),
      ("variables", variables, variables.columns), ("variablesNext", variablesNext, variables.columns),
    ] {
      problems.require(
        matrix.rows == count && matrix.columns == columns, name, given: "\(matrix.rows) x \(matrix.columns)",
        expected: "\(count) x \(columns)")
      problems.require(
        matrix.values.allSatisfy(\.isFinite), name, given: "NaN or infinity", expected: "finite numbers")
    }
    problems.require(declared.columns >= 1, "declared", given: "0 columns", expected: "1 or more")
    problems.require(
      actions.allSatisfy { $0 >= 0 && $0 < actionCount }, "actions", given: "an action out of range",
      expected: "0 to \(actionCount - 1)")
    try problems.throwIfAny()
    (self.declared, self.declaredNext) = (declared, declaredNext)
    (self.variables, self.variablesNext) = (variables, variablesNext)
    (self.actions, self.actionCount) = (actions, actionCount)
  }
}
