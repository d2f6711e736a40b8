internal import Learning
internal import LinearAlgebra
internal import TextFeatures

/// The queries that led to each product, as terms: what a new query is compared with.
///
/// A query that led to several products is stored with each, so that one product's queries are read in one run.
struct ClickedQueries: Sendable {
  /// Queries of a product that are kept, the heaviest first.
  static let most = 24

  /// One more offset than products, into `weights`, `lengths` and `termOffsets`.
  let offsets: StoredArray<UInt32>

  /// Weight of each query of each product.
  let weights: StoredArray<Float>

  /// Root of the summed squares of the weights of the words of each query of each product.
  let lengths: StoredArray<Float>

  /// One more offset than queries of products, into `terms`.
  let termOffsets: StoredArray<UInt32>

  /// Terms of each query of each product; a word without a term is left out.
  let terms: StoredArray<UInt32>

  /// Summed weight of all queries of a product, kept or not.
  let totals: StoredArray<Float>

  /// A query of a product.
  struct Entry: Sendable {
    let weight: Float
    let length: Float
    let terms: [UInt32]

    /// Analyses a query.
    init(
      _ query: ClickedQuery, _ analysis: LexicalAnalysis, _ vocabulary: LexicalVocabulary,
      _ titles: TitleSequences
    ) {
      var terms: [UInt32] = []
      analysis.forEachWord(of: query.text, limit: ProductRanking.maximumWords) { word in
        guard let term = vocabulary.id(of: word) else { return false }
        terms.append(UInt32(term))
        return true
      }
      self.init(
        weight: query.weight, length: TitleSequences.length(terms) { titles.weights[Int($0)] }, terms: terms)
    }

    init(weight: Float, length: Float, terms: [UInt32]) {
      (self.weight, self.length, self.terms) = (weight, length, terms)
    }
  }

  /// Lays the queries of products one behind the other.
  ///
  /// - Parameter products: of each the queries that are kept, the heaviest first, and the summed weight of all.
  init(_ products: some Collection<(entries: [Entry], total: Float)>) {
    var (offsets, termOffsets, terms): ([UInt32], [UInt32], [UInt32]) = ([0], [0], [])
    var (weights, lengths, totals): ([Float], [Float], [Float]) = ([], [], [])
    for product in products {
      totals.append(product.total)
      for entry in product.entries {
        weights.append(entry.weight)
        lengths.append(entry.length)
        terms += entry.terms
        termOffsets.append(UInt32(terms.count))
      }
      offsets.append(UInt32(weights.count))
    }
    self.offsets = StoredArray(offsets)
    self.weights = StoredArray(weights)
    self.lengths = StoredArray(lengths)
    self.termOffsets = StoredArray(termOffsets)
    self.terms = StoredArray(terms)
    self.totals = StoredArray(totals)
  }

  init(_ data: ProductSearchData, _ lexical: LexicalIndex, _ titles: TitleSequences) {
    let clicks = ClickMatrix(data)
    let analysis = LexicalAnalysis(lexical.recipe.analyzer)
    let analysed = clicks.queries.map { Entry(ClickedQuery($0), analysis, lexical.vocabulary, titles) }
    let byProduct = clicks.labels.transposed()
    self.init(
      data.products.indices.map { product in
        let range = byProduct.range(ofRow: product)
        let kept = range.sorted { (byProduct.values[$0], $1) > (byProduct.values[$1], $0) }.prefix(Self.most)
        return (
          kept.map { place in
            let query = analysed[Int(byProduct.indices[place])]
            return Entry(weight: byProduct.values[place], length: query.length, terms: query.terms)
          }, range.reduce(0) { $0 + byProduct.values[$1] }
        )
      })
  }

  /// The queries of a product that are kept, the heaviest first, and the summed weight of all.
  func queries(of product: Int) -> (entries: [Entry], total: Float) {
    let entries = (Int(offsets[product])..<Int(offsets[product + 1])).map { entry in
      Entry(
        weight: weights[entry], length: lengths[entry],
        terms: Array(terms[Int(termOffsets[entry])..<Int(termOffsets[entry + 1])]))
    }
    return (entries, totals[product])
  }
}

extension ClickedQueries {
  /// Where the arrays lie: what one search reads for every candidate without holding the arrays each time.
  struct Addresses {
    let offsets, termOffsets, terms: UnsafePointer<UInt32>
    let weights, totals, lengths: UnsafePointer<Float>
  }

  /// Valid as long as this value lives.
  var addresses: Addresses {
    Addresses(
      offsets: offsets.unsafeBaseAddress, termOffsets: termOffsets.unsafeBaseAddress,
      terms: terms.unsafeBaseAddress,
      weights: weights.unsafeBaseAddress, totals: totals.unsafeBaseAddress, lengths: lengths.unsafeBaseAddress
    )
  }

  /// Writes the queries into an archive.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("offsets", array: offsets)
    try writer.add("weights", array: weights)
    try writer.add("lengths", array: lengths)
    try writer.add("termOffsets", array: termOffsets)
    try writer.add("terms", array: terms)
    try writer.add("totals", array: totals)
  }

  /// Maps queries of so many products over a vocabulary in an archive.
  ///
  /// Offsets and terms are looked at once, because features trust them.
  init(archive: ModelArchive, products: Int, vocabulary: Int) throws {
    offsets = try archive.array("offsets", of: UInt32.self, count: products + 1)
    weights = try archive.array("weights", of: Float.self)
    lengths = try archive.array("lengths", of: Float.self, count: weights.count)
    termOffsets = try archive.array("termOffsets", of: UInt32.self, count: weights.count + 1)
    terms = try archive.array("terms", of: UInt32.self)
    totals = try archive.array("totals", of: Float.self, count: products)
    func ascends(_ offsets: StoredArray<UInt32>, to count: Int) -> Bool {
      offsets[0] == 0 && offsets[offsets.count - 1] == count
        && zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
    }
    guard ascends(offsets, to: weights.count), ascends(termOffsets, to: terms.count),
      terms.allSatisfy({ $0 < vocabulary }), weights.allSatisfy(\.isFinite), totals.allSatisfy(\.isFinite),
      lengths.allSatisfy({ $0.isFinite && $0 > 0 })
    else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "clicked", given: "queries that do not fit",
        expected: "ascending offsets and terms in 0..<\(vocabulary)",
        advice: "The model is altered; train it again.")
    }
  }
}
