internal import ExtremeRanking
internal import FoundationEssentials
internal import Learning
internal import LinearAlgebra

/// A change with what the tree learned of it: a record of the log.
struct LearnedChange: Sendable {
  let change: CatalogueChange
  /// Of a product that came; nil where the tree does not learn it.
  let label: LabelInsertion?

  /// The change as a record: the number of its bytes of JSON (little-endian, 4 bytes), these, the bytes of the label.
  func bytes() throws -> [UInt8] {
    let text = try JSONEncoder().encode(change)
    var bytes: [UInt8] = []
    withUnsafeBytes(of: UInt32(text.count).littleEndian) { bytes += $0 }
    return bytes + text + (label?.bytes ?? [])
  }

  /// Reads a record; nil when it is no change.
  init?(bytes: [UInt8]) {
    guard bytes.count >= 4 else { return nil }
    let count = bytes[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard count <= bytes.count - 4,
      let change = try? JSONDecoder().decode(CatalogueChange.self, from: Data(bytes[4..<4 + count])),
      change.violations.isEmpty
    else { return nil }
    let rest = bytes[(4 + count)...]
    let label = rest.isEmpty ? nil : LabelInsertion(bytes: rest)
    guard label != nil || rest.isEmpty else { return nil }
    self.init(change: change, label: label)
  }

  init(change: CatalogueChange, label: LabelInsertion?) {
    (self.change, self.label) = (change, label)
  }

  /// Reads the records of a log.
  ///
  /// - Throws: ``FileFormatError`` naming the first record that is no change.
  static func read(_ records: [[UInt8]], in path: String) throws -> [LearnedChange] {
    try records.enumerated().map { number, record in
      guard let change = LearnedChange(bytes: record) else {
        throw FileFormatError(
          path: path, place: "record \(number + 1)", given: "bytes that are no change",
          expected: "a product that came, went or was set",
          advice: "The log is altered or of another version; move it away to use the model without it.")
      }
      return change
    }
  }
}
