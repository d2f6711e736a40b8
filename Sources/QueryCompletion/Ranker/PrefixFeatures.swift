internal import Glibc
internal import Learning
internal import LinearAlgebra
internal import TextFeatures

/// Turns previous query and prefix into features: word TF-IDF of the one, character TF-IDF of the other, in which an
/// n-gram that starts at place i counts 1 / (i + 1).
///
/// Section 3.1 of Yadav et al., KDD 2021: idf(t) = ln((1 + N) / (1 + df)) + 1, each part and the whole of length 1.
struct PrefixFeatures: Sendable {
  let words: Vocabulary
  let wordWeights: StoredArray<Float>
  let grams: Vocabulary
  let gramWeights: StoredArray<Float>
  let isPositionWeighted: Bool

  /// Number of features.
  var count: Int { words.count + grams.count }

  /// Learns words and their weights from distinct previous queries, n-grams from prefixes.
  init(queries: [[UInt8]], prefixes: [[UInt8]], isPositionWeighted: Bool) {
    self.isPositionWeighted = isPositionWeighted
    var words = DocumentCounter()
    for query in queries {
      words.begin()
      query.withUnsafeBufferPointer { key in SessionTables.forEachWord(of: key) { words.count($0) } }
    }
    var grams = DocumentCounter()
    for prefix in prefixes {
      grams.begin()
      Self.forEachGram(of: prefix) { gram, _ in grams.count(gram) }
    }
    (self.words, wordWeights) = words.finish(documents: queries.count)
    (self.grams, gramWeights) = grams.finish(documents: prefixes.count)
  }

  init(
    words: Vocabulary, wordWeights: StoredArray<Float>, grams: Vocabulary, gramWeights: StoredArray<Float>,
    isPositionWeighted: Bool
  ) {
    (self.words, self.wordWeights, self.grams, self.gramWeights) = (words, wordWeights, grams, gramWeights)
    self.isPositionWeighted = isPositionWeighted
  }

  /// The features of a prefix after a query.
  func vector(previous: [UInt8], prefix: [UInt8]) -> SparseVector {
    var counts: [Int: Float] = [:]
    previous.withUnsafeBufferPointer { key in
      SessionTables.forEachWord(of: key) { word in
        if let id = words.id(of: word) { counts[id, default: 0] += 1 }
      }
    }
    var entries = scaled(counts, wordWeights, offset: 0)
    entries += scaled(gramCounts(prefix), gramWeights, offset: words.count)
    var vector = Self.vector(entries)
    vector.normalize()
    return vector
  }

  /// The features of a label's text, in the columns of prefixes.
  func vector(label: [UInt8]) -> SparseVector {
    Self.vector(scaled(gramCounts(label), gramWeights, offset: words.count))
  }

  private func gramCounts(_ text: [UInt8]) -> [Int: Float] {
    var counts: [Int: Float] = [:]
    Self.forEachGram(of: text) { gram, start in
      if let id = grams.id(of: gram) {
        counts[id, default: 0] += isPositionWeighted ? 1 / Float(start + 1) : 1
      }
    }
    return counts
  }

  private func scaled(_ counts: [Int: Float], _ weights: StoredArray<Float>, offset: Int) -> [(Int32, Float)]
  {
    let entries = counts.map { (Int32($0.key + offset), $0.value * weights[$0.key]) }.sorted { $0.0 < $1.0 }
    let norm = VectorNorm.l2.of(entries.map(\.1))
    return norm > 0 ? entries.map { ($0.0, $0.1 / norm) } : []
  }

  private static func vector(_ entries: [(Int32, Float)]) -> SparseVector {
    SparseVector(indices: entries.map(\.0), values: entries.map(\.1))
  }

  /// Calls `body` with each run of one to three characters and the place where it starts.
  static func forEachGram(of text: [UInt8], _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void) {
    var starts = text.indices.filter { text[$0] & 0xC0 != 0x80 }
    starts.append(text.count)
    text.withUnsafeBufferPointer { text in
      for n in 1...3 {
        for place in 0..<max(0, starts.count - n) {
          body(UnsafeBufferPointer(rebasing: text[starts[place]..<starts[place + n]]), place)
        }
      }
    }
  }
}

/// Counts in how many documents each text occurs.
private struct DocumentCounter {
  private var builder = Vocabulary.Builder()
  private var documents: [Float] = []
  private var last: [Int] = []
  private var document = -1

  mutating func begin() { document += 1 }

  mutating func count(_ text: UnsafeBufferPointer<UInt8>) {
    let id = builder.insert(text)
    if id == documents.count {
      documents.append(0)
      last.append(-1)
    }
    if last[id] != document {
      last[id] = document
      documents[id] += 1
    }
  }

  func finish(documents count: Int) -> (Vocabulary, StoredArray<Float>) {
    (builder.finish(), StoredArray(documents.map { log((1 + Float(count)) / (1 + $0)) + 1 }))
  }
}
