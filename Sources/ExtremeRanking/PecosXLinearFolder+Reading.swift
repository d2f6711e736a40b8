internal import FoundationEssentials
internal import LinearAlgebra

extension PecosXLinearFolder {
  /// Reads a folder that PECOS' `XLinearModel.save` has written.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` naming the file and the field: another model class, a model
  ///   compiled for memory mapping, a missing level, sizes that do not fit each other, damaged matrices.
  /// - Complexity: O(bytes); sizes are compared with the files before memory is taken.
  public init(contentsOf path: String) throws {
    let model = try PecosDocument(path: path + "/param.json")
    try Self.expect(
      "XLinearModel", in: model, hint: "Only XR-Linear models are read; name the folder of one.")
    let ranker = try PecosDocument(path: path + "/ranker/param.json")
    if model.isMapped || ranker.isMapped { throw Self.mapped(path + "/ranker") }
    guard try ranker.text("model") == "HierarchicalMLModel" else {
      throw ranker.wrong("model", expected: "HierarchicalMLModel")
    }
    let (depth, featureCount) = (try ranker.count("depth"), try ranker.count("nr_features"))
    guard (1...64).contains(depth) else { throw ranker.wrong("depth", expected: "1 to 64") }
    var levels: [Level] = []
    for index in 0..<depth {
      levels.append(
        try Self.level(
          folder: "\(path)/ranker/\(index).model", parents: levels.last?.parents.count ?? 1,
          featureCount: featureCount, depth: depth))
    }
    self.init(levels: levels, featureCount: featureCount)
    guard try ranker.count("nr_labels") == labelCount else {
      throw ranker.wrong("nr_labels", expected: "\(labelCount) as the last level has")
    }
  }

  private static func level(folder: String, parents: Int, featureCount: Int, depth: Int) throws -> Level {
    guard FileManager.default.fileExists(atPath: folder) else {
      throw FileFormatError(
        path: folder, given: "no such folder",
        expected: "one folder for each of the \(depth) levels of the model",
        advice: "Copy the whole folder.")
    }
    let param = try PecosDocument(path: folder + "/param.json")
    let isCompiled = FileManager.default.fileExists(atPath: folder + "/W.mmap_store")
    if param.isMapped || isCompiled { throw mapped(folder) }
    guard try param.text("model") == "MLModel" else { throw param.wrong("model", expected: "MLModel") }
    let bias = try param.number("bias")
    guard bias.isFinite else { throw param.wrong("bias", expected: "a finite number") }
    let options = try param.part("pred_kwargs")
    let postProcessor = try options.text("post_processor")
    let beam = try options.count("only_topk")
    guard beam >= 1 else { throw options.wrong("only_topk", expected: "1 or more") }

    let nodes = try nodeParents(folder + "/C.npz", parents: parents)
    guard !nodes.isEmpty else { throw param.wrong("nr_labels", expected: "at least one node") }
    let weights = try SparseMatrix(npz: folder + "/W.npz", transposed: true)
    let rows = featureCount + (bias > 0 ? 1 : 0)
    guard weights.columns == rows, weights.rows == nodes.count else {
      throw FileFormatError(
        path: folder + "/W.npz", place: "shape", given: "\(weights.columns) x \(weights.rows)",
        expected: "\(rows) x \(nodes.count) (features\(bias > 0 ? " and bias" : "") x nodes)",
        advice: "The parts of the model do not fit each other; save it again with PECOS.")
    }
    for (name, size) in [("nr_labels", nodes.count), ("nr_features", featureCount), ("nr_codes", parents)] {
      guard try param.count(name) == size else {
        throw param.wrong(name, expected: "\(size) as the matrices have")
      }
    }
    return Level(weights: weights, parents: nodes, bias: bias, postProcessor: postProcessor, beam: beam)
  }

  private static func nodeParents(_ path: String, parents: Int) throws -> [Int32] {
    let clusters = try SparseMatrix(npz: path)
    guard clusters.columns == parents else {
      throw FileFormatError(
        path: path, place: "shape", given: "\(clusters.rows) x \(clusters.columns)",
        expected: "\(parents) columns, one for each node of the level above",
        advice: "The parts of the model do not fit each other; save it again with PECOS.")
    }
    for node in 0..<clusters.rows {
      let count = clusters.range(ofRow: node).count
      guard count == 1 else {
        throw FileFormatError(
          path: path, place: "node \(node)", given: "\(count) parents", expected: "one",
          advice: "Clusterings that overlap or leave nodes out are not supported; train with another one.")
      }
    }
    return clusters.indices
  }

  private static func expect(_ name: String, in document: PecosDocument, hint: String) throws {
    guard let found = document.className else {
      throw document.wrong("__meta__", expected: "the class \(name)")
    }
    guard found == name else {
      throw FileFormatError(
        path: document.path, place: "class_fullname", given: pecosName(found), expected: name, advice: hint)
    }
  }

  private static func mapped(_ path: String) -> FileFormatError {
    FileFormatError(
      path: path, given: "a model compiled for memory mapping (*.mmap_store)",
      expected: "a model of npz files",
      advice: "Name the npz folder that it was compiled from.")
  }
}
