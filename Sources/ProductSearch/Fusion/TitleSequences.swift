internal import Glibc
internal import Learning
internal import LinearAlgebra
internal import TextFeatures

/// The words of each title in their order, with what each word tells: what word features are computed from.
struct TitleSequences: Sendable {
  /// Words of a title that are kept.
  static let longest = 64

  /// One more offset than products, into `terms`.
  let offsets: StoredArray<UInt32>

  /// Terms of the lexical vocabulary, title by title.
  let terms: StoredArray<UInt32>

  /// ln(1 + (N - n + 0.5) / (n + 0.5)) of every term by the number n of titles that hold it.
  let weights: StoredArray<Float>

  /// Root of the summed squares of each title's weights.
  let lengths: StoredArray<Float>

  /// 1 for terms that begin with a digit.
  let numeric: StoredArray<UInt8>

  /// The weight of a word that no title holds.
  let unknownWeight: Float

  var products: Int { lengths.count }

  init(_ products: [SearchableProduct], _ lexical: LexicalIndex) {
    let analysis = LexicalAnalysis(lexical.recipe.analyzer)
    self.init(products.map { Self.terms(of: $0.title, analysis, lexical.vocabulary) }, lexical.vocabulary)
  }

  /// Root of the summed squares of some terms' weights.
  static func length(_ terms: some Sequence<UInt32>, _ weight: (UInt32) -> Float) -> Float {
    var sum: Float = 1e-6
    for term in terms { sum += weight(term) * weight(term) }
    return sum.squareRoot()
  }

  /// 1 for terms that begin with a digit.
  static func numeric(_ vocabulary: LexicalVocabulary, _ terms: Range<Int>) -> [UInt8] {
    terms.map { vocabulary.bytes(of: $0).first.map { $0 >= 0x30 && $0 <= 0x39 ? 1 : 0 } ?? 0 }
  }

  private init(
    offsets: StoredArray<UInt32>, terms: StoredArray<UInt32>, weights: StoredArray<Float>,
    lengths: StoredArray<Float>, numeric: StoredArray<UInt8>, unknownWeight: Float
  ) {
    (self.offsets, self.terms, self.weights) = (offsets, terms, weights)
    (self.lengths, self.numeric, self.unknownWeight) = (lengths, numeric, unknownWeight)
  }

  /// The same titles over a vocabulary of more words, each held by one title.
  ///
  /// - Complexity: O(words) where there are more
  func extended(to vocabulary: LexicalVocabulary) -> TitleSequences {
    let more = weights.count..<vocabulary.count
    if more.isEmpty { return self }
    let rarest = Float(LexicalStatistics.inverseFrequency(holders: 1, products: products))
    return TitleSequences(
      offsets: offsets, terms: terms,
      weights: StoredArray(Array(weights) + repeatElement(rarest, count: more.count)),
      lengths: lengths, numeric: StoredArray(Array(numeric) + Self.numeric(vocabulary, more)),
      unknownWeight: unknownWeight)
  }

  /// Titles by their terms, of which is counted anew who holds them.
  init(_ titles: [[UInt32]], _ vocabulary: LexicalVocabulary) {
    var holders = [Int](repeating: 0, count: vocabulary.count)
    var offsets: [UInt32] = [0]
    for title in titles {
      for term in Set(title) { holders[Int(term)] += 1 }
      offsets.append(offsets[offsets.count - 1] + UInt32(title.count))
    }
    let weight = { Float(LexicalStatistics.inverseFrequency(holders: $0, products: titles.count)) }
    let weights = holders.map(weight)
    self.init(
      offsets: StoredArray(offsets), terms: StoredArray(Array(titles.joined())),
      weights: StoredArray(weights),
      lengths: StoredArray(titles.map { Self.length($0) { weights[Int($0)] } }),
      numeric: StoredArray(Self.numeric(vocabulary, 0..<vocabulary.count)), unknownWeight: weight(0))
  }

  /// The terms of a text as titles keep them.
  static func terms(
    of text: String, _ analysis: LexicalAnalysis, _ vocabulary: LexicalVocabulary
  ) -> [UInt32] {
    var terms: [UInt32] = []
    analysis.forEachWord(of: text, limit: longest) { word in
      guard let term = vocabulary.id(of: word), terms.count < longest else { return false }
      terms.append(UInt32(term))
      return true
    }
    return terms
  }

  /// The terms of a title.
  func title(of product: Int) -> UnsafeBufferPointer<UInt32> {
    let (start, end) = (Int(offsets[product]), Int(offsets[product + 1]))
    return UnsafeBufferPointer(start: terms.unsafeBaseAddress + start, count: end - start)
  }
}

extension TitleSequences {
  /// Writes the sequences into an archive.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("offsets", array: offsets)
    try writer.add("terms", array: terms)
    try writer.add("weights", array: weights)
    try writer.add("lengths", array: lengths)
    try writer.add("numeric", array: numeric)
    try writer.add("unknownWeight", value: unknownWeight)
  }

  /// Maps sequences of so many products over a vocabulary in an archive.
  ///
  /// Offsets and terms are looked at once, because features trust them.
  init(archive: ModelArchive, products: Int, vocabulary: Int) throws {
    offsets = try archive.array("offsets", of: UInt32.self, count: products + 1)
    terms = try archive.array("terms", of: UInt32.self)
    weights = try archive.array("weights", of: Float.self, count: vocabulary)
    lengths = try archive.array("lengths", of: Float.self, count: products)
    numeric = try archive.array("numeric", of: UInt8.self, count: vocabulary)
    unknownWeight = try archive.value("unknownWeight", as: Float.self)
    let (offsets, count) = (offsets, terms.count)
    let ascends = (0..<products).allSatisfy { product in
      offsets[product] <= offsets[product + 1]
        && offsets[product + 1] - offsets[product] <= UInt32(Self.longest)
    }
    guard ascends, offsets[0] == 0, offsets[products] == count, terms.allSatisfy({ $0 < vocabulary }),
      weights.allSatisfy(\.isFinite), lengths.allSatisfy({ $0.isFinite && $0 > 0 }), unknownWeight.isFinite
    else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "titles", given: "words outside the vocabulary",
        expected: "terms in 0..<\(vocabulary)", advice: "The model is altered; train it again.")
    }
  }
}
