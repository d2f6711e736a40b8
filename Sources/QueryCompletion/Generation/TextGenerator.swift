internal import Glibc
internal import LinearAlgebra
internal import TextFeatures

/// Finishes the word that is being typed, and perhaps the query, in ways that nobody searched yet.
///
/// Words come from the queries before, from what follows the word before, from what was added to queries like those
/// before, and from the commonest ones; behind a word the last query may go on. After B. Mitra, N. Craswell: "Query
/// Auto-Completion for Rare Prefixes", CIKM 2015, whose candidates are past suffixes; the session's part is ours.
struct TextGenerator {
  /// A text that is offered.
  struct Candidate {
    var key: [UInt8]
    var features: [Float]
  }

  private let model: CompletionModel
  private let context: SessionContext
  /// Words of the last query as they are typed, known or not.
  private let last: [[UInt8]]
  private let typed: [UInt8]
  /// Words before the one that is typed.
  private let done: [[UInt8]]
  private let fragment: [UInt8]
  private(set) var candidates: [Candidate] = []
  private var seen: Set<[UInt8]> = []

  private static let successorLimit = 30
  private static let frequentLimit = 12

  /// - Parameters:
  ///   - typed: the key of what is typed, its trailing blank kept.
  ///   - last: the key of the last query.
  init(_ model: CompletionModel, _ context: SessionContext, typed: [UInt8], last: [UInt8]) {
    (self.model, self.context, self.typed) = (model, context, typed)
    self.last = last.split(separator: UInt8(ascii: " ")).map { Array($0) }
    var words = typed.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map { Array($0) }
    fragment = words.popLast() ?? []
    done = words.filter { !$0.isEmpty }
    seen = [typed]
  }

  /// Makes the candidates.
  mutating func generate() {
    if fragment.isEmpty, done.isEmpty { return }
    let words = model.words
    let interval = fragment.withUnsafeBufferPointer { words.interval(of: $0) }
    var chosen: [Int] = []
    func take(_ word: Int) {
      if words.isAllowed(word), !chosen.contains(word) { chosen.append(word) }
    }
    for (word, _) in context.words where interval.contains(word) { take(word) }
    for (word, _) in context.additions where interval.contains(word) { take(word) }
    let before: Int? =
      if let word = done.last {
        word.withUnsafeBufferPointer { words.vocabulary.id(of: $0) }
      } else {
        words.start
      }
    if let before {
      var best = words.successors.range(of: before, in: interval).map {
        RankKey(score: words.successors.weight(at: $0), id: UInt32(bitPattern: words.successors.labels[$0]))
      }
      best.keepLargest(Self.successorLimit)
      for key in best { take(Int(key.id)) }
    }
    if !fragment.isEmpty {
      var frequent = RangeMaxima.Iterator()
      frequent.restart(words.frequencies, in: interval)
      for _ in 0..<Self.frequentLimit {
        guard let next = frequent.next(words.frequencies), next.score >= 0 else { break }
        take(next.label)
      }
    }
    for word in chosen { offer(word, after: before) }
    offerUnknown()
  }

  /// Words of the last query that are in no table, such as numbers, may be typed again.
  private mutating func offerUnknown() {
    for word in last where word.starts(with: fragment) {
      let isKnown = word.withUnsafeBufferPointer { model.words.vocabulary.id(of: $0) != nil }
      if !isKnown, model.recipe.anonymity == 1 { offer(word: word, number: nil, after: nil) }
    }
  }

  private mutating func offer(_ number: Int, after before: Int?) {
    offer(word: Array(model.words.vocabulary.bytes(of: number)), number: number, after: before)
  }

  /// Offers the text with a word, and with what the last query goes on with behind it.
  private mutating func offer(word: [UInt8], number: Int?, after before: Int?) {
    let start = done + [word]
    add(start, number, before, continues: false)
    var tails: [Int] = []
    for (place, other) in last.enumerated() where other == word { tails.append(place + 1) }
    if tails.isEmpty {
      // The word stands where the last query has another one, or comes in between.
      let place: Int? =
        if let word = done.last { last.firstIndex(of: word).map { $0 + 1 } } else { 0 }
      if let place { tails += [place + 1, place] }
    }
    for tail in tails where tail < last.count {
      let rest = last[tail...].filter { !start.contains($0) }
      if !rest.isEmpty { add(start + rest, number, before, continues: true) }
    }
  }

  private mutating func add(_ words: [[UInt8]], _ number: Int?, _ before: Int?, continues: Bool) {
    let key = Array(words.joined(separator: CollectionOfOne(UInt8(ascii: " "))))
    guard key != typed, key.count <= 200, seen.insert(key).inserted else { return }
    let shared = Float(words.count { last.contains($0) })
    let (count, lastCount) = (Float(words.count), Float(max(1, last.count)))
    let (added, dropped) = (count - shared, Float(last.count) - shared)
    var features = [Float](repeating: 0, count: GenerationFeature.allCases.count)
    func set(_ feature: GenerationFeature, _ value: Float) { features[feature.rawValue] = value }
    if let number {
      if let before, let place = model.words.successors.place(of: number, in: before) {
        set(.succession, log1p(model.words.successors.weight(at: place)))
      }
      set(.frequency, max(0, model.words.frequencies.scores[number]))
      set(.fromOlder, context.olderWords.contains(number) ? 1 : 0)
      if let addition = context.additions.first(where: { $0.word == number }) {
        set(.addition, log(1 + addition.share * 1e4))
      }
    }
    set(.fromLast, last.contains(words[done.count]) ? 1 : 0)
    set(.continuation, continues ? 1 : 0)
    set(.overlap, shared / count)
    set(.coverage, shared / lastCount)
    set(.substitution, shared > 0 && added == 1 && dropped == 1 ? 1 : 0)
    set(.extending, shared > 0 && added == 1 && dropped == 0 ? 1 : 0)
    set(.reduction, shared > 0 && added == 0 && dropped > 0 ? 1 : 0)
    set(.words, count)
    set(.length, log(Float(key.count)))
    set(.completeWord, words[done.count] == fragment ? 1 : 0)
    candidates.append(Candidate(key: key, features: features))
  }
}
