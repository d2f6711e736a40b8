internal import LinearAlgebra

/// A line that was not used, and why.
public struct RejectedLine: Sendable, Equatable, CustomStringConvertible {
  /// Number of the line, from 1; of the first one where a record spans several.
  public let number: Int

  /// The field and what is wrong with it; never the data itself.
  public let reason: String

  /// For example `line 12: price: given a negative number, expected 0 or more`.
  public var description: String { "line \(number): \(reason)" }
}

/// What came of reading a file.
public struct ReadReport: Sendable, Equatable {
  /// The file; "-" for standard input.
  public let path: String

  /// Lines or records that became data.
  public internal(set) var accepted = 0

  /// Lines or records that did not.
  public internal(set) var rejected = 0

  /// The first rejected lines, as many as ``ReadOptions/listedRejections`` allows.
  public internal(set) var rejections: [RejectedLine] = []

  /// How often each field was present and not understood, by name; at most 100 names.
  public internal(set) var ignoredFields: [String: Int] = [:]

  /// Unpacked size in bytes.
  public internal(set) var bytes = 0

  /// A short name for the content: equal files give equal names, see ``ByteSource/fingerprint``.
  public internal(set) var fingerprint = ""

  init(path: String) {
    self.path = path
  }

  /// Throws when there were lines and not one could be used: most likely another kind of file.
  ///
  /// - Throws: ``FileFormatError`` with the first reason.
  public func requireAcceptedLines() throws {
    guard accepted == 0, rejected > 0 else { return }
    throw FileFormatError(
      path: path, place: rejections.first.map { "line \($0.number)" },
      given: "\(rejected) lines of which none is usable",
      expected: "at least one usable line",
      advice: (rejections.first.map { "The first reason is: \($0.reason). " } ?? "")
        + "Look at the file; docs/formats.md states what is read.")
  }
}

/// Why a line is not used. Parsers throw it, readers put it into the report.
struct Rejection: Error, Equatable {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }

  init(_ field: String, given: String, expected: String) {
    reason = "\(field): given \(given), expected \(expected)"
  }
}
