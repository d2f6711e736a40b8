internal import LinearAlgebra

/// An immutable list of texts whose bytes may be mapped: names of labels, identifiers of products.
///
///     let names = StoredStrings(["cordless drill", "lamp"])
///     names[1]          // "lamp"
public struct StoredStrings: Sendable, Equatable, RandomAccessCollection {
  private let offsets: StoredArray<UInt64>
  private let bytes: StoredArray<UInt8>

  /// Copies texts.
  ///
  /// - Complexity: O(bytes of the texts)
  public init(_ texts: some Collection<String>) {
    var (offsets, bytes) = ([UInt64(0)], [UInt8]())
    offsets.reserveCapacity(texts.count + 1)
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      offsets.append(UInt64(bytes.count))
    }
    (self.offsets, self.bytes) = (StoredArray(offsets), StoredArray(bytes))
  }

  /// Refers to the texts in an archive.
  ///
  /// - Throws: ``FileFormatError`` when the parts do not fit.
  public init(from archive: ModelArchive) throws {
    offsets = try archive.array("offsets", of: UInt64.self)
    bytes = try archive.array("bytes", of: UInt8.self)
    let size = UInt64(bytes.count)
    let fits = offsets.withUnsafeBufferPointer { offsets in
      guard offsets.first == 0, offsets.last == size else { return false }
      var ascends = true
      for i in 1..<offsets.count where offsets[i] < offsets[i - 1] { ascends = false }
      return ascends
    }
    guard fits else {
      throw FileFormatError(
        path: archive.path, place: "offsets", given: "offsets that do not ascend to \(size)",
        expected: "one end a text", advice: "The model is altered; train or import it again.")
    }
  }

  /// Writes the texts into an archive.
  public func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("offsets", array: offsets)
    try writer.add("bytes", array: bytes)
  }

  /// Position of the first text.
  public var startIndex: Int { 0 }

  /// Position behind the last text.
  public var endIndex: Int { offsets.count - 1 }

  /// The text at a position; bytes that are no UTF-8 are repaired.
  ///
  /// - Complexity: O(bytes of the text)
  public subscript(position: Int) -> String {
    let range = Int(offsets[position])..<Int(offsets[position + 1])
    return bytes.withUnsafeBufferPointer {
      String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self)
    }
  }
}
