internal import FoundationEssentials
internal import Glibc
internal import LinearAlgebra

/// Writes folders and files aside and renames them, so that a reader never sees a part.
public enum FolderReplacement {
  /// Calls `body` with a fresh folder beside `path`, then puts that folder in place of `path`.
  ///
  /// - Parameter finishing: called with the written folder and what puts it in place, for those who must keep others from
  ///   writing meanwhile.
  /// - Throws: ``FileError``; what `body` and `finishing` throw. `path` is then as it was.
  public static func replace(
    _ path: String, _ body: (String) throws -> Void,
    finishing: (_ folder: String, _ replace: () throws -> Void) throws -> Void = { try $1() }
  ) throws {
    removeLeftOvers(of: path)
    let aside = "\(path).partial-\(getpid())"
    try? FileManager.default.removeItem(atPath: aside)
    do {
      try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: true)
    } catch {
      throw FileError(path: aside, operation: "create folder")
    }
    do {
      try body(aside)
      try finishing(aside) { try moveIntoPlace(aside, path) }
    } catch {
      try? FileManager.default.removeItem(atPath: aside)
      throw error
    }
  }

  private static func moveIntoPlace(_ aside: String, _ path: String) throws {
    if rename(aside, path) == 0 { return }
    guard errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR else {
      throw FileError(path: path, operation: "replace")
    }
    let old = "\(path).replaced-\(getpid())"
    guard rename(path, old) == 0 else { throw FileError(path: path, operation: "replace") }
    guard rename(aside, path) == 0 else {
      let code = errno
      rename(old, path)
      throw FileError(path: path, operation: "replace", code: code)
    }
    try? FileManager.default.removeItem(atPath: old)
  }

  /// Whether a process runs; one that was stopped and that nobody waited for does not.
  private static func isRunning(_ process: pid_t) -> Bool {
    if kill(process, 0) != 0 { return errno != ESRCH }
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
      return true
    }
    return text[(text.lastIndex(of: ")") ?? text.startIndex)...].dropFirst(2).first != "Z"
  }

  /// Removes what processes that no longer run left beside `path`; puts an old folder back that was moved away
  /// and not yet replaced.
  private static func removeLeftOvers(of path: String) {
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    for entry in (try? FileManager.default.contentsOfDirectory(atPath: parent.isEmpty ? "/" : parent)) ?? [] {
      for mark in [".partial-", ".replaced-"] where entry.hasPrefix(name + mark) {
        guard let owner = pid_t(entry.dropFirst(name.count + mark.count)), !isRunning(owner) else { continue }
        let left = "\(parent)/\(entry)"
        if mark == ".replaced-", access(path, F_OK) != 0, rename(left, path) == 0 { continue }
        try? FileManager.default.removeItem(atPath: left)
      }
    }
  }
}

/// Writes a new file from an array of bytes.
func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  try bytes.withUnsafeBytes { try writeFile(path, [$0]) }
}
