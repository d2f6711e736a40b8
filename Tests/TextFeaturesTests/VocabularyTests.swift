import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import TextFeatures

struct VocabularyTests {
  private func randomWords(_ count: Int, seed: UInt64) -> [String] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      String(
        (0..<Int.random(in: 0...20, using: &generator)).map { _ in "abé東".randomElement(using: &generator)! })
    }
  }

  @Test func `words have the numbers of their first occurrence`() {
    let vocabulary = Vocabulary(words: ["drill", "saw", "drill", "", "é"])
    #expect(vocabulary.count == 4)
    #expect(["drill", "saw", "", "é", "bit"].map { vocabulary.id(of: $0) } == [0, 1, 2, 3, nil])
    #expect((0..<4).map { vocabulary[$0] } == ["drill", "saw", "", "é"])
    #expect(Vocabulary(words: []).id(of: "a") == nil)
  }

  @Test func `a vocabulary finds what a dictionary finds`() {
    var numbers: [String: Int] = [:]
    let words = randomWords(5000, seed: 1)
    for word in words where numbers[word] == nil { numbers[word] = numbers.count }
    let vocabulary = Vocabulary(words: words)
    #expect(vocabulary.count == numbers.count)
    for word in words + randomWords(5000, seed: 2) { #expect(vocabulary.id(of: word) == numbers[word]) }
  }

  @Test(arguments: [0, 1, 0xFFFF_FFFF, 0xF_0000_000F] as [UInt64])
  func `words whose hashes collide stay apart`(hashMask: UInt64) {
    let words = randomWords(400, seed: 3)
    var builder = Vocabulary.Builder(hashMask: hashMask)
    let numbers = words.map { word in
      var word = word
      return word.withUTF8 { builder.insert($0) }
    }
    let plain = Vocabulary(words: words)
    #expect(numbers == words.map { plain.id(of: $0)! })
    let vocabulary = builder.finish()
    #expect(vocabulary == plain)
    for word in words + randomWords(400, seed: 4) { #expect(vocabulary.id(of: word) == plain.id(of: word)) }
    let rehashed = plain.rehashed(hashMask)
    for word in words { #expect(rehashed.id(of: word) == plain.id(of: word)) }
  }

  @Test func `words are renumbered in a given order`() {
    var builder = Vocabulary.Builder()
    for word in ["a", "b", "c"] {
      var word = word
      _ = word.withUTF8 { builder.insert($0) }
    }
    let vocabulary = builder.finish(order: [2, 0])
    #expect((0..<2).map { vocabulary[$0] } == ["c", "a"])
    #expect(["a", "b", "c"].map { vocabulary.id(of: $0) } == [1, nil, 0])
  }

  @Test func `an archive holds the same vocabulary`() throws {
    let vocabulary = Vocabulary(words: randomWords(300, seed: 5))
    try withTemporaryFolder { path in
      try ModelArchive.write(to: path + "/m", kind: "v") { try vocabulary.write(to: &$0) }
      let opened = try Vocabulary(from: ModelArchive(contentsOf: path + "/m", kind: "v"))
      #expect(opened == vocabulary)
      for id in 0..<vocabulary.count { #expect(opened.id(of: vocabulary[id]) == id) }
    }
  }

  @Test func `altered tables give wrong words or none, never a crash`() throws {
    let words = randomWords(200, seed: 6)
    let vocabulary = Vocabulary(words: words)
    var generator = SeededGenerator(seed: 7)
    try withTemporaryFolder { path in
      try ModelArchive.write(to: path + "/m", kind: "v") { try vocabulary.write(to: &$0) }
      for file in ["offsets.bin", "text.bin", "slots.bin"] {
        let whole = try bytes(ofFile: "\(path)/m/\(file)")
        for _ in 0..<50 {
          var damaged = whole
          for _ in 0..<40 {
            damaged[Int.random(in: 0..<whole.count, using: &generator)] = [0, 0xFF, 0x7F].randomElement(
              using: &generator)!
          }
          try write(damaged, toFile: "\(path)/m/\(file)")
          let opened = try Vocabulary(from: ModelArchive(contentsOf: path + "/m", kind: "v"))
          for word in words { _ = opened.id(of: word) }
          for id in 0..<opened.count { _ = opened[id] }
        }
        try write([UInt8](repeating: 0xFF, count: whole.count), toFile: "\(path)/m/\(file)")
        let opened = try Vocabulary(from: ModelArchive(contentsOf: path + "/m", kind: "v"))
        for word in words { _ = opened.id(of: word) }
        try write(whole, toFile: "\(path)/m/\(file)")
      }
    }
  }

  @Test(arguments: [0, 1, .max] as [UInt64])
  func `a table of keys finds what a dictionary finds`(hashMask: UInt64) {
    var generator = SeededGenerator(seed: 8)
    var dictionary: [UInt64: UInt64] = [:]
    for _ in 0..<700 { dictionary[generator.next() >> 50] = generator.next() >> 1 }
    let keys = dictionary.keys.sorted()
    let table = KeyTable(keys: keys, values: keys.map { dictionary[$0]! }, hashMask: hashMask)
    for key in 0..<UInt64(1 << 14) { #expect(table.value(of: key) == dictionary[key] ?? KeyTable.free) }
    #expect(KeyTable(keys: [], values: []).value(of: 3) == KeyTable.free)
  }
}
