internal import Glibc

/// Writes NumPy arrays of format version 1.
enum NumPyWriter {
  /// An array: its name in an archive, type, shape and little-endian elements.
  typealias NewArray = (name: String, element: NumPyElement, shape: [Int], elements: UnsafeRawBufferPointer)

  /// Writes an archive of arrays.
  ///
  /// - Throws: ``FileError``.
  static func write(npz path: String, _ arrays: [NewArray], compressed: Bool) throws {
    let headers = arrays.map { header($0.element, $0.shape) }
    let starts = headers.indices.map { headers[..<$0].reduce(0) { $0 + $1.count } }
    try headers.flatMap { $0 }.withUnsafeBytes { bytes in
      let members = arrays.indices.map { i in
        let header = UnsafeRawBufferPointer(rebasing: bytes[starts[i]..<starts[i] + headers[i].count])
        return ZipArchive.NewMember(name: arrays[i].name + ".npy", pieces: [header, arrays[i].elements])
      }
      try ZipArchive.write(path, members, compressed: compressed)
    }
  }

  /// Magic, version, and the dictionary padded with blanks, so that the elements begin at a multiple of 64.
  static func header(_ element: NumPyElement, _ shape: [Int]) -> [UInt8] {
    let lengths = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = Array("{'descr': '\(element)', 'fortran_order': False, 'shape': (\(lengths)), }".utf8)
    text += [UInt8](repeating: UInt8(ascii: " "), count: 63 - (10 + text.count) % 64) + [UInt8(ascii: "\n")]
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
  }
}
