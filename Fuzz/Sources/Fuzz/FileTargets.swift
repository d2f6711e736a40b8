import ExtremeRanking
import FoundationEssentials
import Glibc
import Learning
import LinearAlgebra
import QueryCompletion

/// A sound folder of which the fuzzer alters one file at a time: the input's first byte says which, every four bytes behind
/// it change one byte (three for its place, one for its value), and two or three left over say where the file ends.
struct FolderTarget: Sendable {
  private let folder: String
  private let files: [(path: String, bytes: [UInt8])]

  /// Copies the sound folder to a place where its files may be replaced.
  init(copyOf sound: String) throws {
    let copy =
      FileManager.default.temporaryDirectory.path
      + "/shopkeeper-fuzz-folder-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.copyItem(atPath: sound, toPath: copy)
    folder = copy
    files = try FileManager.default.subpathsOfDirectory(atPath: copy).sorted().compactMap { path in
      var isFolder = false
      let path = "\(copy)/\(path)"
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder else {
        return nil
      }
      return (path, try MappedFile(path: path).withUnsafeBytes { Array($0) })
    }
  }

  /// Reads the folder with one file altered by an input, and puts the file back.
  func read(_ input: [UInt8], _ body: (String) throws -> Void) throws {
    guard let selector = input.first else { return }
    let (path, sound) = files[Int(selector) % files.count]
    var altered = sound
    var rest = input.dropFirst()
    while rest.count >= 4, !altered.isEmpty {
      let edit = Array(rest.prefix(4))
      altered[(Int(edit[0]) << 16 | Int(edit[1]) << 8 | Int(edit[2])) % altered.count] = edit[3]
      rest = rest.dropFirst(4)
    }
    if rest.count >= 2 {
      let place = rest.reduce(0) { $0 << 8 | Int($1) }
      altered.removeLast(altered.count - place % (altered.count + 1))
    }
    try Data(altered).write(to: URL(filePath: path))
    defer { try? Data(sound).write(to: URL(filePath: path)) }
    try body(folder)
  }
}

private let fixtures =
  URL(filePath: #filePath).deletingLastPathComponent().path
  + "/../../../Tests/ExtremeRankingTests/Fixtures/pecos"

private let scratchFile = FileManager.default.temporaryDirectory.path + "/shopkeeper-fuzz-\(getpid()).bin"

private let pecosFolder = Result { try FolderTarget(copyOf: fixtures + "/flat") }

private let archive = Result {
  let path = scratchFile + ".archive"
  try XRLinearModel(pecosFolder: fixtures + "/deep/xlinear_ensemble/0").write(to: path)
  return try FolderTarget(copyOf: path)
}

private func ask(_ model: XRLinearModel) throws {
  let query = SparseVector(indices: [0, 3, 17, 400], values: [0.5, 0.1, 0.7, 0.2])
  for beam in [1, 10] { _ = try model.predict(query, PredictionOptions(k: 10, beam: beam)) }
}

private let completion = Result {
  let path = scratchFile + ".completion"
  var recipe = QueryCompletion()
  recipe.anonymity = 1
  let texts = ["running shoes", "running socks", "hiking boots", "rug", "café noir", "desk lamp 12v"]
  let examples = (0..<40).map { number in
    CompletionExample(texts[number % 6], history: [texts[number * 7 % 6]], user: "u\(number)")
  }
  let titles = [
    CatalogueTitle("Acra Running Shoes", category: "footwear"), CatalogueTitle("Rug", category: "home"),
  ]
  try recipe.fit(CompletionData(training: examples, titles: titles)).write(to: path)
  return try FolderTarget(copyOf: path)
}

private func complete(_ model: CompletionModel) {
  for prefix in ["", "r", "runing s", "boots h", "zz", "é"] {
    var request = CompletionRequest(prefix, after: ["rug", "running shoes"])
    request.explains = true
    _ = model.complete(request)
  }
}

/// Readers of files and folders by name.
let fileReaders: [String: @Sendable ([UInt8]) throws -> Void] = [
  "npz": { bytes in
    try Data(bytes).write(to: URL(filePath: scratchFile))
    _ = try SparseMatrix(npz: scratchFile)
  },
  "pecos": { try pecosFolder.get().read($0) { _ = try ExtremeRankingModel(pecosFolder: $0) } },
  "completion": { try completion.get().read($0) { complete(try CompletionModel(contentsOf: $0)) } },
  "archive": { try archive.get().read($0) { try ask(XRLinearModel(contentsOf: $0)) } },
]
