internal import LinearAlgebra
internal import TextFeatures

/// Why words speak for a product: what each term adds in each text; the parts sum to the score.
public struct LexicalExplanation: Codable, Sendable, Equatable {
  /// A term in one of the product's texts.
  public struct Part: Codable, Sendable, Equatable {
    /// The term as it is looked up, for example a stem.
    public let term: String

    /// The text that holds it: the name of a field, or "clicks" for the queries that led to the product.
    public let field: String

    /// What it adds to the score.
    public let score: Float
  }

  /// The parts, largest first.
  public let parts: [Part]

  /// The product's score for the query; 0 when no term occurs.
  public let score: Float
}

extension LexicalIndex {
  /// Why a product was found for a query.
  ///
  /// The score of a term in the product's text is shared out among fields in proportion to what they add to its
  /// weighted frequency.
  ///
  /// - Precondition: `product` is a position in the catalogue.
  public func explain(_ query: String, product: Int) -> LexicalExplanation {
    precondition((0..<products).contains(product), "product in 0..<\(products)")
    var ranking = ProductRanking()
    let terms = scratch.withScratch { scratch in
      scratch.analyze(query, vocabulary: vocabulary, into: &ranking)
      return scratch.query
    }
    let isAdded = product >= corpus.products
    let (corpus, place) =
      isAdded ? (LexicalCorpus([added.products[product - corpus.products]]), 0) : (corpus, product)
    let factors = LexicalWeighting(recipe, statistics).fieldFactors(of: place, in: corpus)
    var parts: [LexicalExplanation.Part] = []
    var (total, step): (UInt32, Float) = (0, impacts.step)
    func impact(_ term: Int, clicked: Bool) -> UInt32 {
      if isAdded {
        let column = clicked ? LexicalAdditions.clicks + term : term
        guard let found = added.impacts.impact(of: column, in: product) else { return 0 }
        step = found.step
        return found.impact
      }
      guard term < vocabulary.stored.count else { return 0 }
      return impacts.impact(of: clicked ? vocabulary.stored.count + term : term, in: product)
    }
    func part(_ term: Int, _ field: String, _ total: Double) -> LexicalExplanation.Part {
      LexicalExplanation.Part(term: vocabulary[term], field: field, score: Float(total * Double(step)))
    }
    for term in terms {
      let inText = impact(term.term, clicked: false) * term.weight
      let shares = shares(of: term.term, product: place, in: corpus, factors: factors)
      for (field, share) in zip(TextField.allCases, shares) where inText > 0 && share > 0 {
        parts.append(part(term.term, field.rawValue, Double(inText) * share))
      }
      total += inText
      guard scope == .textAndClicks else { continue }
      let inClicks = impact(term.term, clicked: true) * term.weight
      if inClicks > 0 { parts.append(part(term.term, "clicks", Double(inClicks))) }
      total += inClicks
    }
    return LexicalExplanation(
      parts: parts.sorted { ($1.score, $0.term, $0.field) < ($0.score, $1.term, $1.field) },
      score: Float(total) * step)
  }

  /// The share of each field in the weighted frequency of a term.
  private func shares(
    of term: Int, product: Int, in corpus: LexicalCorpus, factors: [Double]
  ) -> [Double] {
    var shares = [Double](repeating: 0, count: factors.count)
    for word in corpus.words(of: product) where word.term == term && word.field < shares.count {
      shares[word.field] += factors[word.field] * Double(word.frequency)
    }
    let sum = shares.reduce(0, +)
    return sum > 0 ? shares.map { $0 / sum } : shares
  }
}
