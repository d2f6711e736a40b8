public import Learning
public import LinearAlgebra

extension XRLinearModel {
  /// The model with vectors of its labels kept, so that it takes new labels.
  ///
  /// Training does this by itself. Of each vector the 64 largest entries are kept, in half precision.
  ///
  /// - Parameter vectors: one row a label, in the feature space of queries.
  /// - Throws: ``InvalidInput`` when its size is not the model's, or the model has changes.
  public func keeping(_ vectors: SparseMatrix) throws -> XRLinearModel {
    var problems = Violations()
    problems.require(
      vectors.rows == tree.labelCount && vectors.columns == featureCount, "vectors",
      given: "\(vectors.rows) x \(vectors.columns)", expected: "\(tree.labelCount) x \(featureCount)")
    problems.require(
      !hasChanges, "model", given: "one with labels added or removed", expected: "one without",
      advice: "Merge it first.")
    try problems.throwIfAny()
    return XRLinearModel(
      tree: tree, levels: levels, featureCount: featureCount, recipe: recipe,
      vectors: LabelVectors(vectors, order: tree.labels), removed: changes.removed)
  }

  /// The model with more labels; they get the numbers from ``labelCount`` on, and scores of all others stay as they are.
  ///
  /// A label goes to the best cluster that the tree finds for its text; its classifier is learned against the vectors of
  /// that cluster's labels. One call with many labels gives the same model as many calls with one.
  ///
  /// - Throws: ``InvalidInput`` with every violation; `CancellationError`.
  /// - Complexity: O(entries of the touched clusters x passes of the solver), whatever the number of labels, plus copies of
  ///   4 bytes for each label added before
  public func inserting(
    _ labels: [NewLabel], _ recipe: LabelInsertionRecipe = LabelInsertionRecipe(),
    on execution: Execution = Execution()
  ) throws -> XRLinearModel {
    try adding(insertions(of: labels, recipe, on: execution))
  }

  /// Learns labels without adding them yet: what a log keeps.
  ///
  /// - Throws: ``InvalidInput`` with every violation; `CancellationError`.
  public func insertions(
    of labels: [NewLabel], _ recipe: LabelInsertionRecipe = LabelInsertionRecipe(),
    on execution: Execution = Execution()
  ) throws -> [LabelInsertion] {
    let clusters = try clusters(of: labels, recipe, on: execution)
    let groups = Dictionary(grouping: labels.indices) { clusters[$0] }.sorted { $0.key < $1.key }
    try checkRoom(groups.map { ($0.key, $0.value.count) })
    let solved = try concurrentMap(
      count: groups.count, threads: execution.threads,
      scratch: { InsertionSolver(self.recipe, recipe) }
    ) { solver, group in
      let (cluster, members) = groups[group]
      var negatives = try liveVectors(ofCluster: Int(cluster))
      return try members.map { label in
        try execution.cancellation.check()
        let weights = solver.solve(
          labels[label], against: negatives,
          seed: self.recipe.seed &+ UInt64(labelCount + label) << 32)
        let vector = StoredRow(labels[label].vector)
        negatives.append(vector)
        return LabelInsertion(cluster: cluster, weights: weights, vector: vector)
      }
    }
    var inOrder = [LabelInsertion?](repeating: nil, count: labels.count)
    for (group, insertions) in zip(groups, solved) {
      for (label, insertion) in zip(group.value, insertions) { inOrder[label] = insertion }
    }
    return inOrder.map { $0! }
  }

  /// The model with labels that were learned before, by this model or one with the same arrays and changes.
  ///
  /// - Throws: ``InvalidInput`` when they do not fit the model.
  /// - Complexity: as ``inserting(_:_:on:)`` without the solver
  public func adding(_ insertions: [LabelInsertion]) throws -> XRLinearModel {
    if insertions.isEmpty { return self }
    var problems = Violations()
    let unfit = insertions.count { !fits($0) }
    problems.require(
      unfit == 0, "insertions", given: "\(unfit) of another model",
      expected: "clusters below \(tree.parentCount(level: tree.depth - 1)) and features below \(featureCount)"
    )
    try problems.throwIfAny()
    let groups = Dictionary(grouping: insertions.indices) { insertions[$0].cluster }
    try checkRoom(groups.map { ($0.key, $0.value.count) })
    var changes = changes
    for (cluster, members) in groups {
      changes.additions[cluster] = try LabelAdditions.appending(
        members.map { (Int32(labelCount + $0), insertions[$0]) }, to: changes.additions[cluster],
        hash: levels[0].hash, format: recipe.format, featureCount: featureCount)
    }
    changes.live?.allowAdded(from: changes.clusters.count, clusters: insertions.map(\.cluster))
    changes.clusters += insertions.map(\.cluster)
    changes.areFolded = false
    return replacing(changes)
  }

  /// The model without some labels: they are never answered again. Their numbers are not given to others.
  ///
  /// - Throws: ``InvalidInput`` when a label is out of range. Labels removed before are fine.
  /// - Complexity: O(L)
  public func removing(_ labels: [Int]) throws -> XRLinearModel {
    let wrong = labels.filter { !(0..<labelCount).contains($0) }
    guard wrong.isEmpty else {
      throw InvalidInput(
        "labels", given: "\(wrong.count) out of range, the first one \(wrong[0])",
        expected: "labels below \(labelCount)")
    }
    var changes = changes
    var removed = 0
    for label in labels where changes.removed.insert(label) { removed += 1 }
    if removed == 0 { return self }
    changes.live = LabelFilter(replacing(changes)) { _ in true }
    changes.areFolded = false
    return replacing(changes)
  }

  /// The best cluster for each label's text.
  private func clusters(
    of labels: [NewLabel], _ recipe: LabelInsertionRecipe, on execution: Execution
  ) throws -> [Int32] {
    try check(labels, recipe)
    // Where a label belongs does not depend on what came and went.
    let stored = replacing(LabelChanges())
    return try concurrentMap(count: labels.count, threads: execution.threads, scratch: { Scratch() }) {
      scratch, label in
      if label & 0xFF == 0 { try execution.cancellation.check() }
      stored.prepare(labels[label].text, &scratch)
      try stored.descend(to: tree.depth - 1, beam: recipe.beam, PredictionOptions(), &scratch)
      return Int32(scratch.beam[0].id)
    }
  }

  private func check(_ labels: [NewLabel], _ recipe: LabelInsertionRecipe) throws {
    var problems = Violations(recipe.violations)
    problems.require(
      acceptsLabels, "model", given: "one without the vectors of its labels",
      expected: "one that keeps them, as training writes it", advice: "Train the model again.")
    for (number, label) in labels.enumerated() {
      let rows = [label.text] + label.queries + label.pairs
      let last = rows.lazy.compactMap(\.indices.last).max() ?? -1
      problems.require(
        last < featureCount, "new label \(number)", given: "feature \(last)",
        expected: "features below \(featureCount)",
        advice: "Vectorise its texts with the vectoriser that the model was trained with.")
      let unusable = rows.reduce(0) { $0 + $1.values.count { !$0.isFinite } }
      problems.require(
        unusable == 0, "new label \(number)", given: "\(unusable) values NaN or infinite",
        expected: "finite values")
      problems.require(
        label.text.values.contains { $0 != 0 }, "new label \(number)",
        given: "a text without a known feature",
        expected: "a text with one",
        advice: "Keyword search alone can find it until the model is trained again.")
    }
    try problems.throwIfAny()
  }

  /// Labels that a chunk and numbers have room for.
  private func checkRoom(_ added: [(cluster: Int32, count: Int)]) throws {
    var problems = Violations()
    let total = added.reduce(labelCount) { $0 + $1.count }
    problems.require(
      total < Int(Int32.max), "labels", given: "\(total)", expected: "at most \(Int32.max - 1)")
    for (cluster, count) in added {
      let members =
        tree.children(of: Int(cluster), level: tree.depth - 1).count + count
        + (changes.additions[cluster]?.labels.count ?? 0)
      problems.require(
        members <= 65_536, "cluster \(cluster)", given: "\(members) labels", expected: "at most 65536",
        advice: "Train the model again, with a tree of more levels.")
    }
    try problems.throwIfAny()
  }

  private func fits(_ insertion: LabelInsertion) -> Bool {
    (0..<tree.parentCount(level: tree.depth - 1)).contains(Int(insertion.cluster))
      && insertion.vector.features.allSatisfy { Int($0) < featureCount }
      && insertion.weights.weights.allSatisfy { Int($0.feature) < featureCount }
  }

  /// The vectors of a cluster's labels that are not removed, in the order of the cluster.
  private func liveVectors(ofCluster cluster: Int) throws -> [StoredRow] {
    let last = tree.depth - 1
    var rows: [StoredRow] = []
    for position in tree.children(of: cluster, level: last) where !isRemoved(Int(tree.labels[position])) {
      guard let row = vectors?[position, featureCount: featureCount] else { throw alteredError(level: last) }
      rows.append(row)
    }
    guard let added = changes.additions[Int32(cluster)] else { return rows }
    for (row, label) in added.labels.enumerated() where !isRemoved(Int(label)) {
      guard let row = added.vectors[row, featureCount: featureCount] else { throw alteredError(level: last) }
      rows.append(row)
    }
    return rows
  }
}
