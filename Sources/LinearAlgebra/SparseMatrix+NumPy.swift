extension SparseMatrix {
  /// Reads a matrix that `scipy.sparse.save_npz` has written, in CSR or CSC format, compressed or not.
  ///
  ///     let x = try SparseMatrix(npz: "X.npz")
  ///
  /// Row ids may come in any order and repeat: they are sorted, and values of equal positions added. Indices may be
  /// signed or unsigned integers of 4 or 8 bytes; values any real numbers or booleans, converted to single precision.
  /// Nothing in the file is executed, and sizes are compared with the file before memory is taken: an archive that
  /// claims to inflate to more than 64 MiB + 200 times its size is refused.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - transposed: gives the transposed matrix, which costs nothing for CSC.
  /// - Throws: ``FileError``; ``FileFormatError`` naming the member and what is wrong with it, also when values are
  ///   NaN or infinite (with their number).
  /// - Complexity: O(bytes); CSC takes a transposition more unless `transposed`.
  public init(npz path: String, transposed: Bool = false) throws {
    let archive = try ZipArchive(path: path)
    let advice = "Save the matrix with scipy.sparse.save_npz as csr_matrix or csc_matrix."
    func reader(_ name: String) throws -> NumPyReader {
      try NumPyReader(archive.source(of: name + ".npy", advice: advice))
    }
    let format = try reader("format").text()
    guard format == "csr" || format == "csc" else {
      throw FileFormatError(
        path: path, place: "format", given: FilePlace.printable(format), expected: "csr or csc",
        advice: "Convert it with tocsr() and save it again.")
    }
    let shape = try reader("shape").shape(path)
    let (major, minor) = format == "csr" ? (shape.rows, shape.columns) : (shape.columns, shape.rows)
    let starts = try reader("indptr")
    guard starts.header.count == major + 1 else {
      throw starts.place.error(
        "shape", given: "\(starts.header.count) offsets",
        expected: "\(major + 1) for \(shape.rows) x \(shape.columns)",
        advice: "The matrix is damaged; save it again.")
    }
    let (columns, numbers) = try (reader("indices"), reader("data"))
    guard columns.header.count == numbers.header.count else {
      throw numbers.place.error(
        "shape", given: "\(numbers.header.count) values", expected: "\(columns.header.count) as in indices",
        advice: "The matrix is damaged; save it again.")
    }
    let matrix = try SparseMatrix(
      unorderedRows: major, columns: minor, offsets: starts.integers(upTo: columns.header.count),
      indices: columns.integers(upTo: Int32.max), values: numbers.floats(), at: FilePlace(path: path))
    self = (format == "csc") == transposed ? matrix : matrix.transposed()
  }

  /// How many stored values are NaN or infinite.
  ///
  /// - Complexity: O(`count`)
  public var nonFiniteCount: Int { LinearAlgebra.nonFiniteCount(values) }
}

extension NumPyReader {
  /// The shape of a sparse matrix, stored as an array of two numbers.
  fileprivate func shape(_ path: String) throws -> (rows: Int, columns: Int) {
    guard header.count == 2 else {
      throw place.error(
        "shape", given: "\(header.count) numbers", expected: "rows and columns",
        advice: "Save the matrix with scipy.sparse.save_npz.")
    }
    let numbers = try integers(upTo: Int(Int32.max))
    return (numbers[0], numbers[1])
  }
}
