import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import StoreData

private func unpacked(_ bytes: [UInt8], name: String = "text.gz") throws -> [UInt8] {
  let source = try ByteSource(bytes: bytes, name: name)
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1000)
  while case let count = try buffer.withUnsafeMutableBytes({ try source.read(into: $0) }), count > 0 {
    result += buffer[..<count]
  }
  return result
}

private func packed(_ text: [UInt8]) throws -> [UInt8] {
  try withTemporaryFolder { folder in
    let sink = try ByteSink(path: "\(folder)/text.gz")
    sink.json.bytes = text
    try sink.finish()
    return try bytes(ofFile: "\(folder)/text.gz")
  }
}

@Test func `gzip of one or more members gives its text back`() throws {
  var generator = SeededGenerator(seed: 1)
  let text = (0..<500_000).map { _ in UInt8(97 + generator.integer(below: 9)) }
  let gzip = try packed(text)
  #expect(gzip.count < text.count / 2)
  #expect(try unpacked(gzip) == text)
  #expect(try unpacked(gzip + packed([0x61]) + [0, 0, 0]) == text + [0x61])
  #expect(try unpacked(gzip, name: "recognised by its first bytes") == text)
  #expect(try packed(text) == gzip, "equal texts give equal files")
}

@Test func `gzip that is cut off, altered or followed by other bytes is refused by name`() throws {
  let gzip = try packed(Array("hello, hello, hello".utf8))
  for count in 2..<gzip.count {
    #expect(throws: FileFormatError.self) { try unpacked(Array(gzip[..<count])) }
  }
  let error = #expect(throws: FileFormatError.self) { try unpacked(Array(gzip.dropLast())) }
  #expect(
    error?.description
      == "text.gz: given a gzip file that is cut off, expected a whole gzip file. Fetch or pack the file again."
  )
  var altered = gzip
  altered[gzip.count - 6] ^= 1
  #expect(throws: FileFormatError.self) { try unpacked(altered) }
  #expect(throws: FileFormatError.self) { try unpacked(gzip + [7]) }
  let plain = #expect(throws: FileFormatError.self) {
    try ByteSource(bytes: [0x61, 0x62, 0x63], name: "x.gz")
  }
  #expect(plain?.given == "bytes that are not gzip")
}

@Test func `a small file that unpacks to an enormous line costs no memory`() throws {
  let bomb = try packed([UInt8](repeating: 0x7B, count: 1 << 28))
  let before = peakMemory()
  let (catalogue, report) = try Catalogue.read(from: ByteSource(bytes: bomb, name: "bomb"))
  #expect(catalogue.count == 0 && report.bytes == 1 << 28)
  #expect(rejections(report) == ["line 1: given more than 16777216 bytes, expected a shorter line"])
  #expect(peakMemory() - before < 150 << 20)
}

@Test func `files that cannot be opened or read are errors of the system`() throws {
  #expect(throws: FileError(path: "no/such/file", operation: "open", code: 2)) {
    try ByteSource(path: "no/such/file")
  }
  try withTemporaryFolder { folder in
    _ = #expect(throws: FileError(path: folder, operation: "read", code: 21)) { try ByteSource(path: folder) }
  }
}

@Test func `the fingerprint follows from the unpacked bytes alone`() throws {
  let text = Array(#"{"product_id":"1","title":"a"}"#.utf8)
  let (_, plain) = try Catalogue.read(from: ByteSource(bytes: text, name: "a"))
  let (_, gzip) = try Catalogue.read(from: ByteSource(bytes: packed(text), name: "b"))
  let (_, other) = try Catalogue.read(from: ByteSource(bytes: text + [0x20], name: "a"))
  #expect(plain.fingerprint == gzip.fingerprint && plain.fingerprint != other.fingerprint)
  #expect(plain.bytes == text.count)
  // CRC-32 of "123456789" is the check value of its definition.
  var checksum = RunningChecksum()
  Array("1234".utf8).withUnsafeBytes { checksum.add($0) }
  Array("56789".utf8).withUnsafeBytes { checksum.add($0) }
  #expect(checksum.hexadecimal == "cbf43926")
}

@Test func `a file that is not finished leaves nothing behind`() throws {
  try withTemporaryFolder { folder in
    do {
      let sink = try ByteSink(path: "\(folder)/a.tsv")
      try sink.write("half")
      _ = sink
    }
    #expect(try files(inFolder: folder) == [])
    let sink = try ByteSink(path: "\(folder)/a.tsv")
    try sink.write("all")
    try sink.finish()
    #expect(try files(inFolder: folder) == ["a.tsv"])
    #expect(try bytes(ofFile: "\(folder)/a.tsv") == Array("all".utf8))
    #expect(throws: FileError.self) { try ByteSink(path: "\(folder)/none/a.tsv") }
  }
}
