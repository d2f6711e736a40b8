internal import Learning
internal import LinearAlgebra

extension PecosXLinearFolder {
  /// Writes a folder that PECOS' `XLinearModel.load` reads.
  ///
  /// Written aside and renamed: a reader sees the old folder or the new one.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws {
    try FolderReplacement.replace(path) { try write(into: $0) }
  }

  /// Writes the files into a folder that exists.
  func write(into folder: String) throws {
    try writeDocument(
      ["__meta__": pecosClass("pecos.xmc.xlinear.model###XLinearModel")], to: folder + "/param.json")
    try createFolder(folder + "/ranker")
    try writeDocument(
      [
        "__meta__": pecosClass("pecos.xmc.base###HierarchicalMLModel"),
        "model": .string("HierarchicalMLModel"),
        "depth": .integer(Int64(levels.count)),
        "nr_features": .integer(Int64(featureCount)),
        "nr_codes": .integer(Int64(parentCount(level: levels.count - 1))),
        "nr_labels": .integer(Int64(labelCount)),
      ], to: folder + "/ranker/param.json")
    for index in levels.indices { try write(level: index, to: "\(folder)/ranker/\(index).model") }
  }

  private func write(level index: Int, to folder: String) throws {
    let level = levels[index]
    let count = level.parents.count
    try createFolder(folder)
    try writeDocument(
      [
        "__meta__": pecosClass("pecos.xmc.base###MLModel"),
        "model": .string("MLModel"),
        "nr_labels": .integer(Int64(count)),
        "nr_features": .integer(Int64(featureCount)),
        "nr_codes": .integer(Int64(parentCount(level: index))),
        "bias": .number(level.bias),
        "pred_kwargs": .object([
          "__meta__": pecosClass("pecos.xmc.base###MLModel.PredParams"),
          "only_topk": .integer(Int64(level.beam)),
          "post_processor": .string(level.postProcessor),
        ]),
      ], to: folder + "/param.json")
    // Its loader for prediction maps stored CSC matrices only.
    try level.weights.write(npz: folder + "/W.npz", compressed: false, transposed: true)
    let clusters = try SparseMatrix(
      rows: count, columns: parentCount(level: index), offsets: Array(0...count), indices: level.parents,
      values: [Float](repeating: 1, count: count))
    try clusters.transposed().write(npz: folder + "/C.npz", compressed: false, transposed: true)
  }

  private func parentCount(level: Int) -> Int { level == 0 ? 1 : levels[level - 1].parents.count }
}
