public import Learning
internal import LinearAlgebra

extension Vocabulary {
  /// Writes the words and their table.
  ///
  /// - Throws: `FileError`.
  public func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("offsets", array: offsets)
    try writer.add("text", array: text)
    try writer.add("slots", array: slots)
  }

  /// Opens the words and their table; nothing is built.
  ///
  /// - Throws: `FileError` or `FileFormatError`.
  /// - Complexity: O(1), a few system calls
  public init(from archive: ModelArchive) throws {
    let offsets = try archive.array("offsets", of: UInt32.self)
    let text = try archive.array("text", of: UInt8.self)
    let slots = try archive.array("slots", of: UInt64.self)
    guard offsets.count > 0, offsets.count <= Int(Int32.max), slots.count > 0,
      slots.count & (slots.count - 1) == 0
    else {
      throw FileFormatError(
        path: archive.path, place: "vocabulary", given: "\(offsets.count) offsets and \(slots.count) slots",
        expected: "at least one offset and a power of two of slots",
        advice: "The model is altered; train or import it again.")
    }
    self.init(offsets: offsets, text: text, slots: slots)
  }
}
