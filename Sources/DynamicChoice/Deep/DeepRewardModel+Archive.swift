internal import Learning
internal import LinearAlgebra

extension DeepRewardModel {
  /// The kind that a model's archive has.
  public static let archiveKind = "deep-rewards"

  private struct Summary: Codable {
    let recipe: DeepReward
    let pValues: [Double]
    let declared, variables, actions: Int
    let kept: [Int]
    let scaling, output: ColumnScaling
  }

  /// Opens a model.
  ///
  /// - Throws: ``FileError`` or ``FileFormatError``, naming file and field.
  public init(contentsOf path: String) throws {
    let archive = try ModelArchive(contentsOf: path, kind: Self.archiveKind)
    let summary = try archive.value("model", as: Summary.self)
    let inputs = summary.declared + summary.kept.count
    guard summary.recipe.violations.isEmpty, (0...1_000_000).contains(summary.variables),
      (1...1_000_000).contains(summary.declared), (2...10_000).contains(summary.actions),
      summary.kept.allSatisfy({ (0..<summary.variables).contains($0) }),
      summary.scaling.means.count == inputs, summary.scaling.deviations.count == inputs,
      summary.output.deviations.count == 1 + inputs + summary.recipe.networks * summary.recipe.hidden
    else {
      throw FileFormatError(
        path: path, place: "model", given: "a recipe or shape out of range", expected: "what training writes",
        advice: "The model is altered; train it again.")
    }
    let sizes = [inputs, summary.recipe.hidden, summary.recipe.hidden, summary.actions - 1]
    let networks = try (0..<summary.recipe.networks).map { place in
      let layers = try (0..<3).map { k in
        (
          weights: try DenseMatrix(
            rows: sizes[k], columns: sizes[k + 1],
            values: Array(
              archive.array("weights/\(place)/\(k)", of: Float.self, count: sizes[k] * sizes[k + 1]))),
          biases: Array(try archive.array("biases/\(place)/\(k)", of: Float.self, count: sizes[k + 1]))
        )
      }
      return ChoiceNetwork(weights: layers.map(\.weights), biases: layers.map(\.biases))
    }
    let steps = try SieveRewardModel(from: archive.section("steps"))
    let width = 1 + inputs + summary.recipe.networks * summary.recipe.hidden
    guard steps.declaredCount == width, steps.kept.isEmpty else {
      throw FileFormatError(
        path: path, place: "steps", given: "\(steps.declaredCount) columns",
        expected: "\(width)", advice: "The model is altered; train it again.")
    }
    self.init(
      recipe: summary.recipe, pValues: summary.pValues, declaredCount: summary.declared,
      variableCount: summary.variables,
      basis: NetworkBasis(
        kept: summary.kept, scaling: summary.scaling, networks: networks),
      output: summary.output, steps: steps)
  }

  /// Writes the model as a folder; a reader sees the old folder or the new one.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws {
    try ModelArchive.write(to: path, kind: Self.archiveKind) { writer in
      try writer.add(
        "model",
        value: Summary(
          recipe: recipe, pValues: pValues, declared: declaredCount, variables: variableCount,
          actions: steps.next.count, kept: basis.kept, scaling: basis.scaling, output: output))
      for (place, network) in basis.networks.enumerated() {
        for k in 0..<3 {
          try writer.add("weights/\(place)/\(k)", array: network.weights[k].values)
          try writer.add("biases/\(place)/\(k)", array: network.biases[k])
        }
      }
      try writer.section("steps") { try steps.write(to: &$0) }
    }
  }
}
