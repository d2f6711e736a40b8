internal import FoundationEssentials

/// Calls `body` with the path of a new folder and removes it afterwards.
func withScratchFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder =
    FileManager.default.temporaryDirectory.path(percentEncoded: false)
    + "/shopkeeper-bench-\(UInt64.random(in: 0...UInt64.max))"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}
