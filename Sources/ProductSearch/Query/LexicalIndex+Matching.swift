internal import LinearAlgebra
internal import TextFeatures

extension LexicalIndex {
  /// A word of a query.
  struct QueryWord {
    let text: String
    /// The terms it is looked up by: several where letters meet digits, none for a stop word.
    var terms: [Int?]
    /// How much it tells, by the rarest of its terms: 0 where no product holds it, and for a stop word.
    var information: Double
  }

  /// The words of a query as they were typed, at most ``ProductRanking/maximumWords``.
  func words(of query: String) -> [QueryWord] {
    texts.withScratch { scratch in
      let analyzed = scratch.text
      analyzed.fill(query)
      var words = (0..<min(analyzed.surfaceCount, ProductRanking.maximumWords)).map {
        QueryWord(text: analyzed.surface($0).string, terms: [], information: 0)
      }
      for position in analyzed.indices where analyzed.surfacePosition(of: position) < words.count {
        let place = analyzed.surfacePosition(of: position)
        let term = vocabulary.id(of: analyzed[position].bytes)
        words[place].terms.append(term)
        let holders = term.map { matches(of: [$0]).count } ?? 0
        let information =
          holders > 0 ? LexicalStatistics.inverseFrequency(holders: holders, products: products) : 0
        words[place].information = max(words[place].information, information)
      }
      return words
    }
  }

  /// The products that hold any of some terms, in the texts of the scope.
  func matches(of terms: [Int]) -> ProductBitmap {
    ProductBitmap(products: products) { words in
      for term in terms {
        if term < vocabulary.stored.count {
          impacts.add(documentsOf: term, to: words)
          if scope == .textAndClicks { impacts.add(documentsOf: vocabulary.stored.count + term, to: words) }
        }
        added.impacts.add(holdersOf: term, to: words)
        if scope == .textAndClicks { added.impacts.add(holdersOf: LexicalAdditions.clicks + term, to: words) }
      }
    }
  }

  /// The products that hold a word of a query.
  func productsHoldingAny(of query: String) -> ProductBitmap {
    matches(of: words(of: query).flatMap { $0.terms.compactMap { $0 } })
  }

  /// The products that hold every word of a query; stop words do not count.
  func productsHoldingAll(of query: String) -> ProductBitmap {
    var holding: ProductBitmap?
    for term in words(of: query).flatMap(\.terms) {
      guard let term else { return .none(of: products) }
      let matching = matches(of: [term])
      holding = holding.map { $0 & matching } ?? matching
    }
    return holding ?? .none(of: products)
  }
}

extension ImpactIndex {
  /// Adds the documents that hold a term to the bits of a catalogue, in which the first one has the place `first`.
  func add(documentsOf term: Int, first: Int = 0, to words: UnsafeMutableBufferPointer<UInt64>) {
    forEachDocument(of: term) { place in
      let document = first + place
      words[document >> 6] |= 1 << UInt64(document & 63)
      return true
    }
  }
}
