/// What a query is answered with.
public struct RankedLabels: Sendable, Equatable {
  /// Why the labels are what they are.
  public enum Status: String, Sendable, Codable {
    /// Labels were ranked.
    case ok
    /// The query has no feature that the model knows; ranking by biases alone would be no answer.
    case noKnownFeature
    /// The filter allows no label, or all labels were removed.
    case filteredOut
  }

  /// Labels, best first; equal scores by smaller label.
  public var labels: [Int32]

  /// Scores, parallel to `labels`, in the unit of the post-processor.
  public var scores: [Float]

  /// Why the labels are what they are.
  public var status: Status

  /// Creates an answer.
  public init(labels: [Int32] = [], scores: [Float] = [], status: Status = .ok) {
    self.labels = labels
    self.scores = scores
    self.status = status
  }
}

/// How a query is answered.
public struct PredictionOptions: Sendable {
  /// Labels at the most.
  public var k: Int

  /// Nodes kept on each level; nil for the recipe's.
  public var beam: Int?

  /// How scores along a path are combined; nil for the recipe's.
  public var postProcessor: PostProcessor?

  /// Labels that may be answered; nil for all.
  public var filter: LabelFilter?

  /// Neighbouring labels that alone may be answered; nil for all.
  public var interval: LabelInterval?

  /// Creates options.
  public init(k: Int = 10, beam: Int? = nil, postProcessor: PostProcessor? = nil, filter: LabelFilter? = nil)
  {
    self.k = k
    self.beam = beam
    self.postProcessor = postProcessor
    self.filter = filter
  }
}
