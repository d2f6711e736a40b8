internal import Glibc
internal import LinearAlgebra
internal import TextFeatures

/// The words of suggestions, earlier queries and titles, numbered in the order of their bytes, and which follow which.
struct WordModel: Sendable {
  /// The words; those that begin with a fragment are one interval of their numbers.
  let vocabulary: Vocabulary
  /// Logarithm of 1 + how often each is searched; negative where it may not be generated.
  let frequencies: RangeMaxima
  /// For each word, what follows it; behind them, what begins a query.
  let successors: LabelLists

  init(vocabulary: Vocabulary, frequencies: [Float], successors: LabelLists) {
    (self.vocabulary, self.successors) = (vocabulary, successors)
    self.frequencies = RangeMaxima(frequencies)
  }

  /// The list of ``successors`` of what begins a query.
  var start: Int { vocabulary.count }

  /// Whether a word may be generated: enough users searched it, or it is in the catalogue.
  func isAllowed(_ word: Int) -> Bool { frequencies.scores[word] >= 0 }

  /// The words that begin with a fragment.
  ///
  /// - Complexity: O(log W · length)
  func interval(of fragment: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    func bound(_ passesPrefixed: Bool) -> Int {
      var (low, high) = (0, vocabulary.count)
      while low < high {
        let middle = (low + high) / 2
        let word = vocabulary.bytes(of: middle)
        let begins = word.count >= fragment.count && word.prefix(fragment.count).elementsEqual(fragment)
        let isBelow = begins ? passesPrefixed : word.lexicographicallyPrecedes(fragment)
        if isBelow { low = middle + 1 } else { high = middle }
      }
      return low
    }
    let low = bound(false)
    return low..<max(low, bound(true))
  }
}

/// Collects words and which follow which.
struct WordCollection {
  private let normalizer: QueryNormalizer
  private let anonymity: Int
  private var builder = Vocabulary.Builder()
  private var counts: [Float] = []
  private var users: [[UInt64]] = []
  private var isTitled: [Bool] = []
  private var following: [UInt64: Float] = [:]
  private static let start: UInt64 = 0xFFFF_FFFF

  /// What a pair of words of a title counts against one of a search.
  private static let titleWeight: Float = 0.25

  init(_ normalizer: QueryNormalizer, anonymity: Int) {
    (self.normalizer, self.anonymity) = (normalizer, anonymity)
  }

  /// Counts the words of a search; those of the query before are known, not counted.
  mutating func add(_ example: CompletionExample, weight: Float) {
    add(example.query, weight: weight, user: example.user)
    if let previous = example.history.last { add(previous, weight: 0, user: nil) }
  }

  /// Counts the words of a title, which are known to be right.
  mutating func add(title: String) { add(title, weight: Self.titleWeight, user: nil, isTitle: true) }

  private mutating func add(_ text: String, weight: Float, user: String?, isTitle: Bool = false) {
    var key: [UInt8] = []
    normalizer.appendKey(of: text, to: &key)
    let hash = user.map { ExampleEncoder.hash(ofUser: $0) }
    key.withUnsafeBufferPointer { key in
      var before = Self.start
      SessionTables.forEachWord(of: key) { word in
        let id = builder.insert(word)
        if id == counts.count {
          counts.append(0)
          users.append([])
          isTitled.append(false)
        }
        if isTitle { isTitled[id] = true }
        if weight > 0 {
          counts[id] += weight
          following[before << 32 | UInt64(id), default: 0] += weight
        }
        if let hash, users[id].count < anonymity, !users[id].contains(hash) { users[id].append(hash) }
        before = UInt64(id)
      }
    }
  }

  /// Words that are other words, misspelt.
  func misspelt(odds: Float) -> MisspeltWords {
    MisspeltWords(
      (0..<builder.count).map { id in
        MisspeltWords.Word(
          bytes: builder.withBytes(of: id) { Array($0) }, count: counts[id], isTitled: isTitled[id])
      }, odds: odds, stemming: normalizer.stemming)
  }

  /// The words in the order of their bytes.
  func finish(without misspelt: MisspeltWords) -> WordModel {
    let words = (0..<builder.count).map { id in builder.withBytes(of: id) { Array($0) } }
    let order = words.indices.sorted { words[$0].lexicographicallyPrecedes(words[$1]) }
    var rank = [Int32](repeating: 0, count: order.count)
    for (place, id) in order.enumerated() { rank[id] = Int32(place) }
    let isAllowed = users.indices.map {
      isTitled[$0] || users[$0].count >= anonymity && !misspelt.contains(words[$0])
    }
    var lists = [[(label: Int32, weight: Float)]](repeating: [], count: order.count + 1)
    for (pair, count) in following {
      let (before, id) = (pair >> 32, Int(pair & 0xFFFF_FFFF))
      guard isAllowed[id], before == Self.start || isAllowed[Int(before)] else { continue }
      lists[before == Self.start ? order.count : Int(rank[Int(before)])].append((rank[id], count))
    }
    var successors = LabelLists.Builder()
    for list in lists { successors.append(list, limit: 1000) }
    return WordModel(
      vocabulary: builder.finish(order: order),
      frequencies: order.map { isAllowed[$0] ? log1p(counts[$0]) : -1 }, successors: successors.finish())
  }
}
