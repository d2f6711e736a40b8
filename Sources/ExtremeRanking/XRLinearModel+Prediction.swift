internal import CKernels
internal import Learning
public import LinearAlgebra

extension XRLinearModel {
  /// Memory that queries reuse; one for each thread.
  public struct Scratch {
    var keys: [UInt32] = []
    var values: [Float] = []
    var beam: [RankKey] = []
    var candidates: [RankKey] = []
    private(set) var visits: [ck_chunk_visit] = []
    private(set) var block: [Float] = []

    /// Creates memory that grows with use.
    public init() {}

    /// Room for the scores of `count` children, all 0, with as much behind them as a damaged chunk may write to.
    mutating func withBlock<Result>(
      _ count: Int, _ body: (UnsafeMutablePointer<Float>, inout [ck_chunk_visit]) throws -> Result
    ) rethrows -> Result {
      if block.count < count + 256 { block = [Float](repeating: 0, count: 2 * count + 256) }
      return try block.withUnsafeMutableBufferPointer { block in
        block.baseAddress!.update(repeating: 0, count: count)
        visits.removeAll(keepingCapacity: true)
        return try body(block.baseAddress!, &visits)
      }
    }
  }

  /// Answers one query.
  ///
  /// - Throws: ``InvalidInput`` when the query is wider than the model or an option is out of range.
  public func predict(_ query: SparseVector, _ options: PredictionOptions) throws -> RankedLabels {
    var scratch = Scratch()
    return try predict(query, options, scratch: &scratch)
  }

  /// Answers one query with memory to reuse; allocates nothing but the answer once the memory has grown.
  ///
  /// - Complexity: O(depth x beam x (entries of the query + branching)) look-ups
  /// - Throws: ``InvalidInput`` when the query is wider than the model or an option is out of range;
  ///   ``FileFormatError`` when a stored model turns out to be altered.
  public func predict(
    _ query: borrowing SparseVector, _ options: PredictionOptions, scratch: inout Scratch
  ) throws -> RankedLabels {
    try check(query, options)
    guard query.values.contains(where: { $0 != 0 }) else { return RankedLabels(status: .noKnownFeature) }
    if let filter = options.filter, filter.allowedCount == 0 { return RankedLabels(status: .filteredOut) }
    prepare(query, &scratch)
    var width = options.beam ?? recipe.beam
    let wanted = min(options.k, options.filter?.allowedCount ?? labelCount)
    if let filter = options.filter, filter.allowedCount <= 2 * width * recipe.clustering.maximumLeafSize {
      width = labelCount
    }
    while true {
      try search(beam: width, options, &scratch)
      // A beam in a filtered tree may reach fewer allowed labels than there are.
      if options.filter == nil || scratch.candidates.count >= wanted || width >= labelCount { break }
      width *= 2
    }
    return answer(options, &scratch)
  }

  func check(_ query: borrowing SparseVector, _ options: PredictionOptions) throws {
    let (last, beam) = (Int(query.indices.last ?? -1), options.beam ?? recipe.beam)
    let unusable = query.values.count { !$0.isFinite }
    if last < featureCount, unusable == 0, options.k >= 1, beam >= 1 { return }
    var problems = Violations()
    problems.require(
      last < featureCount, "query", given: "feature \(last)", expected: "features below \(featureCount)",
      advice: "Vectorise the query with the vectoriser that the model was trained with.")
    problems.require(
      unusable == 0, "query", given: "\(unusable) values NaN or infinite", expected: "finite values")
    problems.require(options.k >= 1, "k", given: options.k, expected: "1 or more")
    problems.require(beam >= 1, "beam", given: beam, expected: "1 or more")
    try problems.throwIfAny()
  }

  func prepare(_ query: borrowing SparseVector, _ scratch: inout Scratch) {
    let hash = levels[0].hash
    scratch.keys.removeAll(keepingCapacity: true)
    for index in query.indices { scratch.keys.append(hash.key(index)) }
    scratch.values.removeAll(keepingCapacity: true)
    scratch.values.append(contentsOf: query.values)
  }

  /// Walks down to the labels and leaves every label reached in `scratch.candidates`, its identifier the label.
  private func search(beam width: Int, _ options: PredictionOptions, _ scratch: inout Scratch) throws {
    try descend(to: tree.depth - 1, beam: width, options, &scratch)
    try expandBeam(level: tree.depth - 1, options, &scratch)
  }

  /// Walks down and leaves the best parents of `level` in `scratch.beam`.
  func descend(to level: Int, beam width: Int, _ options: PredictionOptions, _ scratch: inout Scratch) throws
  {
    scratch.beam.removeAll(keepingCapacity: true)
    scratch.beam.append(RankKey(score: 0, id: 0))
    for upper in 0..<level {
      try expandBeam(level: upper, options, &scratch)
      scratch.candidates.keepLargest(width)
      swap(&scratch.beam, &scratch.candidates)
    }
  }

  /// Leaves the children of every node of the beam in `scratch.candidates`.
  func expandBeam(level: Int, _ options: PredictionOptions, _ scratch: inout Scratch) throws {
    let expansion = LevelExpansion(self, level: level, options)
    let beam = scratch.beam
    let total = beam.reduce(0) { $0 + expansion.children(of: $1).count }
    // Out of the scratch while it is written, so that nothing is copied.
    var candidates = scratch.candidates
    scratch.candidates = []
    candidates.removeAll(keepingCapacity: true)
    candidates.append(contentsOf: repeatElement(RankKey(score: 0, id: 0), count: total))
    let (keys, values) = (scratch.keys, scratch.values)
    let written = try scratch.withBlock(expansion.productCount(beam)) { block, visits in
      try expansion.multiply(beam, keys, values, block, &visits)
      return candidates.withUnsafeMutableBufferPointer { candidates in
        guard let base = candidates.baseAddress else { return 0 }
        return expansion.emit(beam, block, into: base)
      }
    }
    candidates.removeLast(total - written)
    scratch.candidates = candidates
  }

  func answer(_ options: PredictionOptions, _ scratch: inout Scratch) -> RankedLabels {
    let post = options.postProcessor ?? recipe.postProcessor
    scratch.candidates.keepLargest(options.k)
    return RankedLabels(
      labels: scratch.candidates.map { Int32(bitPattern: $0.id) },
      scores: scratch.candidates.map { post.score($0.score) })
  }
}
