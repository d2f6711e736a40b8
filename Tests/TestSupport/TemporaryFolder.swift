import FoundationEssentials

/// Calls `body` with a fresh folder and removes it afterwards.
public func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder =
    FileManager.default.temporaryDirectory.path(percentEncoded: false)
    + "/shopkeeper-test-\(UInt64.random(in: 0 ... .max))"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// The bytes of a file.
public func bytes(ofFile path: String) throws -> [UInt8] {
  guard let data = FileManager.default.contents(atPath: path) else { throw CocoaError(.fileReadNoSuchFile) }
  return Array(data)
}

/// Writes the bytes of a file.
public func write(_ bytes: [UInt8], toFile path: String) throws {
  try Data(bytes).write(to: URL(filePath: path))
}

/// Every file in a folder and below it, by path relative to it, ascending.
public func files(inFolder path: String) throws -> [String] {
  try FileManager.default.subpathsOfDirectory(atPath: path).filter {
    var isFolder: Bool = false
    return FileManager.default.fileExists(atPath: path + "/" + $0, isDirectory: &isFolder) && !isFolder
  }.sorted()
}
