internal import Learning
internal import LinearAlgebra

/// One change of the rules, as the audit file has it.
public struct RuleChange: Codable, Sendable, Equatable {
  /// When, in seconds since 1970.
  public let time: Double
  /// Who changed them.
  public let author: String
  /// The rules from then on.
  public let rules: CompletionRules

  /// The changes that an audit file holds, the oldest one first.
  ///
  /// - Throws: `FileError`; `FileFormatError` when the file is damaged before its end, or is none.
  public static func read(_ path: String) throws -> [RuleChange] {
    try RecordLog.read(path).records.map { record in
      do {
        return try JSONValue(parsing: record).decoded(as: RuleChange.self)
      } catch {
        throw FileFormatError(
          path: path, given: "a record that is no change of rules",
          expected: "an audit file of completion rules",
          advice: "Name the file that setRules appends to.")
      }
    }
  }

  /// Appends the change; it is on disk when this returns.
  func append(to audit: RecordLog) throws {
    try audit.append([Array(JSONValue(encoding: self).text().utf8)])
  }
}
