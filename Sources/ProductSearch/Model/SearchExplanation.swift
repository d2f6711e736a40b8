internal import Learning
internal import TextFeatures

/// Why a product stands where it stands.
public struct SearchExplanation: Codable, Sendable, Equatable {
  /// What each column adds to the fused score; nil where another ranker answers.
  public let fusion: FusionExplanation?

  /// What each word adds to the score by words.
  public let words: LexicalExplanation
}

extension ProductSearchModel {
  /// Why a product was found for a request; the parts add up to the scores.
  ///
  /// - Throws: ``InvalidInput`` when there is no product of that id; `FileFormatError` when a stored model turns out to
  ///   be altered.
  public func explain(_ request: SearchRequest, product id: String) throws -> SearchExplanation {
    let (_, filter) = try understood(request)
    let correction = request.isExact ? nil : rankers.speller?.correct(request.text)
    let words = try explainWords(correction?.text ?? request.text, product: id)
    guard request.ranker ?? chosen == rankers.fusion?.name, let fusion = rankers.fusion,
      let product = names.position(of: id)
    else { return SearchExplanation(fusion: nil, words: words) }
    let asked = SearchAnswer(self, request, fusion, correction, filter).asked
    return SearchExplanation(fusion: try fusion.explain(asked, product: product), words: words)
  }
}
