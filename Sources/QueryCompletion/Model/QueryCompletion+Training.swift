internal import Glibc
public import Learning
internal import LinearAlgebra
internal import TextFeatures

extension QueryCompletion {
  /// Learns a model.
  ///
  /// - Throws: ``InvalidInput`` with every violation of the recipe; `CancellationError`.
  /// - Complexity: O(words of the searches + validation searches · candidates)
  public func fit(_ data: CompletionData, on execution: Execution) throws -> CompletionModel {
    var problems = Violations(violations)
    for (name, examples) in [("training", data.training), ("validation", data.validation)] {
      let wrong = examples.count { !($0.time?.isFinite ?? true) }
      problems.require(
        wrong == 0, name, given: "\(wrong) times that are not finite", expected: "finite times")
    }
    try problems.throwIfAny()
    let clock = ExampleClock(data.training, halfLives)
    var collection = LabelCollection(normalizer, anonymity: anonymity)
    for (number, example) in data.training.enumerated() {
      try tick(number, of: data.training.count, "counting searches", execution)
      collection.add(
        example.query, user: ExampleEncoder.hash(ofUser: example.user), weight: clock.weight(of: example))
    }
    var wording = WordCollection(normalizer, anonymity: anonymity)
    for example in data.training { wording.add(example, weight: clock.slow(example)) }
    for title in data.titles { wording.add(title: title.text) }
    let misspelt = misspeltOdds > 0 ? wording.misspelt(odds: Float(misspeltOdds)) : .none
    let collected = collection.finish(without: misspelt)
    let encoder = ExampleEncoder(normalizer, collected.store)
    var encoded: [EncodedExample] = []
    encoded.reserveCapacity(data.training.count)
    for (number, example) in data.training.enumerated() {
      try tick(number, of: data.training.count, "joining searches", execution)
      if let code = encoder.encode(example, weight: clock.slow(example)) { encoded.append(code) }
    }
    let words = wording.finish(without: misspelt)
    // The lists of words and of suggestions name both by three bytes.
    var sizes = Violations()
    for (name, count) in [("suggestions", collected.store.count), ("words", words.vocabulary.count)] {
      sizes.require(
        count <= PackedNumbers.limit, name, given: count, expected: "at most \(PackedNumbers.limit)",
        advice: "Ask for more users a text (anonymity), or train on less of the log.")
    }
    try sizes.throwIfAny()
    let tables = SessionTables(
      encoded, words: words.vocabulary, labels: collected.store, counts: collected.counts, recipe: self)
    var report = CompletionReport()
    (report.searches, report.labels) = (data.training.count, collected.store.count)
    (report.tooRare, report.tooLong) = (collected.tooRare, collection.tooLong)
    report.misspelt = collected.misspelt
    let groups = LabelGroups(collected.store, stemming: normalizer.stemming)
    let parts = CompletionParts(
      labels: collected.store, groups: groups,
      categories: LabelCategories(
        collected.store, groups, data.titles, stemming: normalizer.stemming),
      tables: tables, words: words, popularity: LabelPopularity(counts: collected.counts),
      lengths: LabelLengths(collected.lengths))
    let learning = FusionLearning(
      CompletionModel(recipe: self, weights: .usual, report: report, parts: parts), data.validation)
    let (weights, learned) = try learning.learn(on: execution)
    report.learned = learned
    let model = CompletionModel(recipe: self, weights: weights, report: report, parts: parts)
    return model.with(try GenerationLearning(model, data.validation).learn(on: execution))
  }

  private func tick(_ number: Int, of total: Int, _ stage: String, _ execution: Execution) throws {
    guard number & 0xFFF == 0 else { return }
    try execution.cancellation.check()
    execution.progress.report(ProgressEvent(stage: stage, completed: number, total: total))
  }
}

/// What a search counts by its age, as of the last one.
struct ExampleClock {
  private let now: Double
  private let halfLives: HalfLives

  init(_ examples: [CompletionExample], _ halfLives: HalfLives) {
    now = examples.lazy.compactMap(\.time).max() ?? 0
    self.halfLives = halfLives
  }

  /// On the slow clock; 1 where the time is not known.
  func slow(_ example: CompletionExample) -> Float {
    guard let time = example.time else { return 1 }
    return Float(exp2((time - now) / 86_400 / halfLives.slowDays))
  }

  /// On both clocks.
  func weight(of example: CompletionExample) -> Float {
    guard let time = example.time else { return 1 }
    return slow(example)
      + Float(halfLives.fastWeight * exp2((time - now) / 86_400 / halfLives.fastDays))
  }
}

/// Turns examples into numbers.
struct ExampleEncoder {
  private let normalizer: QueryNormalizer
  private let labels: LabelStore

  init(_ normalizer: QueryNormalizer, _ labels: LabelStore) {
    (self.normalizer, self.labels) = (normalizer, labels)
  }

  /// A user as counts of distinct users know him.
  static func hash(ofUser user: String) -> UInt64 { StableHash.fnv1a64(user) }

  /// The example's label and what was searched before it; nil where its query is no suggestion.
  func encode(_ example: CompletionExample, weight: Float) -> EncodedExample? {
    var key: [UInt8] = []
    normalizer.appendKey(of: example.query, to: &key)
    guard let label = labels.label(of: key) else { return nil }
    key.removeAll(keepingCapacity: true)
    if let previous = example.history.last { normalizer.appendKey(of: previous, to: &key) }
    return EncodedExample(
      label: Int32(label), previous: key, user: Self.hash(ofUser: example.user), weight: weight)
  }
}
