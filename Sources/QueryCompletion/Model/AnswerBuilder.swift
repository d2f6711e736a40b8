internal import LinearAlgebra
internal import TextFeatures

/// Puts an answer together, tier by tier, no two suggestions alike.
struct AnswerBuilder {
  let model: CompletionModel
  let request: CompletionRequest
  /// The key of what is typed.
  let typed: [UInt8]
  let serving: ServingRules
  /// Seconds since 1970.
  let now: Double
  private let scratch: CompletionScratch
  private let context: SessionContext
  private(set) var suggestions: [Suggestion] = []
  /// What distinguishes the first suggestions from others; the rest is made when it is needed.
  private var forms: [String] = []

  init(
    _ model: CompletionModel, _ request: CompletionRequest, typed: [UInt8], serving: ServingRules,
    now: Double,
    _ scratch: CompletionScratch
  ) {
    (self.model, self.request, self.typed, self.serving) = (model, request, typed, serving)
    (self.scratch, self.now) = (scratch, now)
    context = model.context(of: request.history)
  }

  var isFull: Bool { suggestions.count >= request.limit }

  private func wants(_ tier: CompletionTier) -> Bool { !isFull && request.tiers.contains(tier) }

  /// Suggestions that a rule puts first.
  mutating func addPinned() {
    guard let rules = serving.rules, request.tiers.contains(.pinned) else { return }
    for pin in rules.pins(for: typed, now: now) where !isFull {
      add(pin.text, .pinned, score: 0, rules: ["pin"])
    }
  }

  /// Suggestions that begin with what is typed.
  mutating func addExact() {
    guard wants(.exact) else { return }
    add(model.exact(context, in: interval(typed), limit: wanted, serving, now: now, scratch), .exact)
  }

  /// Suggestions by popularity alone, where time was too short for any other.
  mutating func addPopular() {
    guard suggestions.isEmpty, wants(.exact) else { return }
    add(
      model.exact(
        model.context(of: []), in: interval(typed), limit: wanted, serving, now: now, scratch), .exact)
  }

  /// Suggestions that contain what is typed in another order.
  mutating func addConjunctive() {
    guard wants(.conjunctive), !typed.isEmpty, let search = ConjunctiveSearch(model, typed: typed) else {
      return
    }
    add(search.best(wanted, outside: interval(typed)), .conjunctive)
  }

  /// Suggestions that begin with what may have been meant.
  mutating func addMisspelt() {
    guard wants(.misspelt) else { return }
    let readings = TypingErrors.readings(
      of: typed, in: model.labels, most: suggestions.isEmpty ? 2 : 1
    ).filter { keepsKnownWords($0.prefix) }
    var start = 0
    while start < readings.count, !isFull {
      let edits = readings[start].edits
      let end = readings[start...].firstIndex { $0.edits > edits } ?? readings.count
      var found: [(label: Int, score: Float)] = []
      for reading in readings[start..<end] {
        found += model.exact(context, in: reading.interval, limit: wanted, serving, now: now, scratch)
          .map { ($0.label, $0.score + reading.likelihood) }
      }
      found.sort { ($0.score, $1.label) > ($1.score, $0.label) }
      add(found, .misspelt, edits: Double(edits))
      start = end
    }
  }

  /// Whether a reading leaves every finished word alone that is known to be right.
  private func keepsKnownWords(_ reading: [UInt8]) -> Bool {
    let blank = UInt8(ascii: " ")
    let (own, read) = (typed.split(separator: blank), reading.split(separator: blank))
    let finished = typed.last == blank ? own.count : own.count - 1
    return (0..<max(0, finished)).allSatisfy { place in
      if place < read.count, own[place] == read[place] { return true }
      return !isKnown(Array(own[place]))
    }
  }

  /// Words that are searched less often, as a logarithm, may be errors themselves.
  private static let knownWord: Float = 2.5

  /// Texts that nobody searched.
  mutating func addGenerated() {
    // What nobody searched has no category.
    guard wants(.generated), serving.category == nil else { return }
    var last: [UInt8] = []
    if let query = request.history.last { model.recipe.normalizer.appendKey(of: query, to: &last) }
    var generator = TextGenerator(model, context, typed: typed, last: last)
    generator.generate()
    let ranked = generator.candidates.indices.map {
      RankKey(score: model.generation.score(generator.candidates[$0].features), id: UInt32($0))
    }.sorted(by: >)
    for key in ranked where !isFull {
      let candidate = generator.candidates[Int(key.id)].key
      // A text that was searched is a suggestion already, or too few users share it.
      if model.labels.label(of: candidate) != nil { continue }
      add(String(decoding: candidate, as: UTF8.self), .generated, score: key.score)
    }
  }

  /// Suggestions that begin with a shorter prefix.
  mutating func addShortened() {
    guard wants(.shortened) else { return }
    var prefix = Substring(String(decoding: typed, as: UTF8.self))
    while !isFull, prefix.popLast() != nil {
      let interval = interval(Array(prefix.utf8))
      add(model.exact(context, in: interval, limit: request.limit, serving, now: now, scratch), .shortened)
      if !suggestions.isEmpty { break }
    }
  }

  /// As many as are wanted, and some for those that are already there.
  private var wanted: Int { request.limit + suggestions.count }

  private func interval(_ prefix: [UInt8]) -> Range<Int> { model.labels.interval(of: prefix) }

  private mutating func add(_ found: [(label: Int, score: Float)], _ tier: CompletionTier, edits: Double = 0)
  {
    for (label, score) in found where !isFull {
      if tier == .conjunctive, let only = serving.category, model.categories.numbers[label] != only {
        continue
      }
      let text = model.labels.surface(of: label)
      var added = Suggestion(text: text, tier: tier, score: score, scope: model.categories.scope(of: label))
      if request.explains {
        added.explanation = model.explanation(of: label, context, edits: edits, serving, now: now)
      }
      add(added, label: label)
    }
  }

  private mutating func add(_ text: String, _ tier: CompletionTier, score: Float, rules: [String] = []) {
    var added = Suggestion(text: text, tier: tier, score: score)
    if request.explains { added.explanation = CompletionExplanation(parts: [], rules: rules) }
    add(added)
  }

  private mutating func add(_ suggestion: Suggestion, label: Int? = nil) {
    if suggestion.tier != .pinned, suggestion.tier != .exact, serving.blocks(suggestion.text, label: label) {
      return
    }
    // Those of the first tier are different already.
    if !(suggestion.tier == .exact && suggestions.last?.tier ?? .exact == .exact), isThere(suggestion.text) {
      return
    }
    var suggestion = suggestion
    suggestion.highlights = Highlighting.ranges(of: typed, in: suggestion.text, model.recipe.normalizer)
    suggestions.append(suggestion)
  }

  /// Whether a suggestion of the same form is there.
  private mutating func isThere(_ text: String) -> Bool {
    for suggestion in suggestions[forms.count...] { forms.append(form(of: suggestion.text)) }
    return forms.contains(form(of: text))
  }

  private func form(of text: String) -> String {
    model.recipe.mergesForms ? scratch.form(of: text, model.recipe) : text
  }

  /// Whether every typed word is known to be right, and the last one begins such a word.
  var isTypedRight: Bool {
    let words = typed.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    return words.enumerated().allSatisfy { place, word in
      if word.isEmpty { return true }
      let word = Array(word)
      if place < words.count - 1 { return isKnown(word) }
      let interval = word.withUnsafeBufferPointer { model.words.interval(of: $0) }
      var frequent = RangeMaxima.Iterator()
      frequent.restart(model.words.frequencies, in: interval)
      return frequent.next(model.words.frequencies).map { $0.score >= Self.knownWord } ?? false
    }
  }

  private func isKnown(_ word: [UInt8]) -> Bool {
    let number = word.withUnsafeBufferPointer { model.words.vocabulary.id(of: $0) }
    return number.map { model.words.frequencies.scores[$0] >= Self.knownWord } ?? false
  }
}
