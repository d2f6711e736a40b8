internal import Learning
internal import Probability
internal import TabularLearning

extension FusionRecipe {
  /// Learns a fusion of the rankers.
  ///
  /// - Parameters:
  ///   - rankers: trained on all of `data`; they answer.
  ///   - recipe: how rankers are trained; those that describe candidates have not seen what they are judged by.
  /// - Returns: nil when no candidate of any query is worth something.
  func fit(
    _ evidence: FusionEvidence, _ data: ProductSearchData, rankers: ProductSearchModel.Rankers,
    recipe: ProductSearchRecipe, crossFitted: Bool = true, on execution: Execution
  ) throws -> FusedRanker? {
    let description = CandidateDescription(rankers, data)
    let examples = try self.examples(
      evidence, data, rankers: rankers, description: description, recipe: recipe, crossFitted: crossFitted,
      on: execution)
    guard !examples.groupSizes.isEmpty else { return nil }
    var best: (model: FusionModel, scores: [Float], ndcg: Double)?
    var entries: [FusionReport.Entry] = []
    for kind in ModelKind.allCases {
      let scores = try crossValidated(kind, examples, description, on: execution)
      let ndcg = examples.ndcg(scores)
      let model = try fit(kind, try examples.examples { _ in true }, description, on: execution)
      entries.append(FusionReport.Entry(model: model.name, ndcg: ndcg))
      // Of equals the simpler one, which comes first.
      if ndcg > best?.ndcg ?? -1 { best = (model, scores, ndcg) }
    }
    guard let best else { return nil }
    let columns = zip(description.columnNames, best.model.columnWeights)
      .map { FusionReport.Column(name: $0, weight: $1) }.filter { $0.weight != 0 }
      .sorted { (abs($0.weight), $1.name) > (abs($1.weight), $0.name) }
    let curve = try calibration.fit(
      ScoredOutcomes(scores: best.scores, outcomes: examples.isRelevant), on: execution)
    return FusedRanker(
      recipe: self,
      report: FusionReport(
        models: entries, chosen: best.model.name, queries: examples.groupSizes.count,
        candidates: examples.gains.count, columns: columns),
      rankers: rankers.all, description: description, model: best.model, curve: curve)
  }

  private enum ModelKind: CaseIterable { case linear, trees }

  private func fit(
    _ kind: ModelKind, _ examples: GroupedExamples, _ description: CandidateDescription, on execution: Execution
  ) throws -> FusionModel {
    switch kind {
    case .linear:
      var recipe = linear
      recipe.nonNegative += description.rankerColumns
      return .linear(try recipe.fit(examples, on: execution))
    case .trees:
      return .trees(try trees.fit(examples, on: execution))
    }
  }

  /// Scores of every row by a model that was fitted on the other folds.
  private func crossValidated(
    _ kind: ModelKind, _ examples: FusionExamples, _ description: CandidateDescription, on execution: Execution
  ) throws -> [Float] {
    var scores = [Float](repeating: 0, count: examples.gains.count)
    let present = Set(examples.folds).sorted()
    for fold in present {
      // A single fold has no other one to learn from.
      let others = try examples.examples { present.count == 1 || $0 != fold }
      examples.score(try fit(kind, others, description, on: execution), fold: fold, into: &scores)
    }
    return scores
  }
}

extension CandidateDescription {
  /// Describes candidates of rankers that know a catalogue and its pairs.
  init(_ rankers: ProductSearchModel.Rankers, _ data: ProductSearchData) {
    let titles = TitleSequences(data.products, rankers.lexical)
    self.init(
      rankerNames: rankers.all.map(\.name), lexical: rankers.lexical, titles: titles,
      clicked: rankers.usesPairs ? ClickedQueries(data, rankers.lexical, titles) : nil)
  }
}
