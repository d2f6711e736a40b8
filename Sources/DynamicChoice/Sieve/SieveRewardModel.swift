public import Learning
public import LinearAlgebra

/// Rewards on an additive sieve.
public struct SieveRewardModel: Predictor {
  /// A state: its declared columns and its variables.
  public struct State: Sendable, Equatable {
    /// The declared columns.
    public var declared: [Double]
    /// The variables.
    public var variables: [Double]

    /// Creates a state.
    public init(declared: [Double], variables: [Double]) {
      (self.declared, self.variables) = (declared, variables)
    }

    /// Checks sizes and numbers.
    func require(declared declaredCount: Int, variables variableCount: Int) throws {
      var problems = Violations()
      problems.require(
        declared.count == declaredCount, "declared", given: "\(declared.count) columns",
        expected: "\(declaredCount) columns")
      problems.require(
        variables.count == variableCount, "variables", given: "\(variables.count) variables",
        expected: "\(variableCount) variables")
      problems.require(
        (declared + variables).allSatisfy(\.isFinite), "state", given: "NaN or infinity",
        expected: "finite numbers")
      try problems.throwIfAny()
    }
  }

  /// What it was fitted with.
  public let recipe: SieveReward
  /// The variables that entered, ascending.
  public let kept: [Int]
  /// The p-value of each variable's score test; empty without screening.
  public let pValues: [Double]
  /// What each variable is divided by.
  public let scales: [Double]
  /// Log-likelihood of a choice that the policy was fitted to.
  public let meanLogLikelihood: Double
  /// 1 / condition of the system of the values.
  public let reciprocalCondition: Double
  /// How the estimation ended.
  public let status: FitStatus

  let declaredCount: Int
  let logit: MultinomialLogit
  /// Weights of the anchor's values.
  let value: [Double]
  /// For each action, weights of the next state's value.
  let next: [[Double]]

  /// Rewards of every action in a state.
  ///
  /// - Throws: ``InvalidInput`` when the state has other numbers of columns or variables, or one that is not finite.
  public func predict(_ query: State) throws -> [Double] {
    try query.require(declared: declaredCount, variables: scales.count)
    return Array(
      rewards(
        declared: DoubleMatrix(row: query.declared), variables: DoubleMatrix(row: query.variables)
      ).row(0))
  }

  /// Rewards of every action in many states, n x A.
  ///
  /// - Precondition: the matrices have the columns of the fit.
  public func rewards(declared: DoubleMatrix, variables: DoubleMatrix) -> DoubleMatrix {
    let basis = SieveBasis(kept: kept, scales: scales).columns(declared, variables)
    let logPolicy = logit.logPolicy(basis)
    let anchored = basis.multiplied(by: value)
    let following = next.map { basis.multiplied(by: $0) }
    return DoubleMatrix(rows: basis.rows, columns: next.count) { rewards in
      for row in 0..<basis.rows {
        let own = anchored[row] - logPolicy[row, recipe.anchor]
        for action in next.indices {
          rewards[row * next.count + action] =
            logPolicy[row, action] + own - recipe.discount * following[action][row]
        }
      }
    }
  }

  /// Q of every action in many states, n x A: log-probability plus value.
  ///
  /// - Precondition: the matrices have the columns of the fit.
  func qualities(declared: DoubleMatrix, variables: DoubleMatrix) -> DoubleMatrix {
    let basis = SieveBasis(kept: kept, scales: scales).columns(declared, variables)
    let logPolicy = logit.logPolicy(basis)
    let anchored = basis.multiplied(by: value)
    return DoubleMatrix(rows: basis.rows, columns: next.count) { qualities in
      for row in 0..<basis.rows {
        let own = anchored[row] - logPolicy[row, recipe.anchor]
        for action in next.indices { qualities[row * next.count + action] = logPolicy[row, action] + own }
      }
    }
  }

  /// Log-probabilities of every action in many states, n x A.
  ///
  /// - Precondition: the matrices have the columns of the fit.
  public func logPolicy(declared: DoubleMatrix, variables: DoubleMatrix) -> DoubleMatrix {
    logit.logPolicy(SieveBasis(kept: kept, scales: scales).columns(declared, variables))
  }
}

/// Declared columns and, for each variable that is kept, u and u^2 - 1/3 with u the variable over its scale.
struct SieveBasis {
  let kept: [Int]
  let scales: [Double]

  func columns(_ declared: DoubleMatrix, _ variables: DoubleMatrix) -> DoubleMatrix {
    let (width, rows) = (declared.columns + 2 * kept.count, declared.rows)
    if kept.isEmpty { return declared }
    var result = DoubleMatrix(rows: rows, columns: width)
    result.values.withUnsafeMutableBufferPointer { result in
      for row in 0..<rows {
        for column in 0..<declared.columns {
          result[row * width + column] = declared.values[row * declared.columns + column]
        }
        for (place, k) in kept.enumerated() {
          let u = variables.values[row * variables.columns + k] / scales[k]
          result[row * width + declared.columns + 2 * place] = u
          result[row * width + declared.columns + 2 * place + 1] = u * u - 1.0 / 3
        }
      }
    }
    return result
  }

  /// The two columns of one variable.
  static func group(_ variables: DoubleMatrix, _ k: Int, scale: Double) -> DoubleMatrix {
    DoubleMatrix(rows: variables.rows, columns: 2) { result in
      for row in 0..<variables.rows {
        let u = variables[row, k] / scale
        result[2 * row] = u
        result[2 * row + 1] = u * u - 1.0 / 3
      }
    }
  }
}

extension DoubleMatrix {
  /// A matrix whose values, zeros at first, are written by `fill`; single writes through the matrix cost more.
  init(rows: Int, columns: Int, fill: (inout [Double]) -> Void) {
    var values = [Double](repeating: 0, count: rows * columns)
    fill(&values)
    self.init(rows: rows, columns: columns)
    self.values = values
  }

  /// One row.
  init(row: [Double]) {
    self.init(rows: 1, columns: row.count)
    values = row
  }

  /// Some rows.
  func rows(_ places: [Int]) -> DoubleMatrix {
    var result = DoubleMatrix(rows: places.count, columns: columns)
    result.values = places.flatMap { values[$0 * columns..<($0 + 1) * columns] }
    return result
  }
}
