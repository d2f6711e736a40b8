internal import LinearAlgebra

/// What each feature counts.
public struct CompletionWeights: Codable, Sendable, Equatable {
  /// One weight for each of ``CompletionFeature``, in their order.
  public internal(set) var values: [Float]

  /// What popularity and length count at the start of a session, where nothing else is known.
  public internal(set) var opening: [Float] = [1, -1]

  /// Weights that rank reasonably where there is nothing to learn them from.
  static let usual = CompletionWeights(
    values: CompletionFeature.allCases.map {
      switch $0 {
      case .popularity, .pair: 1
      case .length: -1
      case .association: 0.7
      case .repetition: -2
      default: 0
      }
    })

  /// The weight of a feature.
  public subscript(feature: CompletionFeature) -> Float { values[feature.column] }

  /// What the session's features add.
  @inline(__always)
  func sessionScore(_ entry: SessionCandidates.Entry, words: Int, _ context: SessionContext) -> Float {
    let count = CompletionFeature.allCases.count - CompletionFeature.staticCount
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { features in
      CompletionFeature.write(entry, words: words, context, into: features.baseAddress!)
      return values.withUnsafeBufferPointer { values in
        var score: Float = 0
        for i in 0..<count { score += values[CompletionFeature.staticCount + i] * features[i] }
        return score
      }
    }
  }
}
