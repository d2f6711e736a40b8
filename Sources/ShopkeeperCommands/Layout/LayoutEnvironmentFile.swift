internal import Bandits
internal import FoundationEssentials
internal import Learning
internal import LinearAlgebra
internal import StoreData

/// `<kind>_<seed>.json`: a page whose conversion probabilities are known.
struct LayoutEnvironmentFile: Codable {
  struct Meta: Codable {
    let kind: String
    let seed: UInt64
  }
  let meta: Meta
  let sizes: [Int]
  let weights: [Double]
  let p: [Double]

  /// Reads every environment of a folder, by kind and seed.
  ///
  /// - Throws: `FileError`; `InvalidInput` naming the file.
  static func read(folder: String) throws -> [(String, [LayoutEnvironment])] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw InvalidInput(folder, given: "no folder that can be read", expected: "a folder of environments")
    }
    let all = try names.filter { $0.hasSuffix(".json") }.map { try read("\(folder)/\($0)") }
    guard !all.isEmpty else {
      throw InvalidInput(folder, given: "no file .json", expected: "files <kind>_<seed>.json")
    }
    return Dictionary(grouping: all, by: \.kind).sorted { $0.key < $1.key }.map { kind, own in
      (kind, own.sorted { $0.seed < $1.seed })
    }
  }

  /// Writes an environment into a folder, which is made where it is missing.
  ///
  /// - Throws: `FileError`; `InvalidInput` when the folder cannot be made.
  static func write(_ environment: LayoutEnvironment, in folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw InvalidInput(
        folder, given: "a folder that cannot be made", expected: "a path that can be written")
    }
    let file = Self(
      meta: Meta(kind: environment.kind, seed: environment.seed), sizes: environment.space.sizes,
      weights: environment.weights, p: environment.probabilities)
    let sink = try ByteSink(path: "\(folder)/\(environment.kind)_\(environment.seed).json")
    try sink.write(try JSONValue(encoding: file).text() + "\n")
    try sink.finish()
  }

  private static func read(_ path: String) throws -> LayoutEnvironment {
    let bytes = try MappedFile(path: path).withUnsafeBytes { Array($0) }
    do {
      let file = try JSONValue(parsing: bytes).decoded(as: Self.self)
      return try LayoutEnvironment(
        kind: file.meta.kind, seed: file.meta.seed, sizes: file.sizes, weights: file.weights,
        probabilities: file.p)
    } catch let error as InvalidInput {
      throw InvalidInput(
        error.violations.map { Violation("\(path): \($0.subject)", given: $0.given, expected: $0.expected) })
    } catch {
      throw InvalidInput(path, given: "another document", expected: #"{"meta", "sizes", "weights", "p"}"#)
    }
  }
}
