public import Learning
internal import LinearAlgebra

extension DeepReward {
  /// Estimates rewards.
  ///
  /// The declared columns serve the screening and are inputs of the network, beside the variables that are kept.
  ///
  /// - Throws: ``InvalidInput`` listing every violation; `CancellationError`.
  public func fit(_ input: ChoiceRows, on execution: Execution = Execution()) throws -> DeepRewardModel {
    var problems = Violations(violations)
    problems.require(
      base.anchor < input.actionCount, "anchor", given: base.anchor, expected: "0 to \(input.actionCount - 1)"
    )
    try problems.throwIfAny()
    try execution.cancellation.check()
    execution.progress.report(ProgressEvent(stage: "screening variables", completed: 0, total: nil))
    let (kept, pValues) = try base.screened(input, execution)
    let now = Self.inputs(input.declared, input.variables, kept)
    let scaling = ColumnScaling(now)
    let scaled = scaling.floats(now)
    let trained = try networks(
      inputs: scaled, actions: input.actions, actionCount: input.actionCount, on: execution)
    let basis = NetworkBasis(kept: kept, scaling: scaling, networks: trained)
    let features = basis.features(scaled)
    let output = ColumnScaling(features)
    let after = basis.features(
      scaling.floats(Self.inputs(input.declaredNext, input.variablesNext, kept)))
    let none = DoubleMatrix(rows: input.actions.count, columns: 0)
    var exact = base
    exact.screening = .none
    let steps = try exact.fit(
      ChoiceRows(
        declared: output.divided(features), declaredNext: output.divided(after), variables: none,
        variablesNext: none, actions: input.actions, actionCount: input.actionCount), on: execution)
    return DeepRewardModel(
      recipe: self, pValues: pValues, declaredCount: input.declared.columns,
      variableCount: input.variables.columns, basis: basis, output: output, steps: steps)
  }

  /// Trains the networks, each from a start of its own.
  func networks(
    inputs: DenseMatrix, actions: [Int32], actionCount: Int, on execution: Execution
  ) throws -> [ChoiceNetwork] {
    try (0..<networks).map { place in
      try ChoiceNetwork(
        self, stream: UInt64(place), inputs: inputs, actions: actions, actionCount: actionCount
      ) {
        epoch, value in
        try execution.cancellation.check()
        execution.progress.report(
          ProgressEvent(
            stage: "training the network", completed: place * epochs + epoch + 1, total: networks * epochs,
            figure: ("held-out log-likelihood", value)))
      }
    }
  }

  /// Declared columns and the variables that are kept.
  static func inputs(_ declared: DoubleMatrix, _ variables: DoubleMatrix, _ kept: [Int]) -> DoubleMatrix {
    let width = declared.columns + kept.count
    return DoubleMatrix(rows: declared.rows, columns: width) { result in
      for row in 0..<declared.rows {
        for k in 0..<declared.columns {
          result[row * width + k] = declared.values[row * declared.columns + k]
        }
        for (place, k) in kept.enumerated() {
          result[row * width + declared.columns + place] = variables.values[row * variables.columns + k]
        }
      }
    }
  }
}

/// Means and deviations of columns.
struct ColumnScaling: Codable, Sendable, Equatable {
  let means: [Double]
  let deviations: [Double]

  init(_ matrix: DoubleMatrix) {
    let count = Double(max(1, matrix.rows))
    var sums = [Double](repeating: 0, count: matrix.columns)
    var squares = sums
    for row in 0..<matrix.rows {
      for k in 0..<matrix.columns { sums[k] += matrix.values[row * matrix.columns + k] }
    }
    means = sums.map { $0 / count }
    for row in 0..<matrix.rows {
      for k in 0..<matrix.columns {
        let difference = matrix.values[row * matrix.columns + k] - means[k]
        squares[k] += difference * difference
      }
    }
    deviations = squares.map { ($0 / count).squareRoot() + 1e-3 }
  }

  /// The matrix centred and divided, in single precision.
  func floats(_ matrix: DoubleMatrix) -> DenseMatrix {
    var values = [Float](repeating: 0, count: matrix.values.count)
    for row in 0..<matrix.rows {
      for k in 0..<matrix.columns {
        let place = row * matrix.columns + k
        values[place] = Float((matrix.values[place] - means[k]) / deviations[k])
      }
    }
    var result = DenseMatrix(rows: matrix.rows, columns: matrix.columns)
    result.values = values
    return result
  }

  /// The matrix divided but not centred; a column that never changes stays as it is.
  func divided(_ matrix: DoubleMatrix) -> DoubleMatrix {
    DoubleMatrix(rows: matrix.rows, columns: matrix.columns) { values in
      for row in 0..<matrix.rows {
        for k in 0..<matrix.columns {
          let place = row * matrix.columns + k
          values[place] = matrix.values[place] / (deviations[k] > 1e-3 ? deviations[k] : 1)
        }
      }
    }
  }
}

/// From inputs to features: 1, the inputs, the last hidden layer of each network.
struct NetworkBasis: Sendable {
  let kept: [Int]
  let scaling: ColumnScaling
  let networks: [ChoiceNetwork]

  func features(_ scaled: DenseMatrix) -> DoubleMatrix {
    let hidden = networks.map { $0.features(of: scaled) }
    let width = 1 + scaled.columns + hidden.reduce(0) { $0 + $1.columns }
    return DoubleMatrix(rows: scaled.rows, columns: width) { result in
      for row in 0..<scaled.rows {
        result[row * width] = 1
        var place = row * width + 1
        for part in [scaled] + hidden {
          for k in 0..<part.columns { result[place + k] = Double(part.values[row * part.columns + k]) }
          place += part.columns
        }
      }
    }
  }
}
