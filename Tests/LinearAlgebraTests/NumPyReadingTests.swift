import LinearAlgebra
import TestSupport
import Testing

/// The folder of files that `Fixtures/make_numpy.py` has written.
private let folder = String(#filePath.dropLast("NumPyReadingTests.swift".count)) + "Fixtures/numpy/"

/// The matrix that every good file holds; see `make_numpy.py`.
private func expected(rounded: Bool = false) -> SparseMatrix {
  var builder = SparseMatrix.Builder(columns: 5)
  for row in [[(1, 1.5), (4, -2)], [], [(0, 3), (2, 0.25)], [(3, 4), (4, 1)]] as [[(Int, Float)]] {
    builder.append(row: row.map { (column: $0.0, value: rounded ? 1 : $0.1) })
  }
  return builder.finish()
}

@Test(arguments: [
  "csr-deflated", "csr-stored", "csc-deflated", "csc-stored", "index-i8", "index-u4", "index-u8", "value-f8",
  "value-f2", "format-text", "unsorted", "repeated", "repeated-in-order",
])
func `every way to store the same sparse matrix reads as the same matrix`(name: String) throws {
  #expect(try SparseMatrix(npz: folder + name + ".npz") == expected())
  #expect(try SparseMatrix(npz: folder + name + ".npz", transposed: true) == expected().transposed())
}

@Test(arguments: ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
func `values of every integer type and booleans are read`(name: String) throws {
  #expect(try SparseMatrix(npz: "\(folder)ones-\(name).npz") == expected(rounded: true))
}

@Test func `a matrix without rows is read`() throws {
  let empty = try SparseMatrix(npz: folder + "empty.npz")
  #expect(empty.rows == 0 && empty.columns == 5 && empty.count == 0)
}

@Test(arguments: [
  ("coo", "format: given coo, expected csr or csc. Convert it with tocsr() and save it again."),
  (
    "object",
    "data.npy, dtype: given Python objects (a pickle), expected little-endian integers, floats, booleans or text."
      + " Pickles are never executed; save numbers, for example with astype(numpy.float32)."
  ),
  (
    "structured",
    "data.npy, dtype: given a structured dtype, expected little-endian integers, floats, booleans or text."
      + " Save each field as an array of its own."
  ),
  (
    "big-endian",
    "data.npy, dtype: given >f4, expected little-endian integers, floats, booleans or text."
      + " Convert it, for example with astype('<f4')."
  ),
  (
    "complex",
    "data.npy, dtype: given <c8, expected little-endian integers, floats, booleans or text."
      + " Convert it, for example with astype('<f4')."
  ),
  (
    "nan",
    "data.npy: given 2 of 6 values NaN, infinite or beyond single precision, expected finite numbers."
      + " Remove or replace them before saving."
  ),
  (
    "too-large",
    "data.npy: given 1 of 6 values NaN, infinite or beyond single precision, expected finite numbers."
      + " Remove or replace them before saving."
  ),
  (
    "index-negative",
    "indices.npy: given a number that is negative or above 2147483647, expected 0 to 2147483647."
      + " The matrix is damaged or too large; check its shape and save it again."
  ),
  ("index-wide", "indices: given an index of 5, expected 0 to 4. The matrix is damaged; save it again."),
  (
    "index-huge",
    "indices.npy: given a number that is negative or above 2147483647, expected 0 to 2147483647."
      + " The matrix is damaged or too large; check its shape and save it again."
  ),
  (
    "index-float",
    "indices.npy, dtype: given <f4, expected integers of 4 or 8 bytes."
      + " Save it with scipy.sparse.save_npz, or convert it with astype first."
  ),
  (
    "offsets-falling",
    "indptr: given offsets that do not divide 6 indices and 6 values, expected 5 ascending offsets from 0."
      + " The matrix is damaged; save it again."
  ),
  (
    "offsets-short",
    "indptr: given offsets that do not divide 6 indices and 6 values, expected 5 ascending offsets from 0."
      + " The matrix is damaged; save it again."
  ),
  (
    "offsets-few",
    "indptr.npy, shape: given 4 offsets, expected 5 for 4 x 5. The matrix is damaged; save it again."
  ),
  (
    "values-few",
    "data.npy, shape: given 5 values, expected 6 as in indices. The matrix is damaged; save it again."
  ),
  (
    "shape-huge",
    "shape.npy: given a number that is negative or above 2147483647, expected 0 to 2147483647."
      + " The matrix is damaged or too large; check its shape and save it again."
  ),
  (
    "shape-negative",
    "shape.npy: given a number that is negative or above 2147483647, expected 0 to 2147483647."
      + " The matrix is damaged or too large; check its shape and save it again."
  ),
  (
    "shape-three",
    "shape.npy, shape: given 3 numbers, expected rows and columns. Save the matrix with scipy.sparse.save_npz."
  ),
  (
    "without-data",
    "data.npy: given members format.npy, indices.npy, indptr.npy, shape.npy, expected a member of that name."
      + " Save the matrix with scipy.sparse.save_npz as csr_matrix or csc_matrix."
  ),
  (
    "dense",
    "format.npy: given members arr_0.npy, expected a member of that name."
      + " Save the matrix with scipy.sparse.save_npz as csr_matrix or csc_matrix."
  ),
  (
    "lzma",
    "format.npy: given compression method 14, expected stored (0) or deflated (8)."
      + " Save it with numpy.savez or numpy.savez_compressed."
  ),
  (
    "outside",
    "../../outside.npy: given a name that leads out of the archive, expected a plain name."
      + " This archive was made to do harm or by mistake; do not extract it."
  ),
])
func `a sparse matrix that cannot be used is refused with file, member and reason`(
  name: String, message: String
) throws {
  let path = "\(folder)bad-\(name).npz"
  let error = #expect(throws: FileFormatError.self) { try SparseMatrix(npz: path) }
  #expect(error?.description == "\(path), \(message)")
}

@Test func `a zip bomb is refused before memory is taken`() throws {
  let error = #expect(throws: FileFormatError.self) { try SparseMatrix(npz: folder + "bad-bomb.npz") }
  #expect(error?.place == "data.npy")
  #expect(error?.given.hasPrefix("members of 120000") == true)
  #expect(error?.expected.hasSuffix("(64 MiB + 200 times the file)") == true)
}

@Test func `a missing file, a folder and an empty file are told apart`() throws {
  #expect(throws: FileError(path: "/nonexistent.npz", operation: "open", code: 2)) {
    try SparseMatrix(npz: "/nonexistent.npz")
  }
  let error = #expect(throws: FileFormatError.self) { try SparseMatrix(npz: folder) }
  #expect(error?.given == "something that is not a regular file")
  try withTemporaryFolder { folder in
    try write([], toFile: folder + "/empty.npz")
    let empty = #expect(throws: FileFormatError.self) { try SparseMatrix(npz: folder + "/empty.npz") }
    #expect(empty?.given == "an empty file")
  }
}

@Test(arguments: ["version-1", "version-2", "version-3", "value-f8"])
func `dense arrays of every format version are read`(name: String) throws {
  let matrix = try DenseMatrix(npy: "\(folder)\(name).npy")
  #expect(matrix == (try DenseMatrix(rows: 4, columns: 5, values: dense(expected()))))
}

@Test func `dense arrays are read by name out of an archive`() throws {
  let first = try DenseMatrix(npz: folder + "dense.npz", array: "first")
  let second = try DenseMatrix(npz: folder + "dense.npz", array: "second")
  #expect(first.values == dense(expected()) && second.values == dense(expected(rounded: true)))
  #expect(try DenseMatrix(npy: folder + "ones-bool.npy") == second)
  let error = #expect(throws: FileFormatError.self) {
    try DenseMatrix(npz: folder + "dense.npz", array: "third")
  }
  #expect(
    error?.description
      == "\(folder)dense.npz, third.npy: given members first.npy, second.npy, expected a member of"
      + " that name. Name one of the arrays in the file.")
}

@Test(arguments: [
  (
    "fortran", "fortran_order: given True, expected False. Save numpy.ascontiguousarray of it."
  ),
  (
    "claims-much",
    "shape: given 80 bytes of elements, expected 4000000000000000 for shape [1000000000, 1000000] of <f4."
      + " The file is incomplete or altered; save it again."
  ),
  (
    "one-dimension",
    "shape: given 1 dimensions, expected 2 (rows and columns). Save the array as a matrix, for example with"
      + " reshape(-1, 1)."
  ),
  (
    "object",
    "dtype: given Python objects (a pickle), expected little-endian integers, floats, booleans or text."
      + " Pickles are never executed; save numbers, for example with astype(numpy.float32)."
  ),
])
func `a dense array that cannot be used is refused with file and reason`(name: String, message: String) {
  let path = "\(folder)bad-\(name).npy"
  let error = #expect(throws: FileFormatError.self) { try DenseMatrix(npy: path) }
  #expect(error?.description == "\(path), \(message)")
}

private func dense(_ matrix: SparseMatrix) -> [Float] {
  var values = [Float](repeating: 0, count: matrix.rows * matrix.columns)
  for row in 0..<matrix.rows {
    for i in matrix.range(ofRow: row) {
      values[row * matrix.columns + Int(matrix.indices[i])] = matrix.values[i]
    }
  }
  return values
}
