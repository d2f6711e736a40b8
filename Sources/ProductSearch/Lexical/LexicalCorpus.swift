internal import Learning
internal import LinearAlgebra

/// The words of a catalogue by product: what scores are computed and explained from.
struct LexicalCorpus: Sendable {
  /// A word of a product's text: term, field and frequency in one number, so that a product's words sort.
  struct Word: Equatable {
    let term: Int
    let field: Int
    let frequency: Int

    static let largestFrequency = 1 << 24 - 1

    init(term: Int, field: Int, frequency: Int) {
      self.term = term
      self.field = field
      self.frequency = min(frequency, Self.largestFrequency)
    }

    init(packed: UInt64) {
      term = Int(packed >> 32)
      field = Int(packed >> 24 & 0xFF)
      frequency = Int(packed & 0xFF_FFFF)
    }

    var packed: UInt64 { UInt64(term) << 32 | UInt64(field) << 24 | UInt64(frequency) }
  }

  /// A term of the queries that led to a product, with their summed weight.
  struct Click: Equatable, BitwiseCopyable {
    var term: UInt32
    var weight: Float
  }

  /// Number of different terms.
  let terms: Int

  /// One more offset than products, into `words`.
  let wordOffsets: StoredArray<UInt64>

  /// Packed words, ascending by term and field within a product.
  let words: StoredArray<UInt64>

  /// One more offset than products, into `clickedTerms` and `clickedWeights`.
  let clickOffsets: StoredArray<UInt64>

  /// Terms of the queries that led to a product, ascending.
  let clickedTerms: StoredArray<UInt32>

  /// Summed weights of those terms.
  let clickedWeights: StoredArray<Float>

  /// Number of products.
  var products: Int { wordOffsets.count - 1 }

  /// The words of a product's text.
  func words(of product: Int) -> some RandomAccessCollection<Word> {
    Self.range(wordOffsets, product, words.count).lazy.map { Word(packed: words[$0]) }
  }

  /// Terms and weights of the queries that led to a product.
  func clicks(of product: Int) -> some RandomAccessCollection<(term: Int, weight: Double)> {
    Self.range(clickOffsets, product, min(clickedTerms.count, clickedWeights.count)).lazy.map {
      (term: Int(clickedTerms[$0]), weight: Double(clickedWeights[$0]))
    }
  }

  /// The range between two offsets; empty where an altered file names what is not there.
  private static func range(_ offsets: StoredArray<UInt64>, _ product: Int, _ count: Int) -> Range<Int> {
    let (start, end) = (offsets[product], offsets[product + 1])
    return start <= end && end <= UInt64(count) ? Int(start)..<Int(end) : 0..<0
  }
}

extension LexicalCorpus {
  /// Lays the words and clicked terms of products one behind the other.
  init(terms: Int, words: [[UInt64]], clicks: [[Click]]) {
    func offsets(_ counts: some Collection<Int>) -> StoredArray<UInt64> {
      var offsets: [UInt64] = [0]
      offsets.reserveCapacity(counts.count + 1)
      for count in counts { offsets.append(offsets[offsets.count - 1] + UInt64(count)) }
      return StoredArray(offsets)
    }
    self.terms = terms
    wordOffsets = offsets(words.lazy.map(\.count))
    self.words = StoredArray(Array(words.joined()))
    clickOffsets = offsets(clicks.lazy.map(\.count))
    clickedTerms = StoredArray(clicks.flatMap { $0.map(\.term) })
    clickedWeights = StoredArray(clicks.flatMap { $0.map(\.weight) })
  }

  /// Writes the corpus into an archive.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("terms", value: terms)
    try writer.add("wordOffsets", array: wordOffsets)
    try writer.add("words", array: words)
    try writer.add("clickOffsets", array: clickOffsets)
    try writer.add("clickedTerms", array: clickedTerms)
    try writer.add("clickedWeights", array: clickedWeights)
  }

  /// Maps a corpus of so many products in an archive.
  init(archive: ModelArchive, products: Int) throws {
    terms = try archive.value("terms", as: Int.self)
    wordOffsets = try archive.array("wordOffsets", of: UInt64.self, count: products + 1)
    words = try archive.array("words", of: UInt64.self)
    clickOffsets = try archive.array("clickOffsets", of: UInt64.self, count: products + 1)
    clickedTerms = try archive.array("clickedTerms", of: UInt32.self)
    clickedWeights = try archive.array("clickedWeights", of: Float.self, count: clickedTerms.count)
  }
}
