internal import Learning
internal import LinearAlgebra
internal import Probability
internal import TabularLearning

extension FusionRecipe {
  /// Learns a fusion of the rankers.
  ///
  /// - Parameters:
  ///   - rankers: trained on all of `data`; they answer.
  ///   - recipe: how rankers are trained; those that describe candidates have not seen what they are judged by.
  /// - Returns: nil when too few queries have a candidate that is worth something.
  func fit(
    _ evidence: FusionEvidence, _ data: ProductSearchData, rankers: ProductSearchModel.Rankers,
    recipe: ProductSearchRecipe, crossFitted: Bool = true, on execution: Execution
  ) throws -> FusedRanker? {
    var description = CandidateDescription(rankers, data, self)
    var examples = try self.examples(
      evidence, data, rankers: rankers, description: description, recipe: recipe, crossFitted: crossFitted,
      on: execution)
    guard examples.groupSizes.count >= leastQueries else { return nil }
    description.worth = try weighWords(&examples, description, on: execution)
    let (linear, linearScores) = try crossFit(examples) { try fitLinear($0, description, on: execution) }
    let (trees, treeScores) = try crossFit(examples, goingOnFrom: linearScores) {
      try self.trees.fit($0, on: execution)
    }
    let models = [
      (FusionModel.linear(linear), linearScores),
      (.trees(linear, trees), zip(linearScores, treeScores).map(+)),
    ].map { (model: $0, scores: $1, ndcg: examples.ndcg($1)) }
    // Of equals the simpler one.
    let best = models[1].ndcg > models[0].ndcg ? models[1] : models[0]
    let columns = zip(description.columnNames, best.model.columnWeights)
      .map { FusionReport.Column(name: $0, weight: $1) }.filter { $0.weight != 0 }
      .sorted { (abs($0.weight), $1.name) > (abs($1.weight), $0.name) }
    // Without pairs nothing tells a newcomer from others.
    let bonus = rankers.usesPairs ? newcomerBonus(examples, of: evidence, scores: best.scores) : 0
    let curve = try calibration.fit(
      ScoredOutcomes(scores: best.scores, outcomes: examples.isRelevant), on: execution)
    return FusedRanker(
      recipe: self,
      report: FusionReport(
        models: models.map { FusionReport.Entry(model: $0.model.name, ndcg: $0.ndcg) },
        chosen: best.model.name,
        queries: examples.groupSizes.count, candidates: examples.gains.count, newcomerBonus: bonus,
        columns: columns),
      rankers: rankers.all, description: description, model: best.model, curve: curve,
      newcomers: Newcomers(bonus: bonus))
  }

  /// Learns what words are worth and writes that into the examples, for each fold as the others see it.
  private func weighWords(
    _ examples: inout FusionExamples, _ description: CandidateDescription, on execution: Execution
  ) throws -> WordWorth {
    let words = ExampleWords(examples, description)
    let present = Set(examples.folds).sorted()
    let unweighed = examples
    let worths = try concurrentMap(count: present.count, threads: execution.threads, scratch: {}) {
      _, place in
      // A single fold has no other one to learn from.
      try self.words.fit(unweighed, words, seed: seed, on: execution) {
        present.count == 1 || $0 != present[place]
      }
    }
    for (fold, worth) in zip(present, worths) { examples.write(worth, fold: fold, words, description) }
    return try self.words.fit(unweighed, words, seed: seed, on: execution) { _ in true }
  }

  private func fitLinear(
    _ examples: GroupedExamples, _ description: CandidateDescription, on execution: Execution
  ) throws -> LinearScorerModel {
    var recipe = linear
    recipe.nonNegative += description.rankerColumns
    return try recipe.fit(examples, on: execution)
  }

  /// A model of all examples, and for every row what a model of the other folds adds to `scores`.
  private func crossFit<Model: ColumnScorer>(
    _ examples: FusionExamples, goingOnFrom start: [Float]? = nil, _ fit: (GroupedExamples) throws -> Model
  ) throws -> (Model, [Float]) {
    var scores = [Float](repeating: 0, count: examples.gains.count)
    let present = Set(examples.folds).sorted()
    for fold in present {
      let others = try examples.examples(goingOnFrom: start) { present.count == 1 || $0 != fold }
      examples.score(try fit(others), fold: fold, into: &scores)
    }
    return (try fit(try examples.examples(goingOnFrom: start) { _ in true }), scores)
  }
}

extension CandidateDescription {
  /// Describes candidates of rankers that know a catalogue and its pairs.
  init(_ rankers: ProductSearchModel.Rankers, _ data: ProductSearchData, _ recipe: FusionRecipe) {
    let titles = TitleSequences(data.products, rankers.lexical)
    self.init(
      rankerNames: rankers.all.map(\.name), depths: recipe.depths(rankers.all), lexical: rankers.lexical,
      titles: titles,
      clicked: rankers.usesPairs ? ClickedQueries(data, rankers.lexical, titles) : nil)
  }
}
