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
  private let interval: LabelInterval?
  /// Labels added to clusters; empty on the levels above the last.
  private let additions: [Int32: LabelAdditions]

  init(_ model: XRLinearModel, level: Int, _ options: PredictionOptions) {
    self.model = model
    self.level = level
    isLast = level == model.tree.depth - 1
    bias = Float(model.recipe.solver.bias)
    postProcessor = options.postProcessor ?? model.recipe.postProcessor
    filter = options.filter ?? model.changes.live
    interval = options.interval
    additions = isLast ? model.changes.additions : [:]
  }

  /// The children of a node of the level above.
  @inline(__always)
  func children(of parent: RankKey) -> Range<Int> {
    let offsets = model.tree.childOffsets[level].unsafeBaseAddress
    return Int(offsets[Int(parent.id)])..<Int(offsets[Int(parent.id) + 1])
  }

  /// Whether one chunk holds the nodes of all parents.
  private var isJoined: Bool { model.levels[level].chunkCount == 1 }

  /// How many keys ``emit(_:_:into:)`` writes at the most.
  func keyCount(_ parents: [RankKey]) -> Int {
    parents.reduce(addedCount(parents)) { $0 + children(of: $1).count }
  }

  /// How many products ``multiply(_:_:_:_:_:)`` leaves.
  func productCount(_ parents: [RankKey]) -> Int { storedCount(parents) + addedCount(parents) }

  private func storedCount(_ parents: [RankKey]) -> Int {
    isJoined ? model.tree.nodeCount(level: level) : parents.reduce(0) { $0 + children(of: $1).count }
  }

  private func addedCount(_ parents: [RankKey]) -> Int {
    if additions.isEmpty { return 0 }
    return parents.reduce(0) { $0 + (additions(to: $1)?.labels.count ?? 0) }
  }

  private func additions(to parent: RankKey) -> LabelAdditions? {
    additions.isEmpty ? nil : additions[Int32(bitPattern: parent.id)]
  }

  /// Adds the products of all parents' children with a query to `block`, one parent behind the other, then those of
  /// the labels added to them.
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
    if !additions.isEmpty {
      next = block + storedCount(parents)
      for parent in parents {
        guard let added = additions(to: parent) else { continue }
        visits.append(added.weights.visit(chunk: 0, width: added.labels.count, block: next))
        next += added.labels.count
      }
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
    if additions.isEmpty { return written }
    next = block + storedCount(parents)
    for parent in parents {
      guard let added = additions(to: parent) else { continue }
      written += emit(parent, added, next, into: keys + written)
      next += added.labels.count
    }
    return written
  }

  /// Turns the products of the labels added to a cluster into keys.
  private func emit(
    _ parent: RankKey, _ added: LabelAdditions, _ products: UnsafeMutablePointer<Float>,
    into keys: UnsafeMutablePointer<RankKey>
  ) -> Int {
    let base = terms(added.weights, 0..<added.labels.count, of: parent, products)
    var written = 0
    for (offset, label) in added.labels.enumerated() {
      if let interval, !interval.labels.contains(label) { continue }
      if let filter, !filter.allowsAdded(Int(label) - model.tree.labelCount) { continue }
      if model.changes.removed.contains(Int(label)) { continue }
      keys[written] = RankKey(score: base + products[offset], id: UInt32(bitPattern: label))
      written += 1
    }
    return written
  }

  /// Turns products into terms; the score that they are added to.
  private func terms(
    _ weights: ChunkedWeights, _ children: Range<Int>, of parent: RankKey,
    _ products: UnsafeMutablePointer<Float>
  ) -> Float {
    weights.finish(children: children, bias: bias, products)
    postProcessor.replaceByTerms(UnsafeMutableBufferPointer(start: products, count: children.count))
    return postProcessor.accumulates ? parent.score : 0
  }

  private func emit(
    _ parent: RankKey, _ children: Range<Int>, _ products: UnsafeMutablePointer<Float>,
    into keys: UnsafeMutablePointer<RankKey>
  ) -> Int {
    let base = terms(model.levels[level], children, of: parent, products)
    let labels = model.tree.labels.unsafeBaseAddress + children.lowerBound * (isLast ? 1 : 0)
    var written = 0
    for offset in 0..<children.count {
      let child = children.lowerBound + offset
      if let filter, !allows(filter, child) { continue }
      if let interval,
        !(isLast ? interval.labels.contains(labels[offset]) : interval.allows(child, level: level, of: model))
      {
        continue
      }
      // A filter made before the label was removed allows it still.
      if isLast, model.changes.removed.contains(Int(labels[offset])) { continue }
      let id = isLast ? UInt32(bitPattern: labels[offset]) : UInt32(truncatingIfNeeded: child)
      keys[written] = RankKey(score: base + products[offset], id: id)
      written += 1
    }
    return written
  }

  /// Whether a filter allows a label below a node of the level.
  private func allows(_ filter: LabelFilter, _ child: Int) -> Bool {
    if filter.allowsAny(of: model.leaves(of: child, level: level)) { return true }
    return !isLast && filter.allowsAdded(in: model.clusters(of: child, level: level))
  }
}
