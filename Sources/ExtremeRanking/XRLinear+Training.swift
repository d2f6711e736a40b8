internal import CKernels
public import Learning
internal import LinearAlgebra
internal import Probability

extension XRLinear {
  /// Learns a model.
  ///
  /// - Complexity: O(levels x pairs x branching x entries of an instance x solver iterations); memory for the data,
  ///   the model and blocks of at most 32 million entries.
  /// - Throws: ``InvalidInput`` with every violation of recipe and data; `CancellationError`.
  public func fit(_ data: ExtremeRankingData, on execution: Execution) throws -> XRLinearModel {
    var problems = Violations(violations)
    problems.append(contentsOf: data.violations)
    try problems.throwIfAny()
    let vectors = try embedding.embed(data, on: execution)
    let tree = try clustering.index(vectors, seed: seed, on: execution)
    return try fit(data, tree: tree, on: execution)
  }

  /// Learns a model on a tree that is given: a category tree, another model's tree.
  ///
  /// - Throws: ``InvalidInput`` with every violation of recipe, data and tree; `CancellationError`.
  public func fit(_ data: ExtremeRankingData, tree: LabelTree, on execution: Execution) throws
    -> XRLinearModel
  {
    var problems = Violations(violations)
    problems.append(contentsOf: data.violations)
    problems.require(
      tree.labelCount == data.labels.columns, "tree", given: "\(tree.labelCount) labels",
      expected: "\(data.labels.columns) as Y has columns")
    try problems.throwIfAny()
    var targets = [LevelTargets(labels: data.labels, relevance: data.relevance, tree: tree)]
    for level in stride(from: tree.depth - 1, to: 0, by: -1) {
      targets.insert(LevelTargets(above: targets[0], level: level, tree: tree), at: 0)
    }
    var model = XRLinearModel(tree: tree, levels: [], featureCount: data.instances.columns, recipe: self)
    for level in 0..<tree.depth {
      let reached = try reachedNodes(level: level, data, model, on: execution)
      let training = LevelTraining(
        recipe: self, data: data, tree: tree, level: level, targets: targets[level],
        parents: level == 0 ? nil : targets[level - 1], reached: reached)
      model = model.appending(try training.train(on: execution))
    }
    return model
  }

  /// For each instance, nodes of the level above whose children it trains besides those that have its labels.
  private func reachedNodes(
    level: Int, _ data: ExtremeRankingData, _ model: XRLinearModel, on execution: Execution
  ) throws -> SparseMatrix? {
    guard level > 0, negatives.contains(.matcherAware) else { return nil }
    return try model.nodes(reachedBy: data.instances, level: level - 1, beam: beam, on: execution)
  }
}

/// Trains the classifiers of one level.
struct LevelTraining {
  let recipe: XRLinear
  let data: ExtremeRankingData
  let tree: LabelTree
  let level: Int
  let targets: LevelTargets
  /// Targets of the level above; nil at the root, which every instance trains.
  let parents: LevelTargets?
  let reached: SparseMatrix?

  /// Blocks are made for as many parents at a time as hold about this many entries.
  private static let entriesOfBatch = 32 << 20

  /// As many classifiers as are trained side by side.
  private static let siblingsTogether = Int(CK_LANES)

  func train(on execution: Execution) throws -> ChunkedWeights {
    let hash = FeatureHash(featureCount: data.instances.columns)
    let relevance =
      recipe.relevance.mode == .leafOnly && level < tree.depth - 1
      ? [] : targets.normalizedRelevance(recipe.relevance.norm, instanceCount: data.instances.rows)
    let instances = trainingInstances()
    var chunks: [Chunk] = []
    chunks.reserveCapacity(instances.count)
    let ranges = ChunkedWeights.ranges(of: tree, level: level, beam: recipe.beam)
    let isJoined = ranges.count < instances.count
    var joined: [LabelWeights] = []
    let (nodes, stage) = (tree.nodeCount(level: level), "training level \(level + 1) of \(tree.depth)")
    for batch in batches(instances) {
      let blocks = try concurrentMap(
        count: batch.count, threads: execution.threads,
        scratch: { FeatureRenumbering(featureCount: data.instances.columns) }
      ) { renumbering, i in
        try execution.cancellation.check()
        return TrainingBlock(
          instances: instances[batch.lowerBound + i], x: data.instances, bias: recipe.solver.bias,
          renumbering: &renumbering)
      }
      let groups = batch.flatMap { parent in
        siblingGroups(of: parent).map { (parent: parent, nodes: $0) }
      }
      let weights = try concurrentMap(
        count: groups.count, threads: execution.threads, scratch: { SolverMemory() }
      ) { memory, i in
        try execution.cancellation.check()
        let (parent, group) = groups[i]
        var weights = blocks[parent - batch.lowerBound].solve(
          group.map { node in
            let range = targets.range(ofNode: node)
            return Positives(
              instances: targets.instances[range], relevance: relevance.isEmpty ? [] : relevance[range])
          },
          solver: recipe.solver,
          seed: SplitMix64.mix(recipe.seed &+ UInt64(level) << 32 &+ UInt64(group.lowerBound)),
          threshold: recipe.pruning.threshold, memory: memory)
        for child in weights.indices { recipe.pruning.apply(to: &weights[child]) }
        execution.progress.report(
          ProgressEvent(stage: stage, completed: group.upperBound, total: nodes))
        return weights
      }
      if isJoined {
        joined += weights.joined()
        continue
      }
      let siblings = Dictionary(grouping: groups.indices) { groups[$0].parent }
      chunks += try concurrentMap(count: batch.count, threads: execution.threads, scratch: {}) { _, i in
        Chunk(
          columns: siblings[batch.lowerBound + i, default: []].flatMap { weights[$0] }, hash: hash,
          format: recipe.format)
      }
    }
    if isJoined { chunks = [Chunk(columns: joined, hash: hash, format: recipe.format)] }
    return ChunkedWeights(chunks: chunks, hash: hash, format: recipe.format)
  }

  /// The children of a parent that are trained side by side.
  private func siblingGroups(of parent: Int) -> [Range<Int>] {
    let children = tree.children(of: parent, level: level)
    let count = (children.count + Self.siblingsTogether - 1) / Self.siblingsTogether
    return (0..<count).map { group in
      let bound = { children.lowerBound + children.count * $0 / count }
      return bound(group)..<bound(group + 1)
    }
  }

  /// For each parent, the instances that train its children, ascending.
  private func trainingInstances() -> [[Int32]] {
    guard let parents else { return [(0..<Int32(data.instances.rows)).map { $0 }] }
    let byNode = reached?.transposed()
    return (0..<tree.parentCount(level: level)).map { parent in
      // A label's own instances are always among them: without its positives nothing could be learned.
      let own = parents.instances[parents.range(ofNode: parent)]
      guard let byNode else { return Array(own) }
      return Array(Set(own).union(byNode.indices[byNode.range(ofRow: parent)])).sorted()
    }
  }

  /// Ranges of parents whose blocks are held at the same time.
  private func batches(_ instances: [[Int32]]) -> [Range<Int>] {
    var batches: [Range<Int>] = []
    var (start, entries) = (0, 0)
    for (parent, rows) in instances.enumerated() {
      let block = rows.reduce(0) { $0 + data.instances.range(ofRow: Int($1)).count }
      if parent > start, entries + block > Self.entriesOfBatch {
        batches.append(start..<parent)
        (start, entries) = (parent, 0)
      }
      entries += block
    }
    batches.append(start..<instances.count)
    return batches
  }
}
