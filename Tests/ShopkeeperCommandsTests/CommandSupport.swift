import FoundationEssentials
import Learning
import LinearAlgebra
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// Runs a command line of the program in this process.
func shopkeeper(_ arguments: String...) -> (code: Int32, output: String, errors: String) {
  run(arguments, in: .shopkeeper)
}

/// What a command line prints that must succeed.
@discardableResult
func succeed(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) -> String {
  let (code, output, errors) = run(arguments, in: .shopkeeper)
  #expect(code == 0, "\(arguments.joined(separator: " ")): \(errors)", sourceLocation: sourceLocation)
  return output
}

/// The errors of a command line that must fail, without `shopkeeper: error: `; nothing may be printed.
func failure(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
  let (code, output, errors) = run(arguments, in: .shopkeeper)
  #expect(code == 1 && output.isEmpty, "\(arguments.joined(separator: " "))", sourceLocation: sourceLocation)
  return errors.split(separator: "\n").compactMap { line in
    let mark = "shopkeeper: error: "
    return line.hasPrefix(mark) ? String(line.dropFirst(mark.count)) : nil
  }
}

/// What is wrong with a command line that is not understood.
func misuse(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
  let (code, output, errors) = run(arguments, in: .shopkeeper)
  #expect(code == 2 && output.isEmpty, "\(errors)", sourceLocation: sourceLocation)
  return errors.split(separator: "\n").dropLast().map { String($0.dropFirst("shopkeeper: error: ".count)) }
}

/// The lines that a command tells beside its result, without `shopkeeper: `.
func notes(_ result: (code: Int32, output: String, errors: String)) -> [String] {
  result.errors.split(separator: "\n").map { String($0.dropFirst("shopkeeper: ".count)) }
}

extension JSONValue {
  /// The names of an object's members, ascending.
  var keys: [String] {
    if case .object(let members) = self { members.keys.sorted() } else { [] }
  }

  /// A member of an object.
  subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  /// An element of a list.
  subscript(position: Int) -> JSONValue? {
    if case .array(let elements) = self, elements.indices.contains(position) {
      elements[position]
    } else {
      nil
    }
  }

  /// The elements of a list.
  var elements: [JSONValue] {
    if case .array(let elements) = self { elements } else { [] }
  }

  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }
}

/// The one JSON document of an output, on one line.
func document(
  _ output: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> JSONValue {
  #expect(output.hasSuffix("\n") && output.count { $0 == "\n" } == 1, sourceLocation: sourceLocation)
  return try JSONValue(parsing: output.utf8)
}

/// Writes lines into a file of a folder and gives back its path.
func file(_ name: String, in folder: String, _ lines: String...) throws -> String {
  let path = "\(folder)/\(name)"
  try write(Array((lines.joined(separator: "\n") + "\n").utf8), toFile: path)
  return path
}

func text(ofFile path: String) throws -> String {
  String(decoding: try bytes(ofFile: path), as: UTF8.self)
}

/// Everything in a folder by its path below it; also shows partial and replaced ones.
func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

/// The content of every file of a folder, as a short name each.
func contents(ofFolder path: String) throws -> [String: Int] {
  Dictionary(
    uniqueKeysWithValues: try files(inFolder: path).map { ($0, try bytes(ofFile: "\(path)/\($0)").hashValue) }
  )
}

/// A matrix of rows of (column, value), written as npz.
func matrix(
  _ name: String, in folder: String, columns: Int, _ rows: [[(column: Int, value: Float)]]
) throws -> String {
  var builder = SparseMatrix.Builder(columns: columns)
  for row in rows { builder.append(row: row) }
  let path = "\(folder)/\(name)"
  try builder.finish().write(npz: path)
  return path
}

/// A generated shop of forty products with its log and judged queries.
struct GeneratedShop {
  let folder: String

  init(in folder: String) {
    self.folder = "\(folder)/shop"
    succeed("generate", "--products", "40", "--customers", "200", "--days", "5", "--out", self.folder)
  }

  var training: [String] {
    [
      "search", "train", "--catalogue", "\(folder)/catalogue.jsonl", "--events",
      "\(folder)/ubi_queries.jsonl",
      "--events", "\(folder)/ubi_events.jsonl", "--min-impressions", "1", "--quiet",
    ]
  }

  var judged: [String] {
    ["--queries", "\(folder)/test/queries.tsv", "--judgments", "\(folder)/test/judgments.qrels"]
  }
}

/// The columns of every line of tab-separated text; an empty one counts.
func columns(_ text: String) -> [[String]] {
  text.split(separator: "\n").map { line in
    line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
  }
}
