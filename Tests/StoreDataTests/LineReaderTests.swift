import Probability
import Testing

@testable import StoreData

private func lines(_ bytes: [UInt8], maximumBytes: Int = 1 << 20) throws -> [String?] {
  let reader = LineReader(try ByteSource(bytes: bytes, name: "text"), maximumBytes: maximumBytes)
  var lines: [String?] = []
  while let line = try reader.nextText() {
    lines.append(line.text)
    #expect(line.number == lines.count)
  }
  return lines
}

@Test func `lines end with LF, CR LF or the file, and a byte order mark is dropped`() throws {
  #expect(try lines(Array("\u{FEFF}a\r\nb\n\nc".utf8)) == ["a", "b", "", "c"])
  #expect(try lines(Array("a\n".utf8)) == ["a"])
  #expect(try lines([]) == [])
  #expect(try lines(Array("\u{FEFF}".utf8)) == [""])
  #expect(try lines(Array("x\n\u{FEFF}y\rz".utf8)) == ["x", "\u{FEFF}y\rz"])
}

@Test func `bytes that are not UTF-8 become replacement characters`() throws {
  #expect(try lines([0x61, 0xFF, 0x62, 0x0A, 0xC3]) == ["a\u{FFFD}b", "\u{FFFD}"])
}

@Test func `a line longer than the limit is skipped and keeps its number`() throws {
  let long = [UInt8](repeating: 0x78, count: 3_000_000)
  let text = Array("a\n".utf8) + long + Array("\nb\n12345\n123456\n".utf8)
  #expect(try lines(text, maximumBytes: 5) == ["a", nil, "b", "12345", nil])
  #expect(try lines(long + [0x0A, 0x62], maximumBytes: 1 << 20) == [nil, "b"])
  #expect(try lines(long, maximumBytes: 4_000_000).map { $0?.utf8.count } == [3_000_000])
}

@Test func `random texts are cut as by splitting at line feeds`() throws {
  var generator = SeededGenerator(seed: 3)
  for _ in 0..<50 {
    let bytes = (0..<generator.integer(below: 900_000)).map { _ in
      generator.integer(below: 5000) == 0 ? 0x0A : UInt8(97 + generator.integer(below: 20))
    }
    var expected = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    if expected.last == "" { expected.removeLast() }
    #expect(try lines(bytes) == expected)
  }
}
