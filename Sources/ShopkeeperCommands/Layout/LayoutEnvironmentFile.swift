internal import Bandits
internal import FoundationEssentials
internal import Learning
internal import LinearAlgebra

/// `<kind>_<seed>.json`: a page whose conversion probabilities are known.
struct LayoutEnvironmentFile: Decodable {
  struct Meta: Decodable {
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
