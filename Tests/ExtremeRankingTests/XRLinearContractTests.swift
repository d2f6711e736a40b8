import ExtremeRanking
import Learning
import LinearAlgebra
import TestSupport
import Testing

private func contract() throws -> EstimatorContract<XRLinear> {
  let data = TopicData.make(labels: 40, instances: 250)
  var contract = EstimatorContract(
    TopicData.deepRecipe, input: data, otherInput: TopicData.make(labels: 40, instances: 250, seed: 8),
    queries: TopicData.queries(20))
  contract.save = { try $0.write(to: $1) }
  contract.load = { try XRLinearModel(contentsOf: $0) }
  contract.batch = { model, queries in
    try model.predict(
      SparseMatrix(queries, columns: model.featureCount), PredictionOptions(), on: Execution(threads: 2))
  }
  let empty = SparseMatrix([], columns: 5)
  let row = SparseMatrix([SparseVector(indices: [1], values: [1])], columns: 120)
  var emptyLabels = ExtremeRankingData(
    instances: row, labels: SparseMatrix([SparseVector(indices: [7], values: [1])], columns: 30))
  let refused = emptyLabels
  emptyLabels.allowsEmptyLabels = true
  contract.smallData = [
    ("empty", ExtremeRankingData(instances: empty, labels: empty), .isRefused("X: given no rows")),
    (
      "no labels", ExtremeRankingData(instances: row, labels: SparseMatrix([SparseVector()], columns: 0)),
      .isRefused("Y: given no columns")
    ),
    (
      "one row, one label",
      ExtremeRankingData(
        instances: row, labels: SparseMatrix([SparseVector(indices: [0], values: [1])], columns: 1)), .fits
    ),
    (
      "labels without instances", refused,
      .isRefused("label 0 and 28 more: given neither a training pair nor text, expected one of them")
    ),
    ("labels without instances that are allowed", emptyLabels, .fits),
    (
      "all rows zero",
      ExtremeRankingData(
        instances: SparseMatrix([SparseVector(), SparseVector()], columns: 120),
        labels: SparseMatrix(
          [SparseVector(indices: [0], values: [1]), SparseVector(indices: [1], values: [1])], columns: 2)),
      .fits
    ),
  ]
  var broken = data
  broken.labels = data.labels
  let nan = SparseMatrix([SparseVector(indices: [1], values: [.nan])], columns: 120)
  let one = SparseMatrix([SparseVector(indices: [0], values: [1])], columns: 1)
  contract.inputsNotFinite = [
    ExtremeRankingData(instances: nan, labels: one),
    ExtremeRankingData(
      instances: row, labels: SparseMatrix([SparseVector(indices: [0], values: [.infinity])], columns: 1)),
  ]
  contract.queriesNotFinite = [
    SparseVector(indices: [1], values: [.nan]), SparseVector(indices: [1], values: [.infinity]),
  ]
  contract.mismatchedInputs = [
    (ExtremeRankingData(instances: data.instances, labels: one), (1, 250))
  ]
  contract.mismatchedQueries = [(SparseVector(indices: [131], values: [1]), (131, 120))]
  contract.outOfRange = [
    .init("branching", 1, allowed: "2 to 65536") { $0.clustering.branching = 1 },
    .init("maximumLeafSize", 0, allowed: "1 to 65536") { $0.clustering.maximumLeafSize = 0 },
    .init("maximumRounds", 0, allowed: "1 to 1000") { $0.clustering.maximumRounds = 0 },
    .init("cost", 0.0, allowed: "a positive number") { $0.solver.cost = 0 },
    .init("bias", -1.0, allowed: "0 or more") { $0.solver.bias = -1 },
    .init("tolerance", 0.0, allowed: "a positive number") { $0.solver.tolerance = 0 },
    .init("maximumIterations", 0, allowed: "1 to 1000000") { $0.solver.maximumIterations = 0 },
    .init("threshold", -0.5, allowed: "0 or more") { $0.pruning.threshold = -0.5 },
    .init("weightBudget", -1, allowed: "0 (no limit) or more") { $0.pruning.weightBudget = -1 },
    .init("beam", 0, allowed: "1 to 100000") { $0.beam = 0 },
    .init("prior", 0.0, allowed: "a positive number") { $0.embedding = .pifaWithText(prior: 0) },
  ]
  contract.withoutRange = [
    "seed", "loss", "mode", "norm", "format", "postProcessor", "negatives", "pifa", "embedding",
  ]
  contract.exemptions[.rowOrder] =
    "visits are shuffled by position, so the order of instances changes rounding"
  return contract
}

@Test(arguments: ContractItem.allCases)
func `XR-Linear keeps the estimator contract`(item: ContractItem) throws {
  #expect(try contract().failures(of: item) == [])
}
