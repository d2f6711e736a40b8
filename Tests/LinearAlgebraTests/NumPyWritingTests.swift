import FoundationEssentials
import LinearAlgebra
import Probability
import TestSupport
import Testing

private func random(_ rows: Int, _ columns: Int, _ generator: inout SeededGenerator) -> SparseMatrix {
  var builder = SparseMatrix.Builder(columns: columns)
  for _ in 0..<rows {
    let entries = (0..<generator.integer(below: columns + 1)).map { _ in
      (column: generator.integer(below: columns), value: Float.random(in: -1...1, using: &generator))
    }
    builder.append(row: columns == 0 ? [] : entries)
  }
  return builder.finish()
}

@Test(arguments: [true, false])
func `a sparse matrix written and read is the same matrix`(compressed: Bool) throws {
  var generator = SeededGenerator(seed: 5)
  try withTemporaryFolder { folder in
    let path = folder + "/matrix.npz"
    for (rows, columns) in [(0, 0), (0, 7), (3, 0), (1, 1), (40, 30), (300, 100)] {
      let matrix = random(rows, columns, &generator)
      for transposed in [false, true] {
        try matrix.write(npz: path, compressed: compressed, transposed: transposed)
        #expect(try SparseMatrix(npz: path, transposed: transposed) == matrix)
      }
    }
    #expect(try files(inFolder: folder) == ["matrix.npz"])
  }
}

@Test func `equal matrices give equal bytes`() throws {
  var generator = SeededGenerator(seed: 6)
  let matrix = random(20, 20, &generator)
  try withTemporaryFolder { folder in
    try matrix.write(npz: folder + "/a.npz")
    try matrix.write(npz: folder + "/b.npz")
    #expect(
      try bytes(ofFile: folder + "/a.npz") == bytes(ofFile: folder + "/b.npz"))
    // No time of writing: the first member is of 1980-01-01, 00:00, as NumPy writes.
    #expect(try bytes(ofFile: folder + "/a.npz")[10..<14] == [0, 0, 0x21, 0])
  }
}

@Test func `a dense matrix written and read is the same matrix`() throws {
  try withTemporaryFolder { folder in
    for (rows, columns) in [(0, 3), (1, 1), (2, 3)] {
      let matrix = try DenseMatrix(
        rows: rows, columns: columns, values: (0..<rows * columns).map { Float($0) / 7 })
      try matrix.write(npy: folder + "/dense.npy")
      #expect(try DenseMatrix(npy: folder + "/dense.npy") == matrix)
    }
    #expect(try files(inFolder: folder) == ["dense.npy"])
  }
}

@Test func `a file that cannot be written is an error and leaves nothing`() throws {
  var generator = SeededGenerator(seed: 7)
  let matrix = random(3, 3, &generator)
  #expect(throws: FileError.self) { try matrix.write(npz: "/nonexistent-folder/matrix.npz") }
  #expect(throws: FileError.self) {
    try DenseMatrix(rows: 1, columns: 1, values: [0]).write(npy: "/nonexistent-folder/m.npy")
  }
  try withTemporaryFolder { folder in
    try FileManager.default.createDirectory(
      atPath: folder + "/matrix.npz", withIntermediateDirectories: false)
    #expect(throws: FileError.self) { try matrix.write(npz: folder + "/matrix.npz") }
    #expect(try files(inFolder: folder) == [])
  }
}

@Test func `a dense matrix of another number of values is refused with both numbers`() {
  let error = #expect(throws: MatrixError.self) { try DenseMatrix(rows: 2, columns: 3, values: [1]) }
  #expect(error?.description == "1 values do not fill 2 x 3")
  #expect(throws: MatrixError.self) { try DenseMatrix(rows: .max, columns: 3, values: []) }
}
