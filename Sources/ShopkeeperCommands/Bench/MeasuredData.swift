internal import FoundationEssentials

/// Data that may be measured but not shipped: looked for under `$SHOPKEEPER_DATA`, else in `../shared/data`.
struct MeasuredData {
  let console: Console

  /// The folder of that name; nil where it is missing, which is said.
  func folder(_ name: String, for figures: String) -> String? {
    let root = console.environment["SHOPKEEPER_DATA"].flatMap { $0.isEmpty ? nil : $0 } ?? "../shared/data"
    let path = "\(root)/\(name)"
    if FileManager.default.fileExists(atPath: path) { return path }
    console.note("no \(name) under \(root); \(figures) are left out")
    return nil
  }
}
