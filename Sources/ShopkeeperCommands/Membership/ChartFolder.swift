internal import FoundationEssentials
internal import LinearAlgebra
internal import StoreData

/// A folder that charts are written into, each as one SVG file.
struct ChartFolder {
  let path: String

  /// Writes charts by name, over those that are there.
  func write(_ charts: [(name: String, document: String)]) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileError(path: path, operation: "create folder")
    }
    for (name, document) in charts {
      let sink = try ByteSink(path: "\(path)/\(name)")
      try sink.write(document)
      try sink.finish()
    }
  }
}
