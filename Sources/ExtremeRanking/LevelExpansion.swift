internal import CKernels
internal import Learning
internal import LinearAlgebra

/// Scores the children of some nodes of one level for a query.
struct LevelExpansion {
  private let model: XRLinearModel
  private let level: Int
  private let isLast: Bool
  private let bias: Float
  private let postProcessor: PostProcessor
  private let filter: LabelFilter?

  init(_ model: XRLinearModel, level: Int, _ options: PredictionOptions) {
    self.model = model
    self.level = level
    isLast = level == model.tree.depth - 1
    bias = Float(model.recipe.solver.bias)
    postProcessor = options.postProcessor ?? model.recipe.postProcessor
    filter = options.filter
  }

  /// The children of a node of the level above.
  @inline(__always)
  func children(of parent: RankKey) -> Range<Int> {
    let offsets = model.tree.childOffsets[level].unsafeBaseAddress
    return Int(offsets[Int(parent.id)])..<Int(offsets[Int(parent.id) + 1])
  }

  /// Whether one chunk holds the nodes of all parents.
  private var isJoined: Bool { model.levels[level].chunkCount == 1 }

  /// How many products ``multiply(_:_:_:_:_:)`` leaves.
  func productCount(_ parents: [RankKey]) -> Int {
    isJoined ? model.tree.nodeCount(level: level) : parents.reduce(0) { $0 + children(of: $1).count }
  }

  /// Adds the products of all parents' children with a query to `block`, one parent behind the other.
  ///
  /// - Throws: ``FileFormatError`` when a stored model turns out to be altered.
  func multiply(
    _ parents: [RankKey], _ keys: [UInt32], _ values: [Float], _ block: UnsafeMutablePointer<Float>,
    _ visits: inout [ck_chunk_visit]
  ) throws {
    let (weights, labels) = (model.levels[level], model.tree.labels.unsafeBaseAddress)
    var next = block
    for parent in parents {
      let children = children(of: parent)
      weights.prefetch(children: children)
      if isLast { ck_prefetch(labels + children.lowerBound, 4 * children.count) }
      if isJoined { continue }
      visits.append(weights.visit(chunk: Int(parent.id), width: children.count, block: next))
      next += children.count
    }
    if isJoined {
      visits.append(weights.visit(chunk: 0, width: model.tree.nodeCount(level: level), block: block))
    }
    guard ck_chunks_multiply(visits, visits.count, keys, values, keys.count) == 0 else {
      throw model.alteredError(level: level)
    }
  }

  /// Turns the products of all parents' children at `block` into ranked keys, without those that the filter leaves out.
  ///
  /// - Returns: how many keys were written.
  func emit(
    _ parents: [RankKey], _ block: UnsafeMutablePointer<Float>, into keys: UnsafeMutablePointer<RankKey>
  ) -> Int {
    var (next, written) = (block, 0)
    for parent in parents {
      let children = children(of: parent)
      let products = isJoined ? block + children.lowerBound : next
      written += emit(parent, children, products, into: keys + written)
      next += children.count
    }
    return written
  }

  private func emit(
    _ parent: RankKey, _ children: Range<Int>, _ products: UnsafeMutablePointer<Float>,
    into keys: UnsafeMutablePointer<RankKey>
  ) -> Int {
    model.levels[level].finish(children: children, bias: bias, products)
    postProcessor.replaceByTerms(UnsafeMutableBufferPointer(start: products, count: children.count))
    let base = postProcessor.accumulates ? parent.score : 0
    let labels = model.tree.labels.unsafeBaseAddress + children.lowerBound * (isLast ? 1 : 0)
    var written = 0
    for offset in 0..<children.count {
      let child = children.lowerBound + offset
      if let filter, !filter.allowsAny(of: model.leaves(of: child, level: level)) { continue }
      let id = isLast ? UInt32(bitPattern: labels[offset]) : UInt32(truncatingIfNeeded: child)
      keys[written] = RankKey(score: base + products[offset], id: id)
      written += 1
    }
    return written
  }
}
