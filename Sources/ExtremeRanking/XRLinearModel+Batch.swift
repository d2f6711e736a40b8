public import Learning
public import LinearAlgebra

extension XRLinearModel {
  /// Answers many queries, one a row.
  ///
  /// Queries walk down together and every level visits the chunks in the order they are stored, so each is
  /// loaded once a block of queries. Answers are those of single calls, bit for bit.
  ///
  /// - Throws: ``InvalidInput`` when the rows are wider than the model or an option is out of range;
  ///   `CancellationError`.
  public func predict(
    _ queries: SparseMatrix, _ options: PredictionOptions, on execution: Execution
  ) throws -> [RankedLabels] {
    guard queries.columns <= featureCount else {
      throw InvalidInput(
        "queries", given: "\(queries.columns) features", expected: "at most \(featureCount) as the model has",
        advice: "Vectorise the queries with the vectoriser that the model was trained with.")
    }
    try check(SparseVector(), options)
    if options.filter != nil {
      return try concurrentMap(count: queries.rows, threads: execution.threads, scratch: { Scratch() }) {
        scratch, row in
        try execution.cancellation.check()
        return try predict(queries.row(row), options, scratch: &scratch)
      }
    }
    let post = options.postProcessor ?? recipe.postProcessor
    let found = try search(
      queries, to: tree.depth - 1, beam: options.beam ?? recipe.beam, keeping: options.k, post, on: execution)
    return found.joined().map { keys in
      RankedLabels(
        labels: keys.map { Int32(bitPattern: $0.id) }, scores: keys.map { post.score($0.score) },
        status: keys.isEmpty ? .noKnownFeature : .ok)
    }
  }

  /// For each row, the nodes of `level` that its beam ends in: rows x nodes.
  func nodes(reachedBy rows: SparseMatrix, level: Int, beam: Int, on execution: Execution) throws
    -> SparseMatrix
  {
    let found = try search(rows, to: level, beam: beam, keeping: beam, recipe.postProcessor, on: execution)
    var builder = SparseMatrix.Builder(columns: tree.nodeCount(level: level))
    for keys in found.joined() { builder.append(row: keys.map { (Int($0.id), 1) }) }
    return builder.finish()
  }

  private static let queriesOfBlock = 512

  private func search(
    _ queries: SparseMatrix, to last: Int, beam: Int, keeping k: Int, _ post: PostProcessor,
    on execution: Execution
  ) throws -> [[[RankKey]]] {
    let blocks = (queries.rows + Self.queriesOfBlock - 1) / Self.queriesOfBlock
    return try concurrentMap(count: blocks, threads: execution.threads, scratch: { Scratch() }) {
      scratch, block in
      try execution.cancellation.check()
      let start = block * Self.queriesOfBlock
      var search = BlockSearch(
        model: self, queries: queries, rows: start..<min(start + Self.queriesOfBlock, queries.rows))
      for level in 0...last {
        let isLast = level == last
        try search.step(level: level, keeping: isLast ? k : beam, post, &scratch)
      }
      return search.beams
    }
  }
}

/// A block of queries on its way down the tree.
private struct BlockSearch {
  let model: XRLinearModel
  /// For each query its best nodes of the level reached, best first.
  private(set) var beams: [[RankKey]]
  private let keys: [UInt32]
  private let values: ArraySlice<Float>
  private let offsets: [Int]

  init(model: XRLinearModel, queries: SparseMatrix, rows: Range<Int>) {
    self.model = model
    let range = queries.offsets[rows.lowerBound]..<queries.offsets[rows.upperBound]
    keys = queries.indices[range].map { model.levels[0].hash.key($0) }
    values = queries.values[range]
    offsets = (rows.lowerBound...rows.upperBound).map { queries.offsets[$0] - range.lowerBound }
    beams = rows.map { row in
      let isKnown = queries.values[queries.range(ofRow: row)].contains { $0 != 0 }
      return isKnown ? [RankKey(score: 0, id: 0)] : []
    }
  }

  mutating func step(
    level: Int, keeping k: Int, _ post: PostProcessor, _ scratch: inout XRLinearModel.Scratch
  ) throws {
    let (tree, weights) = (model.tree, model.levels[level])
    let isLast = level == tree.depth - 1
    let bias = Float(model.recipe.solver.bias)
    // (parent, query, rank in the query's beam), by parent, so that every chunk is visited once.
    var visits: [(parent: UInt32, query: Int32, score: Float)] = []
    var starts = [0]
    starts.reserveCapacity(beams.count + 1)
    for (query, beam) in beams.enumerated() {
      var candidates = 0
      for key in beam {
        visits.append((key.id, Int32(query), key.score))
        candidates += tree.children(of: Int(key.id), level: level).count
      }
      starts.append(starts[query] + candidates)
    }
    visits.sort { ($0.parent, $0.query) < ($1.parent, $1.query) }
    var next = starts
    var candidates = [RankKey](repeating: RankKey(score: 0, id: 0), count: starts[beams.count])
    let isWhole = candidates.withUnsafeMutableBufferPointer { candidates in
      next.withUnsafeMutableBufferPointer { next in
        keys.withUnsafeBufferPointer { keys in
          values.withUnsafeBufferPointer { values in
            var isWhole = true
            for visit in visits {
              let children = tree.children(of: Int(visit.parent), level: level)
              let query = Int(visit.query)
              scratch.reserveBlock(children.count)
              scratch.block.withUnsafeMutableBufferPointer { block in
                isWhole =
                  weights.multiply(
                    parent: Int(visit.parent), children: children,
                    keys: UnsafeBufferPointer(rebasing: keys[offsets[query]..<offsets[query + 1]]),
                    values: values.baseAddress! + offsets[query], bias: bias, into: block.baseAddress!)
                  && isWhole
                let base = post.accumulates ? visit.score : 0
                for (offset, child) in children.enumerated() {
                  let id = isLast ? UInt32(bitPattern: tree.labels.unsafeBaseAddress[child]) : UInt32(child)
                  candidates[next[query]] = RankKey(score: base + post.term(block[offset]), id: id)
                  next[query] += 1
                }
              }
            }
            return isWhole
          }
        }
      }
    }
    guard isWhole else { throw model.alteredError(level: level) }
    for query in beams.indices {
      scratch.candidates.removeAll(keepingCapacity: true)
      scratch.candidates.append(contentsOf: candidates[starts[query]..<starts[query + 1]])
      scratch.candidates.keepLargest(k)
      beams[query] = Array(scratch.candidates)
    }
  }
}
