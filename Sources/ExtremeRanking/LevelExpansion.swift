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

  /// Adds the products of all parents' children with a query to `block`, one parent behind the other.
  ///
  /// - Throws: ``FileFormatError`` when a stored model turns out to be altered.
  func multiply(
    _ parents: [RankKey], _ keys: [UInt32], _ values: [Float], _ block: UnsafeMutablePointer<Float>,
    _ visits: inout [ck_chunk_visit]
  ) throws {
    var part = block
    for parent in parents {
      let count = children(of: parent).count
      visits.append(model.levels[level].visit(parent: Int(parent.id), children: count, block: part))
      part += count
    }
    guard ck_chunks_multiply(visits, visits.count, keys, values, keys.count) == 0 else {
      throw model.alteredError(level: level)
    }
  }

  /// Turns the products of a parent's children at `block` into ranked keys, without those that the filter leaves out.
  ///
  /// - Returns: how many keys were written.
  func emit(
    _ parent: RankKey, _ block: UnsafeMutablePointer<Float>, into keys: UnsafeMutablePointer<RankKey>
  ) -> Int {
    let children = children(of: parent)
    model.levels[level].finish(children: children, bias: bias, block)
    postProcessor.replaceByTerms(UnsafeMutableBufferPointer(start: block, count: children.count))
    let base = postProcessor.accumulates ? parent.score : 0
    let labels = model.tree.labels.unsafeBaseAddress + children.lowerBound * (isLast ? 1 : 0)
    var written = 0
    for offset in 0..<children.count {
      let child = children.lowerBound + offset
      if let filter, !filter.allowsAny(of: model.leaves(of: child, level: level)) { continue }
      let id = isLast ? UInt32(bitPattern: labels[offset]) : UInt32(truncatingIfNeeded: child)
      keys[written] = RankKey(score: base + block[offset], id: id)
      written += 1
    }
    return written
  }
}
