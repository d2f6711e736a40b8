public import Learning
public import LinearAlgebra

/// Rewards on the features of a network.
public struct DeepRewardModel: Predictor {
  /// What it was fitted with.
  public let recipe: DeepReward
  /// The p-value of each variable's score test; empty without screening.
  public let pValues: [Double]

  let declaredCount: Int
  let variableCount: Int
  let basis: NetworkBasis
  let output: ColumnScaling
  let steps: SieveRewardModel

  /// The variables that the network saw, ascending.
  public var kept: [Int] { basis.kept }

  /// How the estimation ended.
  public var status: FitStatus { steps.status }

  /// Rewards of every action in a state.
  ///
  /// - Throws: ``InvalidInput`` when the state has other numbers of columns or variables, or one that is not finite.
  public func predict(_ query: SieveRewardModel.State) throws -> [Double] {
    try query.require(declared: declaredCount, variables: variableCount)
    return Array(
      rewards(
        declared: DoubleMatrix(row: query.declared), variables: DoubleMatrix(row: query.variables)
      ).row(0))
  }

  /// Rewards of every action in many states, n x A.
  ///
  /// - Precondition: the matrices have the columns of the fit.
  public func rewards(declared: DoubleMatrix, variables: DoubleMatrix) -> DoubleMatrix {
    let inputs = basis.scaling.floats(DeepReward.inputs(declared, variables, basis.kept))
    let features = output.divided(basis.features(inputs))
    return steps.rewards(declared: features, variables: DoubleMatrix(rows: features.rows, columns: 0))
  }
}
