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

  init(_ data: ProductSearchData, _ lexical: LexicalIndex, _ titles: TitleSequences) {
    let clicks = ClickMatrix(data)
    let analysis = LexicalAnalysis(lexical.recipe.analyzer)
    var analysed: [(terms: [UInt32], length: Float)] = []
    for query in clicks.queries {
      var (terms, square): ([UInt32], Float) = ([], 1e-6)
      analysis.forEachWord(of: query, limit: ProductRanking.maximumWords) { word in
        guard let term = lexical.vocabulary.id(of: word) else { return false }
        terms.append(UInt32(term))
        square += titles.weights[term] * titles.weights[term]
        return true
      }
      analysed.append((terms, square.squareRoot()))
    }
    let byProduct = clicks.labels.transposed()
    var (offsets, termOffsets, terms): ([UInt32], [UInt32], [UInt32]) = ([0], [0], [])
    var (weights, lengths, totals): ([Float], [Float], [Float]) = ([], [], [])
    for product in data.products.indices {
      let range = byProduct.range(ofRow: product)
      totals.append(range.reduce(0) { $0 + byProduct.values[$1] })
      let kept = range.sorted { (byProduct.values[$0], $1) > (byProduct.values[$1], $0) }.prefix(Self.most)
      for entry in kept {
        let query = analysed[Int(byProduct.indices[entry])]
        weights.append(byProduct.values[entry])
        lengths.append(query.length)
        terms += query.terms
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
