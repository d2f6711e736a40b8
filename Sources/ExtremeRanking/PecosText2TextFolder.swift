internal import FoundationEssentials
public import Learning
internal import LinearAlgebra

/// The trees and labels of a text2text folder of PECOS; its `preprocessor` is read by TextFeatures.
///
///     let folder = try PecosText2TextFolder(contentsOf: "model")
///     folder.models[0].predict(x).labels.map { folder.outputItems[Int($0)] }
public struct PecosText2TextFolder: Sendable {
  /// The trees; a query's score is the mean of theirs.
  public var models: [XRLinearModel]

  /// The name of each label.
  public var outputItems: [String]

  /// Creates the contents of a folder.
  ///
  /// - Precondition: at least one model; every model has as many labels as there are names.
  public init(models: [XRLinearModel], outputItems: [String]) {
    precondition(
      !models.isEmpty && models.allSatisfy { $0.labelCount == outputItems.count },
      "one name a label of every model")
    self.models = models
    self.outputItems = outputItems
  }

  /// Reads `xlinear_ensemble` and `output_items.json`.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` naming the file and the field; `CancellationError`.
  public init(contentsOf path: String, on execution: Execution = Execution()) throws {
    let names = try Self.outputItems(path + "/output_items.json")
    let folders = try Self.ensembleFolders(of: path)
    let models = try folders.map { folder in
      let model = try XRLinearModel(pecosFolder: folder, on: execution)
      guard model.labelCount == names.count else {
        throw FileFormatError(
          path: path + "/output_items.json", given: "\(names.count) names",
          expected: "\(model.labelCount) as \(folder) has labels",
          advice: "The parts of the model do not fit each other; save it again with PECOS.")
      }
      return model
    }
    guard models.allSatisfy({ $0.featureCount == models[0].featureCount }) else {
      let sizes = models.map { "\($0.featureCount)" }.joined(separator: ", ")
      throw FileFormatError(
        path: path + "/xlinear_ensemble", given: "trees of \(sizes) features", expected: "the same for all",
        advice: "The parts of the model do not fit each other; save it again with PECOS.")
    }
    self.init(models: models, outputItems: names)
  }

  /// Writes a folder that PECOS' `Text2Text.load` reads.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - writePreprocessor: writes the vectoriser into the new folder that it is given.
  /// - Throws: ``FileError``; what `writePreprocessor` throws. What was at `path` is then untouched.
  public func write(to path: String, writePreprocessor: (String) throws -> Void) throws {
    try FolderReplacement.replace(path) { folder in
      try writePreprocessor(folder + "/preprocessor")
      let ensemble = folder + "/xlinear_ensemble"
      try createFolder(ensemble)
      for (index, model) in models.enumerated() {
        try createFolder("\(ensemble)/\(index)")
        try model.pecosFolder().write(into: "\(ensemble)/\(index)")
      }
      try writeDocument(
        [
          "nr_ensembles": .integer(Int64(models.count)),
          "kwargs": .array(models.map { _ in .object([:]) }),
        ], to: ensemble + "/config.json")
      try writeText(
        JSONValue.array(outputItems.map { .string($0) }).text(), to: folder + "/output_items.json")
    }
  }

  /// Whether there is such a folder.
  static func isPresent(at path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/xlinear_ensemble/config.json")
  }

  /// The folders of the trees, at least one.
  ///
  /// - Throws: ``FileError``, ``FileFormatError``.
  static func ensembleFolders(of path: String) throws -> [String] {
    let config = path + "/xlinear_ensemble/config.json"
    // PECOS goes by the length of `kwargs`; a bare list is the form before it had names.
    let count: Int? =
      switch try PecosDocument.value(JSONValue.self, path: config, atMost: 1 << 20) {
      case .object(let fields): if case .array(let list)? = fields["kwargs"] { list.count } else { nil }
      case .array(let list): list.count
      default: nil
      }
    guard let count, (1...1_000).contains(count) else {
      throw FileFormatError(
        path: config, place: "kwargs", given: count.map { "\($0) trees" } ?? "no list of trees",
        expected: "1 to 1000 trees", advice: "Save the model again with PECOS.")
    }
    return (0..<count).map { "\(path)/xlinear_ensemble/\($0)" }
  }

  private static func outputItems(_ path: String) throws -> [String] {
    try PecosDocument.value([OutputItem].self, path: path, atMost: 1 << 31).map(\.name)
  }

  /// A name, which PECOS lets be a number.
  private struct OutputItem: Decodable {
    let name: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let name = try? container.decode(String.self) {
        self.name = name
      } else {
        name = "\(try container.decode(Int64.self))"
      }
    }
  }
}
