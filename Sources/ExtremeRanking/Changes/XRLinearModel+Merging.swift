public import Learning
internal import LinearAlgebra

extension XRLinearModel {
  /// The model with what came and went folded into its arrays.
  ///
  /// Labels keep their numbers and all scores stay bit for bit. A removed label keeps its place without weights. A cluster
  /// of more than twice `maximumLeafSize` labels is split below its parent; the parts have the cluster's classifier, so
  /// that only the beam sees a difference.
  ///
  /// - Throws: ``FileFormatError`` when a stored model turns out to be altered; `CancellationError`.
  /// - Complexity: O(bytes of the model)
  public func merging(on execution: Execution = Execution()) throws -> XRLinearModel {
    guard hasChanges else { return self }
    let plan = try MergePlan(self)
    let tree = try plan.tree()
    var merged = levels
    merged[levels.count - 1] = try plan.lastLevel(tree, on: execution)
    if plan.splits { merged[levels.count - 2] = try plan.levelAboveLast(tree, on: execution) }
    return XRLinearModel(
      tree: tree, levels: merged, featureCount: featureCount, recipe: recipe, vectors: try plan.vectors(),
      removed: changes.removed)
  }
}

/// Where the labels of a model stand after a merge.
struct MergePlan {
  /// A cluster of the merged tree.
  struct Part {
    /// The cluster that its labels come from.
    let cluster: Int
    /// Its labels among those of the old cluster, stored ones first; nil for all, none of them added or removed.
    let members: [Int]?
  }

  let model: XRLinearModel
  let parts: [Part]

  private var last: Int { model.tree.depth - 1 }

  /// Whether a cluster is split.
  var splits: Bool { parts.count > model.tree.parentCount(level: last) }

  init(_ model: XRLinearModel) throws {
    self.model = model
    let (last, limit) = (model.tree.depth - 1, 2 * model.recipe.clustering.maximumLeafSize)
    var parts: [Part] = []
    var splitter = ClusterSplit(model)
    var room =
      last == 0
      ? []
      : (0..<model.tree.parentCount(level: last - 1)).map {
        65_536 - model.tree.children(of: $0, level: last - 1).count
      }
    let parents = last == 0 ? [] : model.tree.parents(level: last - 1)
    for cluster in 0..<model.tree.parentCount(level: last) {
      let stored = model.tree.children(of: cluster, level: last)
      let added = model.changes.additions[Int32(cluster)]?.labels.count ?? 0
      let isWhole = model.changes.live.map { live in stored.allSatisfy(live.allows) } ?? true
      if added == 0, isWhole {
        parts.append(Part(cluster: cluster, members: nil))
        continue
      }
      let all = Array(0..<stored.count + added)
      var members = [all]
      if last > 0, model.acceptsLabels {
        members = try splitter.parts(of: all, cluster: cluster, limit: limit)
        if members.count - 1 > room[Int(parents[cluster])] { members = [all] }
        room[Int(parents[cluster])] -= members.count - 1
      }
      parts += members.map { Part(cluster: cluster, members: $0) }
    }
    self.parts = parts
  }

  /// The tree of the merged model.
  func tree() throws -> LabelTree {
    var (labels, ends) = ([Int32](), [Int32(0)])
    labels.reserveCapacity(model.labelCount)
    for part in parts {
      let stored = model.tree.children(of: part.cluster, level: last)
      if let members = part.members {
        for member in members { labels.append(Int32(model.label(member, ofCluster: part.cluster))) }
      } else {
        for position in stored { labels.append(model.tree.labels[position]) }
      }
      ends.append(Int32(labels.count))
    }
    var offsets = model.tree.childOffsets
    offsets[last] = StoredArray(ends)
    if splits {
      let parents = model.tree.parents(level: last - 1)
      var counts = [Int32](repeating: 0, count: model.tree.parentCount(level: last - 1) + 1)
      for part in parts { counts[Int(parents[part.cluster]) + 1] += 1 }
      for i in 1..<counts.count { counts[i] += counts[i - 1] }
      offsets[last - 1] = StoredArray(counts)
    }
    return try LabelTree(storedChildOffsets: offsets, labels: StoredArray(labels))
  }

  /// The labels' classifiers.
  func lastLevel(_ tree: LabelTree, on execution: Execution) throws -> ChunkedWeights {
    let (old, ranges) = (
      model.levels[last], ChunkedWeights.ranges(of: tree, level: last, beam: model.recipe.beam)
    )
    let isJoined = old.chunkCount == 1
    let joined = isJoined ? try old.storedColumns(of: 0, 0..<model.tree.nodeCount(level: last)) : nil
    let chunks = try concurrentMap(count: ranges.count, threads: execution.threads, scratch: {}) { _, i in
      try execution.cancellation.check()
      if ranges.count == 1, parts.count > 1 {
        var all = StoredColumns()
        for part in parts { all.append(try columns(of: part, joined)) }
        return Chunk(all, hash: old.hash, format: old.format)
      }
      if parts[i].members == nil, !isJoined {
        return old.chunk(parts[i].cluster, model.tree.children(of: parts[i].cluster, level: last))
      }
      return Chunk(try columns(of: parts[i], joined), hash: old.hash, format: old.format)
    }
    return ChunkedWeights(chunks: chunks, hash: old.hash, format: old.format)
  }

  /// The classifiers of a part's labels, empty ones for those removed.
  private func columns(of part: Part, _ joined: StoredColumns?) throws -> StoredColumns {
    let stored = model.tree.children(of: part.cluster, level: last)
    var columns =
      try joined?.selecting(stored) ?? model.levels[last].storedColumns(of: part.cluster, stored)
    if let added = model.changes.additions[Int32(part.cluster)] {
      columns.append(try added.weights.storedColumns(of: 0, 0..<added.labels.count))
    }
    for member in 0..<columns.columns.count
    where model.isRemoved(model.label(member, ofCluster: part.cluster)) {
      columns.clear(member)
    }
    return part.members.map { columns.selecting($0) } ?? columns
  }

  /// The clusters' classifiers; parts of one cluster have the same.
  func levelAboveLast(_ tree: LabelTree, on execution: Execution) throws -> ChunkedWeights {
    let (level, old) = (last - 1, model.levels[last - 1])
    let ranges = ChunkedWeights.ranges(of: tree, level: level, beam: model.recipe.beam)
    let joined =
      old.chunkCount == 1 ? try old.storedColumns(of: 0, 0..<model.tree.nodeCount(level: level)) : nil
    let chunks = try concurrentMap(count: ranges.count, threads: execution.threads, scratch: {}) { _, i in
      try execution.cancellation.check()
      let clusters = parts[ranges[i]].map(\.cluster)
      if let joined { return Chunk(joined.selecting(clusters), hash: old.hash, format: old.format) }
      guard ranges.count > 1 || model.tree.parentCount(level: level) == 1 else {
        var all = StoredColumns()
        for parent in 0..<model.tree.parentCount(level: level) {
          all.append(try old.storedColumns(of: parent, model.tree.children(of: parent, level: level)))
        }
        return Chunk(all.selecting(clusters), hash: old.hash, format: old.format)
      }
      let siblings = model.tree.children(of: i, level: level)
      if clusters.count == siblings.count { return old.chunk(i, siblings) }
      return Chunk(
        try old.storedColumns(of: i, siblings).selecting(clusters.map { $0 - siblings.lowerBound }),
        hash: old.hash, format: old.format)
    }
    return ChunkedWeights(chunks: chunks, hash: old.hash, format: old.format)
  }

  /// The labels' vectors, empty ones for those removed; nil when they are not kept.
  func vectors() throws -> LabelVectors? {
    guard let vectors = model.vectors else { return nil }
    var joined = LabelVectors.Joining()
    for part in parts {
      let stored = model.tree.children(of: part.cluster, level: last)
      guard let members = part.members else {
        guard joined.append(vectors, rows: stored) else { throw model.alteredError(level: last) }
        continue
      }
      for member in members {
        let isRemoved = model.isRemoved(model.label(member, ofCluster: part.cluster))
        joined.append(isRemoved ? StoredRow() : try model.vector(member, ofCluster: part.cluster))
      }
    }
    return joined.finish()
  }
}

extension XRLinearModel {
  /// The number of a cluster's label, stored ones first, then those added.
  func label(_ member: Int, ofCluster cluster: Int) -> Int {
    let stored = tree.children(of: cluster, level: tree.depth - 1)
    return member < stored.count
      ? Int(tree.labels[stored.lowerBound + member])
      : Int(changes.additions[Int32(cluster)]!.labels[member - stored.count])
  }

  /// The vector of a cluster's label, stored ones first, then those added.
  ///
  /// - Precondition: the model keeps vectors.
  func vector(_ member: Int, ofCluster cluster: Int) throws -> StoredRow {
    let stored = tree.children(of: cluster, level: tree.depth - 1)
    let row =
      member < stored.count
      ? vectors![stored.lowerBound + member, featureCount: featureCount]
      : changes.additions[Int32(cluster)]!.vectors[member - stored.count, featureCount: featureCount]
    guard let row else { throw alteredError(level: tree.depth - 1) }
    return row
  }
}
