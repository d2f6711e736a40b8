internal import LinearAlgebra
internal import TextFeatures

/// What a session says, in numbers; the same for every prefix.
struct SessionContext {
  /// Words of the queries before, each with its weight: 1 in the last query, the decay in the one before it, ...
  private(set) var words: [(word: Int, weight: Float)] = []
  /// Lists of what followed the queries before, with their weights.
  private(set) var pairs: [(list: Int, weight: Float)] = []
  /// Words of the last query.
  private(set) var lastWords: [Int] = []
  /// Number of words of the last query, unknown ones included.
  private(set) var lastLength = 0
  /// Words of older queries.
  private(set) var olderWords: [Int] = []
  /// One over 5 + what followed the queries before.
  private(set) var pairScale: Float = 0.2
  /// Suggestions that are one of the queries before.
  private(set) var repeated: [Int] = []
  /// Words that were added to queries with these words, the likeliest ones.
  private(set) var additions: [(word: Int, share: Float)] = []

  /// Words of a query that are looked at.
  static let longestQuery = 100
  private static let additionLimit = 24

  /// Reads the keys of the queries before, the oldest one first.
  init(history: [[UInt8]], decay: Float, limit: Int, tables: SessionTables, labels: LabelStore) {
    var weight: Float = 1
    var followed: Float = 5
    for (age, key) in history.reversed().prefix(limit).enumerated() where !key.isEmpty {
      if let list = tables.pairList(of: key) {
        pairs.append((list, weight))
        followed += weight * tables.pairs.total(of: list)
      }
      if let label = labels.label(of: key) { repeated.append(label) }
      var seen: [Int] = []
      var count = 0
      key.withUnsafeBufferPointer { bytes in
        SessionTables.forEachWord(of: bytes) { word in
          count += 1
          guard count <= Self.longestQuery, let id = tables.words.id(of: word), !seen.contains(id) else {
            return
          }
          seen.append(id)
        }
      }
      for id in seen { words.append((id, weight)) }
      if age == 0 {
        (lastWords, lastLength) = (seen, count)
      } else {
        olderWords += seen.filter { !olderWords.contains($0) }
      }
      weight *= decay
    }
    pairScale = 1 / followed
    addAdditions(tables)
  }

  /// Whether nothing of the session is known.
  var isEmpty: Bool { words.isEmpty && pairs.isEmpty }

  private mutating func addAdditions(_ tables: SessionTables) {
    var shares: [Int: Float] = [:]
    for (word, weight) in words {
      let scale = weight / (5 + tables.followed[word])
      let range = Int(tables.additions.offsets[word])..<Int(tables.additions.offsets[word + 1])
      for place in range {
        shares[Int(tables.additions.labels[place]), default: 0] += scale * tables.additions.weight(at: place)
      }
    }
    for word in lastWords { shares[word] = nil }
    additions = shares.map { (word: $0.key, share: $0.value) }
      .sorted { ($0.share, $1.word) > ($1.share, $0.word) }
    additions.removeLast(max(0, additions.count - Self.additionLimit))
  }
}
