internal import Glibc
internal import LinearAlgebra
internal import TextFeatures

/// One query on its way to its corrections.
struct SpellingReading {
  /// A word of the query.
  private struct Word {
    let text: String
    let range: Range<Int>
    /// Its letters; nil where it is a code, a number, or too long.
    let letters: SpellingWord?
    /// The term of the keyword index; nil where the index does not have it.
    let term: Int?
    /// How often it occurs as it stands, or its stem in another form, as a logarithm; nil where neither does.
    let own: Double?
    /// Whether it is right as it stands.
    let isKnown: Bool
  }

  /// What may have been meant, larger scores are likelier.
  private struct Candidate {
    let text: String
    let score: Double
  }

  /// How many candidates are compared in the context of the query.
  private static let comparedCandidates = 12

  /// How many alternatives are told.
  private static let alternatives = 3

  private let speller: Speller
  private let scratch: SpellingScratch
  private var words: [Word] = []

  init(_ speller: Speller, _ query: String, _ scratch: SpellingScratch) {
    self.speller = speller
    self.scratch = scratch
    scratch.text.fill(query, recordingRanges: true)
    // Without stop words every surface is looked up, so positions agree.
    for position in 0..<min(scratch.text.surfaceCount, ProductRanking.maximumWords) {
      let surface = scratch.text.surface(position)
      guard let range = surface.range else { continue }
      let term = speller.index.vocabulary.id(of: scratch.text[position].bytes)
      let number = speller.dictionary.id(of: surface.bytes)
      let holders = term.map { Double(speller.holders[$0]) } ?? 0
      words.append(
        Word(
          text: surface.string, range: range, letters: SpellingWord(surface.bytes), term: term,
          own: number.map { Self.logarithm(speller.frequency(of: $0)) }
            ?? (holders > 0 ? Self.logarithm(holders) - speller.recipe.inflectionCost : nil),
          isKnown: number.map { speller.isRight($0) } ?? false
            || !speller.added.isEmpty && speller.added.contains(surface.string)))
    }
  }

  /// The misspelt parts, in order.
  mutating func corrections() -> [SpellingCorrection] {
    if words.allSatisfy(\.isKnown) { return [] }
    var corrections: [SpellingCorrection] = []
    var position = 0
    while position < words.count {
      if let joined = joining(position) {
        corrections.append(joined)
        position += 2
        continue
      }
      if let corrected = correcting(position) { corrections.append(corrected) }
      position += 1
    }
    return corrections
  }

  /// Two words that are one word of the dictionary, where one of them is unknown: `saw zall`.
  private func joining(_ position: Int) -> SpellingCorrection? {
    guard position + 1 < words.count else { return nil }
    let (left, right) = (words[position], words[position + 1])
    guard left.letters != nil, right.letters != nil, !left.isKnown || !right.isKnown else { return nil }
    let joined = left.text + right.text
    guard speller.dictionary.id(of: joined).map(speller.isRight) == true else { return nil }
    return SpellingCorrection(
      typed: left.text + " " + right.text, range: left.range.lowerBound..<right.range.upperBound,
      alternatives: [SpellingCorrection.Alternative(text: joined, cost: 0)])
  }

  private mutating func correcting(_ position: Int) -> SpellingCorrection? {
    let word = words[position]
    guard !word.isKnown, let letters = word.letters, letters.count >= speller.recipe.minimumLength,
      !StopWords.english.words.contains(word.text)
    else { return nil }
    let others = words.indices.filter { $0 != position }.compactMap {
      words[$0].isKnown ? words[$0].term : nil
    }
    let edits = letters.count >= speller.recipe.twoEditsLength ? 2 : 1
    var found = near(letters, edits: edits, others)
    if let singular = SpellingWord(singularOf: word.text), singular.count >= speller.recipe.minimumLength {
      found += near(singular, edits: 1, others, extra: 0.1)
    }
    if let split = splitting(word, letters) { found.append(split) }
    if let own = word.own {
      let gain = together(word.text, others).map { speller.recipe.contextWeight * ($0 - own) } ?? 0
      found.append(Candidate(text: word.text, score: own + gain))
    }
    found.sort { ($1.score, $0.text) < ($0.score, $1.text) }
    // A word may have been found in its plural and singular form.
    var seen: Set<String> = []
    found.removeAll { !seen.insert($0.text).inserted }
    if found.first?.text == word.text || found.first.flatMap({ term(of: $0.text) }) == word.term,
      word.term != nil
    {
      return nil
    }
    guard let best = found.first else { return nil }
    return SpellingCorrection(
      typed: word.text, range: word.range,
      alternatives: found.prefix(Self.alternatives).map {
        SpellingCorrection.Alternative(text: $0.text, cost: best.score - $0.score)
      })
  }

  /// The words of the dictionary within one or two edits.
  private func near(
    _ letters: SpellingWord, edits: Int, _ others: [Int], extra: Double = 0
  ) -> [Candidate] {
    speller.deletions.candidates(for: letters, edits: edits, into: &scratch.numbers)
    var near: [(number: Int, score: Double)] = []
    for number in scratch.numbers {
      let number = Int(number)
      // An altered file may name words that are not there.
      guard number < speller.dictionary.count, speller.isCandidate(number),
        let candidate = SpellingWord(speller.dictionary.bytes(of: number)), candidate.count > 1
      else { continue }
      let distance = letters.distance(to: candidate, limit: edits)
      guard distance <= edits else { continue }
      let least = Double(distance) * SpellingWord.leastCost
      near.append((number, Self.logarithm(speller.frequency(of: number)) - least * speller.recipe.editCost))
    }
    // What its edits cost is computed only where a word may be among the best: in a large dictionary many are near.
    near.sort { ($1.score, $0.number) < ($0.score, $1.number) }
    near = near.prefix(3 * Self.comparedCandidates).compactMap { number, _ in
      guard let candidate = SpellingWord(speller.dictionary.bytes(of: number)) else { return nil }
      let cost = (letters.cost(ofMeaning: candidate) + extra) * speller.recipe.editCost
      return (number, Self.logarithm(speller.frequency(of: number)) - cost)
    }
    near.sort { ($1.score, $0.number) < ($0.score, $1.number) }
    return near.prefix(Self.comparedCandidates).map { number, score in
      let text = speller.dictionary[number]
      let alone = Self.logarithm(speller.frequency(of: number))
      let gain = together(text, others).map { $0 - alone } ?? 0
      return Candidate(text: text, score: score + speller.recipe.contextWeight * gain)
    }
  }

  /// Two known words that were typed as one and occur together: `doorknob`.
  private func splitting(_ word: Word, _ letters: SpellingWord) -> Candidate? {
    let bytes = Array(word.text.utf8)
    guard bytes.count == letters.count, bytes.count >= 5 else { return nil }
    var best: Candidate?
    for cut in 2...(bytes.count - 2) {
      let left = String(decoding: bytes[..<cut], as: UTF8.self)
      let right = String(decoding: bytes[cut...], as: UTF8.self)
      guard speller.dictionary.id(of: left).map(speller.isRight) == true,
        speller.dictionary.id(of: right).map(speller.isRight) == true,
        let first = term(of: left), let second = term(of: right)
      else { continue }
      let count = speller.index.impacts.documents(of: first, and: second)
      guard count >= Double(speller.recipe.minimumProducts) else { continue }
      let score = Self.logarithm(count) - speller.recipe.editCost
      if score > best?.score ?? -.infinity { best = Candidate(text: left + " " + right, score: score) }
    }
    return best
  }

  /// The mean logarithm of how many products hold a word and each of the query's other words; nil without those.
  private func together(_ word: String, _ others: [Int]) -> Double? {
    guard !others.isEmpty, let term = term(of: word) else { return nil }
    let sum = others.reduce(0) { $0 + Self.logarithm(speller.index.impacts.documents(of: term, and: $1)) }
    return sum / Double(others.count)
  }

  private func term(of word: String) -> Int? {
    // The last word of the text is filled anew, its ranges are not needed any more.
    scratch.text.fill(word)
    return scratch.text.first.flatMap { speller.index.vocabulary.id(of: $0.bytes) }
  }

  private static func logarithm(_ count: Double) -> Double { log(1 + count) }
}
