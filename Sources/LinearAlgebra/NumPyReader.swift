/// Reads one NumPy array: the header when it is made, then the elements, once.
struct NumPyReader {
  /// What the array says of itself; its sizes agree with the size of the file.
  let header: NumPyHeader

  private let source: any ByteSource

  /// Where the array is, for errors.
  var place: FilePlace { source.place }

  /// Reads the header and compares the sizes with what there is.
  ///
  /// - Throws: ``FileFormatError``, ``FileError``.
  init(_ source: any ByteSource) throws {
    var start = [UInt8](repeating: 0, count: 8)
    try start.withUnsafeMutableBytes { try source.readAll(into: $0) }
    guard start.starts(with: [0x93] + Array("NUMPY".utf8)), (1...3).contains(start[6]) else {
      throw source.place.error(
        given: "other first bytes", expected: "a NumPy array of version 1, 2 or 3",
        advice: "Save it with numpy.save, numpy.savez or scipy.sparse.save_npz.")
    }
    var lengthBytes = [UInt8](repeating: 0, count: start[6] == 1 ? 2 : 4)
    try lengthBytes.withUnsafeMutableBytes { try source.readAll(into: $0) }
    let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= NumPyHeader.longestDictionary else {
      throw source.place.error(
        "header", given: "\(length) bytes", expected: "at most \(NumPyHeader.longestDictionary)",
        advice: "The file is altered; save it again with numpy.save.")
    }
    var dictionary = [UInt8](repeating: 0, count: length)
    try dictionary.withUnsafeMutableBytes { try source.readAll(into: $0) }
    header = try NumPyHeader(dictionary: String(decoding: dictionary, as: UTF8.self), at: source.place)
    let before = start.count + lengthBytes.count + length
    guard source.count - before == header.byteCount else {
      throw source.place.error(
        "shape", given: "\(source.count - before) bytes of elements",
        expected: "\(header.byteCount) for shape \(header.shape) of \(header.element)",
        advice: "The file is incomplete or altered; save it again.")
    }
    self.source = source
  }

  /// All elements as they lie in the file.
  ///
  /// - Precondition: `Element` is the array's type.
  func elements<Element: BitwiseCopyable>(of type: Element.Type) throws -> [Element] {
    precondition(MemoryLayout<Element>.stride == header.element.size, "the array's type")
    let elements = try [Element](unsafeUninitializedCapacity: header.count) { buffer, filled in
      try source.readAll(
        into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<header.count])))
      filled = header.count
    }
    try source.expectEnd()
    return elements
  }

  /// All elements, each converted.
  @inline(__always)
  func elements<Source: BitwiseCopyable, Element>(
    from type: Source.Type, _ convert: (Source) -> Element
  ) throws -> [Element] {
    precondition(MemoryLayout<Source>.stride == header.element.size, "the array's type")
    let chunk = UnsafeMutableBufferPointer<Source>.allocate(capacity: min(header.count, 1 << 14))
    defer { chunk.deallocate() }
    let elements = try [Element](unsafeUninitializedCapacity: header.count) { buffer, filled in
      while filled < header.count {
        let part = UnsafeMutableBufferPointer(rebasing: chunk[..<min(chunk.count, header.count - filled)])
        try source.readAll(into: UnsafeMutableRawBufferPointer(part))
        for i in 0..<part.count { buffer.initializeElement(at: filled + i, to: convert(part[i])) }
        filled += part.count
      }
    }
    try source.expectEnd()
    return elements
  }

  /// Fills `elements` with the bytes of the whole array.
  func readRaw<Element: BitwiseCopyable>(_ elements: inout [Element]) throws {
    try elements.withUnsafeMutableBytes { try source.readAll(into: $0) }
    try source.expectEnd()
  }
}
