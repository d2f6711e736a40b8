internal import LinearAlgebra

/// What each feature counts.
public struct CompletionWeights: Codable, Sendable, Equatable {
  /// One weight for each of ``CompletionFeature``, in their order.
  public internal(set) var values: [Float]

  /// Weights that rank reasonably where there is nothing to learn them from.
  static let usual = CompletionWeights(values: [1, -1, 1, 0.7, 0, 0, 0, -2])

  /// The weight of a feature.
  public subscript(feature: CompletionFeature) -> Float { values[feature.column] }

  /// What the session's features add.
  @inline(__always)
  func sessionScore(_ entry: SessionCandidates.Entry, words: Int, lastLength: Int) -> Float {
    let f = CompletionFeature.session(entry, words: words, lastLength: lastLength)
    let early = values[2] * f.pair + values[3] * f.association + values[4] * f.overlap
    return early + values[5] * f.coverage + values[6] * f.addition + values[7] * f.repetition
  }
}
