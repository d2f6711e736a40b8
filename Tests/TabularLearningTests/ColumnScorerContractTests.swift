import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import TabularLearning

/// Groups of six rows of which the first column tells the gain, the second half of it, the third nothing.
func rankedExamples(groups: Int, seed: UInt64) throws -> GroupedExamples {
  var generator = SeededGenerator(seed: seed)
  var (values, gains): ([Float], [Float]) = ([], [])
  for _ in 0..<groups * 6 {
    let gain = Float(generator.integer(below: 4))
    values += [
      gain + Float(generator.normal()), gain * gain + 2 * Float(generator.normal()),
      Float(generator.normal()),
    ]
    gains.append(gain)
  }
  return GroupedExamples(
    features: try DenseMatrix(rows: gains.count, columns: 3, values: values), gains: gains,
    groupSizes: Array(repeating: 6, count: groups))
}

private let queries: [[Float]] = [[0, 0, 0], [3, 9, 0], [1, 0, -2], [2.5, 4, 1]]

/// What every model of columns is tried with.
private func contract<Recipe: Estimator>(_ recipe: Recipe) throws -> EstimatorContract<Recipe>
where Recipe.Input == GroupedExamples, Recipe.Model: ColumnScorer {
  let examples = try rankedExamples(groups: 80, seed: 1)
  var contract = EstimatorContract(
    recipe, input: examples, otherInput: try rankedExamples(groups: 50, seed: 2), queries: queries)
  contract.batch = { model, rows in
    // Columns side by side, as candidates of a query lie.
    let columnar = (0..<3).flatMap { column in rows.map { $0[column] } }
    var scores = [Float](repeating: 0, count: rows.count)
    columnar.withUnsafeBufferPointer { values in
      scores.withUnsafeMutableBufferPointer { scores in
        guard let values = values.baseAddress, let scores = scores.baseAddress else { return }
        model.add(values, stride: rows.count, count: rows.count, to: scores)
      }
    }
    return scores
  }
  contract.smallData = [
    (
      "empty",
      GroupedExamples(features: try DenseMatrix(rows: 0, columns: 3, values: []), gains: [], groupSizes: []),
      .isRefused("features: given no rows, expected at least one")
    ),
    (
      "one row",
      GroupedExamples(
        features: try DenseMatrix(rows: 1, columns: 3, values: [1, 2, 3]), gains: [1], groupSizes: [1]), .fits
    ),
    (
      "nothing worth anything",
      GroupedExamples(
        features: examples.features, gains: examples.gains.map { _ in 0 }, groupSizes: examples.groupSizes),
      .fits
    ),
  ]
  var (infinite, negative) = (examples, examples)
  infinite.features.values[7] = .infinity
  negative.gains[3] = .nan
  contract.inputsNotFinite = [infinite, negative]
  contract.queriesNotFinite = [[0, .nan, 0]]
  contract.mismatchedInputs = [
    (
      GroupedExamples(
        features: examples.features, gains: Array(examples.gains.dropLast()), groupSizes: examples.groupSizes),
      (479, 480)
    ),
    (
      GroupedExamples(
        features: examples.features, gains: examples.gains, groupSizes: Array(examples.groupSizes.dropLast())),
      (474, 480)
    ),
    (
      GroupedExamples(
        features: examples.features, gains: examples.gains, groupSizes: examples.groupSizes,
        startingScores: [0]),
      (1, 480)
    ),
  ]
  contract.mismatchedQueries = [([1, 2], (2, 3))]
  contract.exemptions[.rowOrder] =
    "rows of equal score are ranked by their place, and sums end in other last digits"
  return contract
}

@Suite struct ColumnScorerContractTests {
  @Test(arguments: ContractItem.allCases)
  func `linear scorers keep the estimator contract`(_ item: ContractItem) throws {
    var contract = try contract(LinearScorer())
    contract.save = { model, path in
      try ModelArchive.write(to: path, kind: "linear") { try model.write(to: &$0) }
    }
    contract.load = { try LinearScorerModel(from: ModelArchive(contentsOf: $0, kind: "linear")) }
    contract.outOfRange = [
      .init("l2", 0.0, allowed: "above 0, at most 1e6") { $0.l2 = 0 },
      .init("iterations", 0, allowed: "1...1000") { $0.iterations = 0 },
      .init("nonNegative", -1, allowed: "columns, 0 or more") { $0.nonNegative = [-1] },
    ]
    contract.withoutRange = ["loss"]
    #expect(try contract.failures(of: item) == [])
  }

  @Test(arguments: ContractItem.allCases)
  func `boosted trees keep the estimator contract`(_ item: ContractItem) throws {
    var recipe = BoostedTrees()
    (recipe.trees, recipe.leastRows) = (12, 10)
    var contract = try contract(recipe)
    contract.save = { model, path in
      try ModelArchive.write(to: path, kind: "trees") { try model.write(to: &$0) }
    }
    contract.load = { try BoostedTreesModel(from: ModelArchive(contentsOf: $0, kind: "trees")) }
    contract.outOfRange = [
      .init("trees", 0, allowed: "1...1000") { $0.trees = 0 },
      .init("depth", 9, allowed: "1...8") { $0.depth = 9 },
      .init("bins", 1, allowed: "2...256") { $0.bins = 1 },
      .init("leastRows", 0, allowed: "1...1e9") { $0.leastRows = 0 },
      .init("l2", -1.0, allowed: "0...1e6") { $0.l2 = -1 },
      .init("learningRate", 0.0, allowed: "above 0, at most 1") { $0.learningRate = 0 },
      .init("groupShare", 1.5, allowed: "above 0, at most 1") { $0.groupShare = 1.5 },
      .init("columnShare", 0.0, allowed: "above 0, at most 1") { $0.columnShare = 0 },
      .init("increasing", -2, allowed: "columns, 0 or more") { $0.increasing = [-2] },
    ]
    contract.withoutRange = ["loss", "seed"]
    #expect(try contract.failures(of: item) == [])
  }

  @Test(arguments: ContractItem.allCases)
  func `isotonic calibrations keep the estimator contract`(_ item: ContractItem) throws {
    func outcomes(_ count: Int, seed: UInt64) -> ScoredOutcomes {
      var generator = SeededGenerator(seed: seed)
      let scores = (0..<count).map { _ in Float(generator.normal()) }
      return ScoredOutcomes(scores: scores, outcomes: scores.map { Float(generator.normal()) < $0 })
    }
    let input = outcomes(600, seed: 5)
    var contract = EstimatorContract(
      IsotonicCalibration(), input: input, otherInput: outcomes(400, seed: 6), queries: [-2, 0, 0.5, 3])
    contract.save = { model, path in
      try ModelArchive.write(to: path, kind: "curve") { try $0.add("curve", value: model) }
    }
    contract.load = { try ModelArchive(contentsOf: $0, kind: "curve").value("curve", as: IsotonicCurve.self) }
    contract.batch = { model, scores in try scores.map { try model.predict($0) } }
    contract.inputWithRowsReversed = ScoredOutcomes(
      scores: input.scores.reversed(), outcomes: input.outcomes.reversed())
    contract.smallData = [
      (
        "empty", ScoredOutcomes(scores: [], outcomes: []),
        .isRefused("scores: given none, expected at least one")
      ),
      ("one outcome", ScoredOutcomes(scores: [1], outcomes: [true]), .fits),
      ("one score", ScoredOutcomes(scores: [1, 1, 1], outcomes: [true, false, true]), .fits),
    ]
    contract.inputsNotFinite = [ScoredOutcomes(scores: [0, .nan], outcomes: [true, false])]
    contract.queriesNotFinite = [.infinity]
    contract.mismatchedInputs = [(ScoredOutcomes(scores: [0, 1, 2], outcomes: [true]), (1, 3))]
    contract.outOfRange = [.init("leastOutcomes", 0, allowed: "1...1e9") { $0.leastOutcomes = 0 }]
    #expect(try contract.failures(of: item) == [])
  }
}
