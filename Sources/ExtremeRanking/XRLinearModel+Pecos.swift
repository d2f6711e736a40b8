public import Learning
internal import LinearAlgebra

extension XRLinearModel {
  /// Reads an XR-Linear folder of PECOS, or a text2text folder with a single tree.
  ///
  ///     let model = try XRLinearModel(pecosFolder: "model/xlinear_ensemble/0")
  ///
  /// Labels keep their numbers. The recipe says what the folder tells of: bias, post-processor, beam, format.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` naming the file and the field; `CancellationError`.
  public init(pecosFolder path: String, on execution: Execution = Execution()) throws {
    guard PecosText2TextFolder.isPresent(at: path) else {
      try self.init(PecosXLinearFolder(contentsOf: path), path: path, on: execution)
      return
    }
    let folders = try PecosText2TextFolder.ensembleFolders(of: path)
    guard folders.count == 1 else {
      throw FileFormatError(
        path: path, given: "an ensemble of \(folders.count) trees", expected: "one tree",
        advice: "Name one of them, as \(folders[0]), or read the whole folder as an ensemble.")
    }
    try self.init(PecosXLinearFolder(contentsOf: folders[0]), path: folders[0], on: execution)
  }

  /// Makes a model of the contents of a folder.
  init(_ folder: PecosXLinearFolder, path: String, on execution: Execution) throws {
    let recipe = try Self.recipe(of: folder, path: path)
    let arranged = Self.arrange(folder.levels.map(\.parents))
    let tree = try LabelTree(
      childOffsets: arranged.map(\.offsets), labels: arranged[arranged.count - 1].nodes)
    let hash = FeatureHash(featureCount: folder.featureCount)
    let levels = try folder.levels.indices.map { index in
      let level = folder.levels[index]
      let biasFactor = recipe.solver.bias > 0 ? Float(max(0, level.bias) / recipe.solver.bias) : 0
      let ranges = ChunkedWeights.ranges(of: tree, level: index, beam: recipe.beam)
      let chunks = try concurrentMap(count: ranges.count, threads: execution.threads, scratch: {}) {
        _, chunk in
        try execution.cancellation.check()
        let columns = ranges[chunk].map {
          Self.classifier(level.weights, Int(arranged[index].nodes[$0]), folder.featureCount, biasFactor)
        }
        return Chunk(columns: columns, hash: hash, format: recipe.format)
      }
      return ChunkedWeights(chunks: chunks, hash: hash, format: recipe.format)
    }
    self.init(tree: tree, levels: levels, featureCount: folder.featureCount, recipe: recipe)
  }

  /// Writes an XR-Linear folder that PECOS reads.
  ///
  /// Weights are written in single precision, whatever the model's format.
  ///
  /// - Throws: ``FileError``.
  public func write(pecosFolder path: String) throws {
    try pecosFolder().write(to: path)
  }

  /// The contents of the folder that PECOS reads.
  func pecosFolder() throws -> PecosXLinearFolder {
    let bias = recipe.solver.bias
    let folderLevels = try levels.indices.map { level in
      let count = tree.nodeCount(level: level)
      // Nodes of the last level are numbered by label, others as the tree has them.
      let isLast = level == tree.depth - 1
      var classifiers = [LabelWeights](repeating: LabelWeights(), count: count)
      var parents = [Int32](repeating: 0, count: count)
      for (node, parent) in tree.parents(level: level).enumerated() {
        parents[isLast ? Int(tree.labels[node]) : node] = parent
      }
      for (chunk, range) in chunkRanges(level: level).enumerated() {
        for (node, classifier) in zip(range, try levels[level].columns(of: chunk, range)) {
          classifiers[isLast ? Int(tree.labels[node]) : node] = classifier
        }
      }
      var weights = SparseMatrix.Builder(columns: featureCount + (bias > 0 ? 1 : 0))
      for classifier in classifiers {
        var row = SparseVector(
          indices: classifier.weights.map(\.feature), values: classifier.weights.map(\.value))
        if bias > 0, classifier.bias != 0 { row.append(index: Int32(featureCount), value: classifier.bias) }
        weights.append(row)
      }
      return PecosXLinearFolder.Level(
        weights: weights.finish(), parents: parents, bias: bias > 0 ? bias : -1,
        postProcessor: recipe.postProcessor.name, beam: recipe.beam)
    }
    return PecosXLinearFolder(levels: folderLevels, featureCount: featureCount)
  }

  private static func recipe(of folder: PecosXLinearFolder, path: String) throws -> XRLinear {
    let names = folder.levels.map(\.postProcessor)
    guard let postProcessor = PostProcessor(name: names[0]), names.allSatisfy({ $0 == names[0] }) else {
      let known = PostProcessor.allCases.map(\.name).joined(separator: ", ")
      let given = Set(names).sorted().map(pecosName).joined(separator: ", ")
      throw FileFormatError(
        path: path, place: "post_processor", given: given, expected: "one for all levels out of \(known)",
        advice: "Save the model again with one of them.")
    }
    var recipe = XRLinear()
    recipe.postProcessor = postProcessor
    recipe.solver.bias = max(0, folder.levels.map(\.bias).max()!)
    recipe.pruning.threshold = 0
    recipe.beam = min(folder.levels.dropLast().map(\.beam).max() ?? folder.levels[0].beam, 100_000)
    for (index, level) in folder.levels.enumerated() {
      var sizes: [Int32: Int] = [:]
      for parent in level.parents { sizes[parent, default: 0] += 1 }
      let largest = sizes.values.max() ?? 0
      guard largest <= 65_536 else {
        throw FileFormatError(
          path: path, place: "level \(index)", given: "\(largest) nodes below one parent",
          expected: "at most 65536",
          advice: "Train the model with a tree of more levels.")
      }
      if index == folder.levels.count - 1 {
        recipe.clustering.maximumLeafSize = max(1, largest)
      } else {
        recipe.clustering.branching = max(index == 0 ? 2 : recipe.clustering.branching, largest)
      }
    }
    return recipe
  }

  /// Sorts the nodes of every level by their parents' places: where each parent's children begin, and the nodes.
  private static func arrange(_ parentsOfLevels: [[Int32]]) -> [(offsets: [Int32], nodes: [Int32])] {
    var (arranged, order): ([(offsets: [Int32], nodes: [Int32])], [Int32]) = ([], [0])
    for parents in parentsOfLevels {
      var places = [Int](repeating: 0, count: order.count)
      for (place, node) in order.enumerated() { places[Int(node)] = place }
      var offsets = [Int32](repeating: 0, count: order.count + 1)
      for parent in parents { offsets[places[Int(parent)] + 1] += 1 }
      for place in order.indices { offsets[place + 1] += offsets[place] }
      var next = offsets
      order = [Int32](repeating: 0, count: parents.count)
      for (node, parent) in parents.enumerated() {
        let place = places[Int(parent)]
        order[Int(next[place])] = Int32(node)
        next[place] += 1
      }
      arranged.append((offsets, order))
    }
    return arranged
  }

  private static func classifier(
    _ weights: SparseMatrix, _ row: Int, _ featureCount: Int, _ biasFactor: Float
  ) -> LabelWeights {
    var classifier = LabelWeights()
    for i in weights.range(ofRow: row) where weights.values[i] != 0 {
      if Int(weights.indices[i]) == featureCount {
        classifier.bias = weights.values[i] * biasFactor
      } else {
        classifier.weights.append((weights.indices[i], weights.values[i]))
      }
    }
    return classifier
  }
}
