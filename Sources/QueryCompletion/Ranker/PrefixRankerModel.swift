internal import ExtremeRanking
public import Learning
internal import LinearAlgebra

/// A tree of classifiers that completes a prefix after a query; made by ``PrefixRanker``.
public struct PrefixRankerModel: Predictor {
  /// What it was learned with.
  public let recipe: PrefixRanker

  let labels: LabelStore
  let features: PrefixFeatures
  let ranker: XRLinearModel
  let popularity: RangeMaxima
  private let spans: LabelSpans

  init(
    recipe: PrefixRanker, labels: LabelStore, features: PrefixFeatures, ranker: XRLinearModel,
    popularity: RangeMaxima
  ) {
    (self.recipe, self.labels, self.features) = (recipe, labels, features)
    (self.ranker, self.popularity) = (ranker, popularity)
    spans = LabelSpans(ranker)
  }

  /// Number of suggestions.
  public var labelCount: Int { labels.count }

  /// Bytes of the classifiers and the tree.
  public var byteCount: Int { ranker.byteCount }

  /// Completes what is typed.
  ///
  /// - Throws: `InvalidInput` for a limit out of 0...100; `FileFormatError` as ``complete(_:)``.
  public func predict(_ query: CompletionRequest) throws -> [String] {
    try query.check()
    return try complete(query)
  }

  /// The best suggestions, at most `request.limit`: those that the walk finds, then the most searched others.
  ///
  /// - Throws: `FileFormatError` when the classifiers turn out to be altered.
  public func complete(_ request: CompletionRequest) throws -> [String] {
    var (prefix, previous) = ([UInt8](), [UInt8]())
    recipe.normalizer.appendKey(of: request.prefix, keepsTrailingBlank: true, to: &prefix)
    if let last = request.history.last { recipe.normalizer.appendKey(of: last, to: &previous) }
    let interval = labels.interval(of: prefix)
    guard !interval.isEmpty, request.limit > 0 else { return [] }
    var found = try ranked(previous, prefix, interval, request.limit)
    var popular = RangeMaxima.Iterator()
    popular.restart(popularity, in: interval)
    while found.count < min(request.limit, interval.count), let next = popular.next(popularity) {
      if !found.contains(next.label) { found.append(next.label) }
    }
    return found.map { labels.surface(of: $0) }
  }

  /// Labels of the interval by the classifiers, best first.
  func ranked(_ previous: [UInt8], _ prefix: [UInt8], _ interval: Range<Int>, _ limit: Int) throws -> [Int] {
    var options = PredictionOptions(
      k: limit, beam: interval.count <= recipe.exactBelow ? labels.count : recipe.beam)
    options.interval = LabelInterval(spans, interval)
    return try ranker.predict(features.vector(previous: previous, prefix: prefix), options).labels.map {
      Int($0)
    }
  }
}
