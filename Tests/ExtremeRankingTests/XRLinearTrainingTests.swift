import Learning
import LinearAlgebra
import TestSupport
import Testing

@testable import ExtremeRanking

@Suite struct XRLinearTrainingTests {
  let data = TopicData.make(labels: 60, instances: 400, relevance: true)

  private func share(_ model: XRLinearModel, _ data: ExtremeRankingData) throws -> Double {
    var found = 0
    for i in 0..<data.instances.rows {
      let own = Set(data.labels.row(i).indices)
      if own.contains(try model.predict(data.instances.row(i), PredictionOptions(k: 1)).labels[0]) {
        found += 1
      }
    }
    return Double(found) / Double(data.instances.rows)
  }

  @Test(arguments: [NegativeSampling.teacherForcing, .matcherAware, [.teacherForcing, .matcherAware]])
  func `training finds the labels of its instances again`(negatives: NegativeSampling) throws {
    var recipe = TopicData.deepRecipe
    recipe.negatives = negatives
    #expect(try share(recipe.fit(data), data) > 0.8)
  }

  @Test(arguments: LinearSolver.Loss.allCases)
  func `every loss learns`(loss: LinearSolver.Loss) throws {
    var recipe = TopicData.deepRecipe
    recipe.solver.loss = loss
    recipe.pruning.threshold = 0
    #expect(try share(recipe.fit(data), data) > 0.7)
  }

  @Test func `pruning a model equals training with that pruning`() throws {
    var loose = TopicData.deepRecipe
    loose.pruning = Pruning(threshold: 0)
    let dense = try loose.fit(data)
    for pruning in [
      Pruning(threshold: 0.2), Pruning(threshold: 0, weightBudget: 4),
      Pruning(threshold: 0.3, weightBudget: 6),
    ] {
      var tight = loose
      tight.pruning = pruning
      let trained = try tight.fit(data)
      let pruned = try dense.pruned(pruning)
      #expect(pruned.levels == trained.levels)
      #expect(pruned.recipe == trained.recipe)
    }
  }

  @Test func `a weight budget keeps the largest, the bias among them`() {
    var label = LabelWeights(weights: [(0, 0.5), (3, -0.9), (4, 0.5), (7, 0.2)], bias: 0.6)
    Pruning(threshold: 0, weightBudget: 3).apply(to: &label)
    #expect(label == LabelWeights(weights: [(0, 0.5), (3, -0.9)], bias: 0.6))
    Pruning(threshold: 0.55).apply(to: &label)
    #expect(label == LabelWeights(weights: [(3, -0.9)], bias: 0.6))
  }

  @Test func `relevance changes the model in the mode and norm that is asked for`() throws {
    var models: [XRLinearModel] = []
    for mode in RelevanceWeighting.Mode.allCases {
      for norm in VectorNorm.allCases {
        var recipe = TopicData.deepRecipe
        recipe.relevance.mode = mode
        recipe.relevance.norm = norm
        models.append(try recipe.fit(data))
      }
    }
    let (leafOnly, induced) = (models[0], models[VectorNorm.allCases.count])
    #expect(leafOnly.levels.last == induced.levels.last)
    #expect(leafOnly.levels.first != induced.levels.first)
    #expect(models[0].levels != models[1].levels)
  }

  @Test func `a given tree is used as it is`() throws {
    let tree = try LabelTree(
      childOffsets: [[0, 3], [0, 20, 40, 60]], labels: (0..<60).map { Int32(59 - $0) })
    let model = try XRLinear().fit(data, tree: tree, on: Execution())
    #expect(model.tree == tree)
    #expect(throws: InvalidInput("tree", given: "60 labels", expected: "7 as Y has columns")) {
      try XRLinear().fit(TopicData.make(labels: 7, instances: 30), tree: tree, on: Execution())
    }
  }

  @Test func `label embeddings have rows of norm one and name what they lack`() throws {
    var data = data
    for embedding in [StandardLabelEmbedding.pifa, .pii] {
      let z = try embedding.embed(data, on: Execution(threads: 2))
      #expect(z.rows == 60)
      for row in 0..<60 { #expect(abs(VectorNorm.l2.of(z.row(row).values) - 1) < 1e-5) }
    }
    #expect(throws: InvalidInput.self) {
      try StandardLabelEmbedding.pifaConcatenated.embed(data, on: Execution())
    }
    data.labelFeatures = SparseMatrix(
      (0..<60).map { SparseVector(indices: [Int32($0)], values: [2]) }, columns: data.instances.columns)
    #expect(try StandardLabelEmbedding.pifaConcatenated.embed(data, on: Execution()).columns == 240)
    let mixed = try StandardLabelEmbedding.pifaWithText(prior: 3).embed(data, on: Execution())
    #expect(mixed.columns == 120)
  }

  @Test func `a label with neither pair nor text is named`() {
    let y = SparseMatrix([SparseVector(indices: [0], values: [1])], columns: 2)
    let x = SparseMatrix([SparseVector(indices: [0], values: [1])], columns: 3)
    var data = ExtremeRankingData(
      instances: x, labels: y, labelFeatures: SparseMatrix([SparseVector(), SparseVector()], columns: 3))
    let refusal = InvalidInput(
      "label 1", given: "neither a training pair nor text", expected: "one of them",
      advice: "Leave such labels out, give them text, or allow empty labels.")
    #expect(throws: refusal) { try XRLinear().fit(data) }
    data.labelFeatures = nil
    #expect(throws: refusal) { try XRLinear().fit(data) }
    data.labelFeatures = SparseMatrix(
      [SparseVector(), SparseVector(indices: [2], values: [1])], columns: 3)
    #expect(throws: Never.self) { try XRLinear().fit(data) }
  }

  @Test func `one error lists everything that is wrong with the data`() {
    let bad = ExtremeRankingData(
      instances: SparseMatrix([SparseVector(indices: [0], values: [.infinity])], columns: 2),
      labels: SparseMatrix([SparseVector(), SparseVector()], columns: 3),
      relevance: SparseMatrix([SparseVector(indices: [0], values: [-1])], columns: 4))
    let error = #expect(throws: InvalidInput.self) { try XRLinear().fit(bad) }
    #expect(
      error?.description == """
        Y: given 2 rows, expected 1 rows as in X
        X: given 1 values NaN or infinite, expected finite values
        R: given 1 x 4, expected 1 x 3 as Y
        R: given 1 values not positive and finite, expected positive relevance
        """)
  }

  @Test func `an archive opens to the same model in every format`() throws {
    try withTemporaryFolder { folder in
      for format in WeightFormat.allCases {
        var recipe = TopicData.deepRecipe
        recipe.format = format
        let model = try recipe.fit(data)
        try model.write(to: folder + "/m")
        let opened = try XRLinearModel(contentsOf: folder + "/m")
        #expect(opened.recipe == recipe)
        for query in TopicData.queries(50) { #expect(try opened.predict(query) == model.predict(query)) }
      }
    }
  }
}
