internal import FoundationEssentials

/// The folder `Fixtures` beside the test file that asks.
public func fixtures(of testFile: String = #filePath) -> String {
  folder(of: testFile) + "/Fixtures"
}

/// Data that tests may read but the project may not contain.
///
///     @Test(.enabled(if: SharedData.isAvailable("icecat"))) func …
///
/// Looked for under `$SHOPKEEPER_DATA`, else in `../shared/data` beside the checkout.
public enum SharedData {
  /// The folder of that name; nil where it is missing.
  public static func path(_ name: String) -> String? {
    let root = folder(of: folder(of: folder(of: folder(of: #filePath))))
    let data = ProcessInfo.processInfo.environment["SHOPKEEPER_DATA"] ?? root + "/shared/data"
    let path = "\(data)/\(name)"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// Whether there is a folder of that name; says so on standard output where there is none.
  public static func isAvailable(_ name: String, for test: String = #fileID) -> Bool {
    if path(name) != nil { return true }
    print(
      "SKIPPED: tests in \(test) need the data folder \(name); set SHOPKEEPER_DATA to the folder that holds it."
    )
    return false
  }
}

private func folder(of path: String) -> String {
  path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
}
