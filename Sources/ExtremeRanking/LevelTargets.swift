internal import Learning
internal import LinearAlgebra

/// For every node of one level, the instances that have a label below it, with their relevance.
struct LevelTargets {
  /// One more than nodes: where each node's instances begin.
  let offsets: [Int]
  /// Instances of each node, ascending.
  let instances: [Int32]
  /// Relevance of each pair; empty when the data has none.
  let relevance: [Float]

  func range(ofNode node: Int) -> Range<Int> { offsets[node]..<offsets[node + 1] }

  /// The targets of the labels themselves, in tree order.
  init(labels: SparseMatrix, relevance: SparseMatrix?, tree: LabelTree) {
    let byLabel = labels.transposed()
    let relevanceByLabel = relevance?.transposed()
    var (offsets, instances, values) = ([0], [Int32](), [Float]())
    offsets.reserveCapacity(tree.labelCount + 1)
    instances.reserveCapacity(byLabel.count)
    for label in tree.labels {
      let range = byLabel.range(ofRow: Int(label))
      instances.append(contentsOf: byLabel.indices[range])
      if let relevanceByLabel {
        let row = relevanceByLabel.row(Int(label))
        var next = 0
        for instance in byLabel.indices[range] {
          while next < row.count, row.indices[next] < instance { next += 1 }
          values.append(next < row.count && row.indices[next] == instance ? row.values[next] : 1)
        }
      }
      offsets.append(instances.count)
    }
    (self.offsets, self.instances, self.relevance) = (offsets, instances, values)
  }

  /// The targets one level up: unions over each parent's children, relevance added.
  init(above targets: LevelTargets, level: Int, tree: LabelTree) {
    var (offsets, instances, values) = ([0], [Int32](), [Float]())
    for parent in 0..<tree.parentCount(level: level) {
      let children = tree.children(of: parent, level: level)
      let range = targets.offsets[children.lowerBound]..<targets.offsets[children.upperBound]
      let order = range.sorted { targets.instances[$0] < targets.instances[$1] }
      for i in order {
        if instances.count > offsets[offsets.count - 1],
          instances[instances.count - 1] == targets.instances[i]
        {
          if !targets.relevance.isEmpty { values[values.count - 1] += targets.relevance[i] }
        } else {
          instances.append(targets.instances[i])
          if !targets.relevance.isEmpty { values.append(targets.relevance[i]) }
        }
      }
      offsets.append(instances.count)
    }
    (self.offsets, self.instances, self.relevance) = (offsets, instances, values)
  }

  /// Relevance divided by each instance's norm over the nodes of the level.
  func normalizedRelevance(_ norm: VectorNorm, instanceCount: Int) -> [Float] {
    guard norm != .none, !relevance.isEmpty else { return relevance }
    var sizes = [Double](repeating: 0, count: instanceCount)
    for (instance, value) in zip(instances, relevance) {
      let i = Int(instance)
      switch norm {
      case .l1: sizes[i] += Double(value)
      case .l2: sizes[i] += Double(value) * Double(value)
      default: sizes[i] = max(sizes[i], Double(value))
      }
    }
    if norm == .l2 { for i in sizes.indices { sizes[i] = sizes[i].squareRoot() } }
    return zip(instances, relevance).map { Float(Double($1) / sizes[Int($0)]) }
  }
}
