import Probability
import TestSupport
import Testing

@testable import LinearAlgebra

private let folder = String(#filePath.dropLast("NumPyDamageTests.swift".count)) + "Fixtures/numpy/"

/// Reads in a way that must either succeed or throw one of the two errors of readers.
private func survives(_ read: () throws -> Void) -> Bool {
  do {
    try read()
    return true
  } catch {
    return error is FileFormatError || error is FileError
  }
}

@Test(arguments: ["csr-deflated", "csc-stored", "index-i8", "repeated", "format-text", "bad-object"])
func `damaged archives never crash a reader nor make it take much memory`(name: String) throws {
  let original = try bytes(ofFile: folder + name + ".npz")
  let before = peakMemory()
  try withTemporaryFolder { folder in
    let path = folder + "/damaged.npz"
    for seed in 0..<400 {
      var generator = SeededGenerator(seed: 1, stream: UInt64(seed))
      try write(Mutation.damaged(original, using: &generator), toFile: path)
      #expect(survives { _ = try SparseMatrix(npz: path) }, "seed \(seed)")
      #expect(survives { _ = try DenseMatrix(npz: path, array: "data") }, "seed \(seed)")
    }
  }
  #expect(peakMemory() - before < 400 << 20)
}

@Test(arguments: ["csr-stored", "csc-stored", "unsorted", "format-text"])
func `damaged arrays in sound archives never crash a reader`(name: String) throws {
  let archive = try ZipArchive(path: folder + name + ".npz")
  let arrays = try archive.members.sorted { $0.key < $1.key }.map { name, member in
    let source = try archive.source(of: name, advice: "")
    var bytes = [UInt8](repeating: 0, count: source.count)
    try bytes.withUnsafeMutableBytes { try source.readAll(into: $0) }
    return (name, bytes)
  }
  var read = 0
  try withTemporaryFolder { folder in
    let path = folder + "/damaged.npz"
    for seed in 0..<600 {
      var generator = SeededGenerator(seed: 2, stream: UInt64(seed))
      let victim = generator.integer(below: arrays.count)
      let damaged = arrays.indices.map {
        $0 == victim ? Mutation.damaged(arrays[$0].1, using: &generator) : arrays[$0].1
      }
      try write(archive: path, arrays.map(\.0), damaged)
      #expect(
        survives {
          let matrix = try SparseMatrix(npz: path)
          _ = try SparseMatrix(
            rows: matrix.rows, columns: matrix.columns, offsets: matrix.offsets, indices: matrix.indices,
            values: matrix.values)
          read += 1
        }, "seed \(seed)")
    }
  }
  #expect((1..<600).contains(read), "some damages go unnoticed by the container and must be sound matrices")
}

private func write(archive path: String, _ names: [String], _ contents: [[UInt8]]) throws {
  let all = contents.flatMap { $0 }
  try all.withUnsafeBytes { all in
    var start = 0
    let members = zip(names, contents).map { name, bytes in
      defer { start += bytes.count }
      return ZipArchive.NewMember(
        name: name, pieces: [UnsafeRawBufferPointer(rebasing: all[start..<start + bytes.count])])
    }
    try ZipArchive.write(path, members, compressed: false)
  }
}

@Test(arguments: ["version-1", "version-2", "value-f8", "bad-object"])
func `damaged arrays never crash a reader`(name: String) throws {
  let original = try bytes(ofFile: folder + name + ".npy")
  try withTemporaryFolder { folder in
    let path = folder + "/damaged.npy"
    for seed in 0..<600 {
      var generator = SeededGenerator(seed: 3, stream: UInt64(seed))
      try write(Mutation.damaged(original, using: &generator), toFile: path)
      #expect(survives { _ = try DenseMatrix(npy: path) }, "seed \(seed)")
    }
  }
}

@Test func `every truncation of an archive is refused`() throws {
  let original = try bytes(ofFile: folder + "csr-deflated.npz")
  try withTemporaryFolder { folder in
    let path = folder + "/truncated.npz"
    for length in 0..<original.count {
      try write(Array(original[..<length]), toFile: path)
      #expect(throws: FileFormatError.self, "length \(length)") { try SparseMatrix(npz: path) }
    }
  }
}

@Test func `a changed byte in stored values is noticed by the checksum`() throws {
  var bytes = try bytes(ofFile: folder + "csr-stored.npz")
  let pattern: [UInt8] = [0, 0, 192, 63, 0, 0, 0, 192]  // 1.5, -2
  let position = try #require(bytes.indices.first { bytes[$0...].starts(with: pattern) })
  bytes[position] = 1
  try withTemporaryFolder { folder in
    let path = folder + "/changed.npz"
    try write(bytes, toFile: path)
    let error = #expect(throws: FileFormatError.self) { try SparseMatrix(npz: path) }
    #expect(
      error?.description
        == "\(path), data.npy: given damaged bytes, expected compressed bytes with their checksum."
        + " Copy the file again or save it again.")
  }
}

@Test func `half precision numbers convert to the same values as the processor's`() {
  for bits in UInt16.min ... .max {
    let expected = Float(Float16(bitPattern: bits))
    let found = Float(halfBits: bits)
    #expect(found == expected && found.sign == expected.sign || found.isNaN && expected.isNaN, "bits \(bits)")
  }
}

@Test func `headers that are not what NumPy writes are refused`() {
  let place = FilePlace(path: "x.npy")
  for text in [
    "", "{", "{}", "{'descr': '<f4'}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'more': (1,)}",
    "{'descr': '<f4', 'fortran_order': 'no', 'shape': (3,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': 3}",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} x",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 2)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)}",
    "{'descr': '<f-4', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': '', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': '|O', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}",
    "{'descr': [[[, 'fortran_order': False, 'shape': (3,)}", "__import__('os')",
  ] {
    #expect(throws: FileFormatError.self, "\(text)") { try NumPyHeader(dictionary: text, at: place) }
  }
}

@Test func `headers as old and new versions of NumPy write them are read`() throws {
  let place = FilePlace(path: "x.npy")
  for (text, shape) in [
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }      \n", [3, 4]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 4L)}", [3, 4]),
    ("{\"shape\": (3,), \"fortran_order\": True, \"descr\": \"<f4\"}", [3]),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': ()}", []),
  ] {
    let header = try NumPyHeader(dictionary: text, at: place)
    #expect(
      header.shape == shape && header.element == .float(4) && header.byteCount == 4 * shape.reduce(1, *))
  }
}

@Test func `names from a file cannot forge lines of a log`() {
  #expect(FilePlace.printable("a\nb\u{1B}[31m\u{202E}é") == "a?b?[31m??")
  #expect(FilePlace.printable(String(repeating: "x", count: 61)) == String(repeating: "x", count: 60) + "...")
}
