internal import Learning
internal import LinearAlgebra
internal import TextFeatures

/// The queries that led to each product, as terms: what a new query is compared with.
struct ClickedQueries: Sendable {
  /// Queries of a product that are kept, the heaviest first.
  static let most = 24

  /// One more offset than products, into `queries` and `weights`.
  let offsets: StoredArray<UInt32>

  /// Queries of each product.
  let queries: StoredArray<UInt32>

  /// Weight of each of them.
  let weights: StoredArray<Float>

  /// Summed weight of all queries of a product, kept or not.
  let totals: StoredArray<Float>

  /// One more offset than queries, into `terms`.
  let termOffsets: StoredArray<UInt32>

  /// Terms of each query; a word without a term is left out.
  let terms: StoredArray<UInt32>

  /// Root of the summed squares of the weights of a query's words.
  let lengths: StoredArray<Float>

  init(_ data: ProductSearchData, _ lexical: LexicalIndex, _ titles: TitleSequences) {
    let clicks = ClickMatrix(data)
    let analysis = LexicalAnalysis(lexical.recipe.analyzer)
    var (termOffsets, terms, lengths): ([UInt32], [UInt32], [Float]) = ([0], [], [])
    for query in clicks.queries {
      var square: Float = 1e-6
      analysis.forEachWord(of: query, limit: ProductRanking.maximumWords) { word in
        guard let term = lexical.vocabulary.id(of: word) else { return false }
        terms.append(UInt32(term))
        square += titles.weights[term] * titles.weights[term]
        return true
      }
      termOffsets.append(UInt32(terms.count))
      lengths.append(square.squareRoot())
    }
    let byProduct = clicks.labels.transposed()
    var (offsets, queries, weights, totals): ([UInt32], [UInt32], [Float], [Float]) = ([0], [], [], [])
    for product in data.products.indices {
      let range = byProduct.range(ofRow: product)
      totals.append(range.reduce(0) { $0 + byProduct.values[$1] })
      let kept = range.sorted { (byProduct.values[$0], $1) > (byProduct.values[$1], $0) }.prefix(Self.most)
      for entry in kept {
        queries.append(UInt32(byProduct.indices[entry]))
        weights.append(byProduct.values[entry])
      }
      offsets.append(UInt32(queries.count))
    }
    self.offsets = StoredArray(offsets)
    self.queries = StoredArray(queries)
    self.weights = StoredArray(weights)
    self.totals = StoredArray(totals)
    self.termOffsets = StoredArray(termOffsets)
    self.terms = StoredArray(terms)
    self.lengths = StoredArray(lengths)
  }
}

extension ClickedQueries {
  /// Where the arrays lie: what one search reads for every candidate without holding the arrays each time.
  struct Addresses {
    let offsets, queries, termOffsets, terms: UnsafePointer<UInt32>
    let weights, totals, lengths: UnsafePointer<Float>
  }

  /// Valid as long as this value lives.
  var addresses: Addresses {
    Addresses(
      offsets: offsets.unsafeBaseAddress, queries: queries.unsafeBaseAddress,
      termOffsets: termOffsets.unsafeBaseAddress, terms: terms.unsafeBaseAddress,
      weights: weights.unsafeBaseAddress, totals: totals.unsafeBaseAddress, lengths: lengths.unsafeBaseAddress
    )
  }

  /// Writes the queries into an archive.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("offsets", array: offsets)
    try writer.add("queries", array: queries)
    try writer.add("weights", array: weights)
    try writer.add("totals", array: totals)
    try writer.add("termOffsets", array: termOffsets)
    try writer.add("terms", array: terms)
    try writer.add("lengths", array: lengths)
  }

  /// Maps queries of so many products over a vocabulary in an archive.
  ///
  /// Offsets, queries and terms are looked at once, because features trust them.
  init(archive: ModelArchive, products: Int, vocabulary: Int) throws {
    offsets = try archive.array("offsets", of: UInt32.self, count: products + 1)
    queries = try archive.array("queries", of: UInt32.self)
    weights = try archive.array("weights", of: Float.self, count: queries.count)
    totals = try archive.array("totals", of: Float.self, count: products)
    lengths = try archive.array("lengths", of: Float.self)
    termOffsets = try archive.array("termOffsets", of: UInt32.self, count: lengths.count + 1)
    terms = try archive.array("terms", of: UInt32.self)
    func ascends(_ offsets: StoredArray<UInt32>, to count: Int) -> Bool {
      offsets[0] == 0 && offsets[offsets.count - 1] == count
        && zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
    }
    let known = lengths.count
    guard ascends(offsets, to: queries.count), ascends(termOffsets, to: terms.count),
      queries.allSatisfy({ $0 < known }), terms.allSatisfy({ $0 < vocabulary }),
      weights.allSatisfy(\.isFinite), totals.allSatisfy(\.isFinite),
      lengths.allSatisfy({ $0.isFinite && $0 > 0 })
    else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "clicked", given: "queries that do not fit",
        expected: "queries in 0..<\(known) and terms in 0..<\(vocabulary)",
        advice: "The model is altered; train it again.")
    }
  }
}
