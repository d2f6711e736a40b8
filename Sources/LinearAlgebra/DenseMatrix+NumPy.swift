extension DenseMatrix {
  /// Reads a two-dimensional array that `numpy.save` has written, of real numbers or booleans in C order.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` naming what is wrong, also when values are NaN or infinite.
  /// - Complexity: O(bytes); sizes are compared with the file before memory is taken.
  public init(npy path: String) throws {
    try self.init(NumPyReader(FileSource(path: path)))
  }

  /// Reads a two-dimensional array out of an archive that `numpy.savez` has written.
  ///
  /// - Parameters:
  ///   - path: the archive.
  ///   - name: the array's name there, as `arr_0`.
  /// - Throws: ``FileError``; ``FileFormatError`` naming the member and what is wrong with it.
  public init(npz path: String, array name: String) throws {
    let archive = try ZipArchive(path: path)
    try self.init(
      NumPyReader(archive.source(of: name + ".npy", advice: "Name one of the arrays in the file.")))
  }

  private init(_ reader: NumPyReader) throws {
    let shape = reader.header.shape
    guard shape.count == 2 else {
      throw reader.place.error(
        "shape", given: "\(shape.count) dimensions", expected: "2 (rows and columns)",
        advice: "Save the array as a matrix, for example with reshape(-1, 1).")
    }
    try self.init(rows: shape[0], columns: shape[1], values: reader.floats())
  }

  /// Writes a file that `numpy.load` reads as a float32 array of two dimensions.
  ///
  /// The file is written aside and renamed.
  ///
  /// - Throws: ``FileError``; what was at `path` is then untouched.
  public func write(npy path: String) throws {
    let header = NumPyWriter.header(.float(4), [rows, columns])
    try header.withUnsafeBytes { header in
      try values.withUnsafeBytes { values in try replaceFile(path, with: [header, values]) }
    }
  }
}
