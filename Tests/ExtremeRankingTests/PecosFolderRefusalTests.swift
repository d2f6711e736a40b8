import ExtremeRanking
import FoundationEssentials
import Learning
import LinearAlgebra
import TestSupport
import Testing

/// Copies the deep fixture, changes it, and gives the error of reading it, with the copy's path cut off.
private func refusal(_ change: (String) throws -> Void) throws -> String? {
  try withTemporaryFolder { folder in
    let path = folder + "/deep"
    try FileManager.default.copyItem(atPath: fixtures() + "/pecos/deep", toPath: path)
    try change(path)
    do {
      _ = try PecosText2TextFolder(contentsOf: path)
      return nil
    } catch let error as FileFormatError {
      return error.description.replacing(path + "/", with: "")
    }
  }
}

private let tree = "/xlinear_ensemble/0"

/// Replaces a text inside a file, which must contain it.
private func replace(_ old: String, _ new: String, in path: String) throws {
  let text = String(decoding: try bytes(ofFile: path), as: UTF8.self)
  try #require(text.contains(old))
  try write(Array(text.replacing(old, with: new).utf8), toFile: path)
}

private func matrix(_ rows: [[Int]], columns: Int) -> SparseMatrix {
  var builder = SparseMatrix.Builder(columns: columns)
  for row in rows { builder.append(row: row.map { ($0, 1) }) }
  return builder.finish()
}

@Test(arguments: [
  (
    "/param.json", "XLinearModel\"", "XTransformer\"",
    "xlinear_ensemble/0/param.json, class_fullname: given XTransformer, expected XLinearModel. Only XR-Linear models"
      + " are read; name the folder of one."
  ),
  (
    "/param.json", "class_fullname", "class",
    "xlinear_ensemble/0/param.json, __meta__: given an object, expected the class XLinearModel. The folder is altered"
      + " or of another version; save the model again with PECOS."
  ),
  (
    "/ranker/param.json", "\"HierarchicalMLModel\"", "\"HNSW\"",
    "xlinear_ensemble/0/ranker/param.json, model: given HNSW, expected HierarchicalMLModel. The folder is altered or"
      + " of another version; save the model again with PECOS."
  ),
  (
    "/ranker/2.model/param.json", "\"MLModel\"", "\"\\u001b[31mOther\"",
    "xlinear_ensemble/0/ranker/2.model/param.json, model: given ?[31mOther, expected MLModel. The folder is altered"
      + " or of another version; save the model again with PECOS."
  ),
  (
    "/ranker/param.json", "\"depth\": 4", "\"depth\": 5",
    "xlinear_ensemble/0/ranker/4.model: given no such folder, expected one folder for each of the 5 levels of the"
      + " model. Copy the whole folder."
  ),
  (
    "/ranker/param.json", "\"depth\": 4", "\"depth\": 0",
    "xlinear_ensemble/0/ranker/param.json, depth: given 0, expected 1 to 64. The folder is altered or of another"
      + " version; save the model again with PECOS."
  ),
  (
    "/ranker/param.json", "\"nr_labels\": 563", "\"nr_labels\": 564",
    "xlinear_ensemble/0/ranker/param.json, nr_labels: given 564, expected 563 as the last level has. The folder is"
      + " altered or of another version; save the model again with PECOS."
  ),
  (
    "/ranker/param.json", "\"nr_features\": 2394", "\"nr_features\": 2393",
    "xlinear_ensemble/0/ranker/0.model/W.npz, shape: given 2395 x 4, expected 2394 x 4 (features and bias x nodes)."
      + " The parts of the model do not fit each other; save it again with PECOS."
  ),
  (
    "/ranker/param.json", "\"nr_features\": 2394", "\"nr_features\": \"many\"",
    "xlinear_ensemble/0/ranker/param.json, nr_features: given many, expected a number. The folder is altered or of"
      + " another version; save the model again with PECOS."
  ),
  (
    "/ranker/1.model/param.json", "\"nr_codes\": 4", "\"nr_codes\": 3",
    "xlinear_ensemble/0/ranker/1.model/param.json, nr_codes: given 3, expected 4 as the matrices have. The folder is"
      + " altered or of another version; save the model again with PECOS."
  ),
  (
    "/ranker/1.model/param.json", "\"bias\": 1.0", "\"bias\": -1.0",
    "xlinear_ensemble/0/ranker/1.model/W.npz, shape: given 2395 x 16, expected 2394 x 16 (features x nodes). The"
      + " parts of the model do not fit each other; save it again with PECOS."
  ),
  (
    "/ranker/1.model/param.json", "\"only_topk\": 20", "\"only_topk\": 0",
    "xlinear_ensemble/0/ranker/1.model/param.json, only_topk: given 0, expected 1 or more. The folder is altered or"
      + " of another version; save the model again with PECOS."
  ),
  (
    "/ranker/1.model/param.json", "l3-hinge", "softmax",
    "xlinear_ensemble/0, post_processor: given l3-hinge, softmax, expected one for all levels out of noop, sigmoid,"
      + " log-sigmoid, l1-hinge, l2-hinge, l3-hinge, l4-hinge, log-l1-hinge, log-l2-hinge, log-l3-hinge,"
      + " log-l4-hinge. Save the model again with one of them."
  ),
  (
    "/ranker/1.model/param.json", "{", "[",
    "xlinear_ensemble/0/ranker/1.model/param.json: given text that is not JSON of the expected form, expected JSON as"
      + " PECOS writes it. The file is incomplete or altered; save the model again with PECOS."
  ),
  (
    "/../config.json", "kwargs", "arguments",
    "xlinear_ensemble/config.json, kwargs: given no list of trees, expected 1 to 1000 trees. Save the model again"
      + " with PECOS."
  ),
  (
    "/../../output_items.json", "\"p0\", ", "",
    "output_items.json: given 562 names, expected 563 as xlinear_ensemble/0 has labels. The parts of the model do not"
      + " fit each other; save it again with PECOS."
  ),
])
func `a folder whose documents do not fit is refused with file and field`(
  file: String, old: String, new: String, message: String
) throws {
  #expect(try refusal { try replace(old, new, in: $0 + tree + file) } == message)
}

@Test func `a model compiled for memory mapping is refused with the hint to name the npz folder`() throws {
  for file in ["/param.json", "/ranker/param.json"] {
    let message = try refusal {
      try replace("{\n \"__meta__\"", "{\"is_mmap\": true,\n \"__meta__\"", in: $0 + tree + file)
    }
    #expect(
      message
        == "xlinear_ensemble/0/ranker: given a model compiled for memory mapping (*.mmap_store), expected a"
        + " model of npz files. Name the npz folder that it was compiled from.")
  }
}

@Test func `a level compiled for memory mapping is found by its files`() throws {
  let message = try refusal { try write([], toFile: $0 + tree + "/ranker/1.model/W.mmap_store") }
  #expect(
    message?.hasPrefix("xlinear_ensemble/0/ranker/1.model: given a model compiled for memory mapping") == true
  )
}

@Test func `a folder without a level is refused by its name`() throws {
  let message = try refusal { try FileManager.default.removeItem(atPath: $0 + tree + "/ranker/2.model") }
  #expect(
    message
      == "xlinear_ensemble/0/ranker/2.model: given no such folder, expected one folder for each of the 4 levels"
      + " of the model. Copy the whole folder.")
}

@Test func `clusters that are no tree are refused`() throws {
  let path = tree + "/ranker/0.model/C.npz"
  let wide = try refusal { try matrix([[0], [1], [0], [0]], columns: 2).write(npz: $0 + path) }
  #expect(
    wide
      == "xlinear_ensemble/0/ranker/0.model/C.npz, shape: given 4 x 2, expected 1 columns, one for each node of the"
      + " level above. The parts of the model do not fit each other; save it again with PECOS.")
  let orphan = try refusal { try matrix([[0], [], [0], [0]], columns: 1).write(npz: $0 + path) }
  #expect(
    orphan
      == "xlinear_ensemble/0/ranker/0.model/C.npz, node 1: given 0 parents, expected one. Clusterings that"
      + " overlap or leave nodes out are not supported; train with another one.")
  let few = try refusal { try matrix([[0], [0], [0]], columns: 1).write(npz: $0 + path) }
  #expect(
    few
      == "xlinear_ensemble/0/ranker/0.model/W.npz, shape: given 2395 x 4, expected 2395 x 3 (features and bias x"
      + " nodes). The parts of the model do not fit each other; save it again with PECOS.")
  let none = try refusal { try matrix([], columns: 1).write(npz: $0 + path) }
  #expect(
    none
      == "xlinear_ensemble/0/ranker/0.model/param.json, nr_labels: given 4, expected at least one node. The folder"
      + " is altered or of another version; save the model again with PECOS.")
}

@Test func `a damaged matrix is refused by the npz reader's words`() throws {
  let message = try refusal { try write([1, 2, 3], toFile: $0 + tree + "/ranker/3.model/W.npz") }
  #expect(
    message
      == "xlinear_ensemble/0/ranker/3.model/W.npz: given something that is not a complete zip archive, expected"
      + " an npz file. Copy the file again or save it with scipy.sparse.save_npz.")
}

@Test func `nodes in any order below their parents rank the same labels`() throws {
  // Two levels; the children of the two parents are mixed, and parents' biases differ.
  let folder = PecosXLinearFolder(
    levels: [
      .init(
        weights: matrix([[0], [1]], columns: 3), parents: [0, 0], bias: 1, postProcessor: "noop", beam: 2),
      .init(
        weights: matrix([[0, 2], [1], [0], [1, 2]], columns: 3), parents: [1, 0, 1, 0], bias: 0.5,
        postProcessor: "noop", beam: 4),
    ], featureCount: 2)
  try withTemporaryFolder { path in
    try folder.write(to: path + "/model")
    let model = try XRLinearModel(pecosFolder: path + "/model")
    let answer = try model.predict(SparseVector(indices: [0], values: [2]), PredictionOptions(k: 4))
    // Label 0: 2 + 0.5; label 2: 2; label 3: 0.5; label 1: 0.
    #expect(answer.labels == [0, 2, 3, 1] && answer.scores == [2.5, 2, 0.5, 0])
    #expect(model.tree.parents(level: 1) == [0, 0, 1, 1] && Array(model.tree.labels) == [1, 3, 0, 2])
    try model.write(pecosFolder: path + "/again")
    let again = try XRLinearModel(pecosFolder: path + "/again")
    #expect(try again.predict(SparseVector(indices: [0], values: [2]), PredictionOptions(k: 4)) == answer)
  }
}

@Test func `a tree whose inner nodes are in no order keeps every path`() throws {
  // Level 1 has node 0 below parent 2, node 1 below 0, node 2 below 1; each leaf hangs below another of them. Every
  // node looks at a feature of its own, so a query of one path's features finds that path's label.
  let leafParents: [Int32] = [1, 2, 0, 2]
  let folder = PecosXLinearFolder(
    levels: [
      .init(
        weights: matrix([[0], [1], [2]], columns: 10), parents: [0, 0, 0], bias: -1,
        postProcessor: "l1-hinge", beam: 1),
      .init(
        weights: matrix([[3], [4], [5]], columns: 10), parents: [2, 0, 1], bias: -1,
        postProcessor: "l1-hinge", beam: 1),
      .init(
        weights: matrix([[6], [7], [8], [9]], columns: 10), parents: leafParents, bias: -1,
        postProcessor: "l1-hinge", beam: 4),
    ], featureCount: 10)
  try withTemporaryFolder { path in
    try folder.write(to: path + "/model")
    for model in try [
      XRLinearModel(pecosFolder: path + "/model"),
      {
        try XRLinearModel(pecosFolder: path + "/model").write(pecosFolder: path + "/again")
        return try XRLinearModel(pecosFolder: path + "/again")
      }(),
    ] {
      for (label, features) in [[0, 4, 6], [1, 5, 7], [2, 3, 8], [1, 5, 9]].enumerated() {
        let query = SparseVector(indices: features.map { Int32($0) }, values: [1, 1, 1])
        let answer = try model.predict(query, PredictionOptions(k: 1, beam: 1))
        #expect(answer.labels == [Int32(label)] && answer.scores == [1])
      }
    }
  }
}
