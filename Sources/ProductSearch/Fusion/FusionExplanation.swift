internal import Learning
internal import TabularLearning

/// Why a candidate got its fused score: what each column adds; base and parts sum to the score before calibration.
public struct FusionExplanation: Codable, Sendable, Equatable {
  /// A column of the candidate.
  public struct Part: Codable, Sendable, Equatable {
    /// What the column says.
    public let name: String
    /// What it says of this candidate.
    public let value: Float
    /// What that adds to the score.
    public let score: Float
  }

  /// "linear" or "trees".
  public let model: String

  /// What every candidate gets.
  public let base: Float

  /// What columns add, the largest amounts first; columns that add nothing are left out.
  public let parts: [Part]

  /// The sum of base and parts.
  public let score: Float

  /// The probability of relevance that the score stands for.
  public let probability: Float
}

extension FusedRanker {
  /// Why a product stands where it stands for a query; nil when no ranker finds it.
  ///
  /// - Throws: `FileFormatError` when a stored model turns out to be altered.
  /// - Precondition: `product` is a position in the catalogue.
  public func explain(_ query: RankingQuery, product: Int) throws -> FusionExplanation? {
    let scratch = description.makeScratch()
    try description.find(query, rankers, scratch)
    description.describe(query.text, scratch)
    guard let row = scratch.products.firstIndex(of: Int32(product)) else { return nil }
    let values = scratch.columns.row(row)
    model.score(
      scratch.columns.values, stride: scratch.columns.stride, count: scratch.products.count,
      into: scratch.scores)
    newcomers.add(to: scratch.scores, of: scratch.products)
    let (base, added) = try model.contributions(of: values)
    var parts = zip(description.columnNames, zip(values, added)).compactMap { name, pair in
      pair.1 == 0 ? nil : FusionExplanation.Part(name: name, value: pair.0, score: pair.1)
    }
    if newcomers.contains(product), newcomers.bonus > 0 {
      parts.append(FusionExplanation.Part(name: "new since training", value: 1, score: newcomers.bonus))
    }
    return FusionExplanation(
      model: model.name, base: base,
      parts: parts.sorted { (abs($0.score), $1.name) > (abs($1.score), $0.name) }, score: scratch.scores[row],
      probability: Float(curve(scratch.scores[row])))
  }
}
