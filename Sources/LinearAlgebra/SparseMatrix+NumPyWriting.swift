extension SparseMatrix {
  /// Writes a file that `scipy.sparse.load_npz` reads as `csr_matrix` of float32.
  ///
  /// The file is written aside and renamed; equal matrices give equal bytes.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - compressed: deflates, as SciPy does by default.
  ///   - transposed: writes the transposed matrix, in CSC format, without computing it.
  /// - Throws: ``FileError``; what was at `path` is then untouched.
  /// - Complexity: O(`rows` + `count`)
  public func write(npz path: String, compressed: Bool = true, transposed: Bool = false) throws {
    let shape = transposed ? [Int64(columns), Int64(rows)] : [Int64(rows), Int64(columns)]
    let format = Array((transposed ? "csc" : "csr").utf8)
    // SciPy keeps both index arrays in one type, so offsets are as wide as the columns where they fit.
    let narrow = count <= Int32.max ? offsets.map { Int32($0) } : []
    try narrow.withUnsafeBytes { narrow in
      try offsets.withUnsafeBytes { wide in
        let starts: (NumPyElement, UnsafeRawBufferPointer) =
          narrow.isEmpty ? (.signed(8), wide) : (.signed(4), narrow)
        try indices.withUnsafeBytes { indices in
          try values.withUnsafeBytes { values in
            try shape.withUnsafeBytes { shape in
              try format.withUnsafeBytes { format in
                try NumPyWriter.write(
                  npz: path,
                  [
                    ("indices", .signed(4), [count], indices),
                    ("indptr", starts.0, [rows + 1], starts.1),
                    ("format", .bytes(3), [], format),
                    ("shape", .signed(8), [2], shape),
                    ("data", .float(4), [count], values),
                  ], compressed: compressed)
              }
            }
          }
        }
      }
    }
  }
}
