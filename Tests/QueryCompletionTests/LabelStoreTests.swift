import LinearAlgebra
import Probability
import Testing

@testable import QueryCompletion

@Suite struct LabelStoreTests {
  /// Random keys over a small alphabet, so that they share beginnings.
  static func keys(_ count: Int, seed: UInt64) -> [[UInt8]] {
    var generator = SeededGenerator(seed: seed)
    var keys: Set<[UInt8]> = []
    while keys.count < count {
      keys.insert((0...generator.integer(below: 9)).map { _ in UInt8(97 + generator.integer(below: 3)) })
    }
    return keys.sorted { $0.lexicographicallyPrecedes($1) }
  }

  @Test func `every key and surface comes back, and a prefix is one interval`() {
    for (seed, count) in [(1, 0), (2, 1), (3, 16), (4, 17), (5, 700)] {
      let keys = Self.keys(count, seed: UInt64(seed))
      let store = LabelStore(
        sorted: keys.enumerated().map { (key: $1, surface: $0.isMultiple(of: 3) ? Array("S\($0)".utf8) : $1) }
      )
      for (label, key) in keys.enumerated() {
        #expect(store.key(of: label) == key)
        #expect(store.label(of: key) == label)
        #expect(
          store.surface(of: label)
            == (label.isMultiple(of: 3) ? "S\(label)" : String(decoding: key, as: UTF8.self)))
      }
      for prefix in [[], [97], [98, 97], [99, 99, 99, 99], [100]] + keys.prefix(50) {
        let expected = keys.indices.filter { keys[$0].starts(with: prefix) }
        #expect(Array(store.interval(of: prefix)) == expected)
      }
      #expect(store.label(of: Array("zz".utf8)) == nil)
    }
  }

  @Test func `maxima hand out any interval as sorting does, ties by label`() {
    var generator = SeededGenerator(seed: 7)
    for count in [0, 1, 63, 64, 65, 5000] {
      var maxima = RangeMaxima((0..<count).map { _ in Float(generator.integer(below: 40)) })
      for _ in 0..<min(count, 20) {
        maxima.set(Float(generator.integer(below: 60)), of: generator.integer(below: count))
      }
      var iterator = RangeMaxima.Iterator()
      for _ in 0..<40 {
        let low = generator.integer(below: count + 1)
        let interval = low..<low + generator.integer(below: count - low + 1)
        iterator.restart(maxima, in: interval)
        let expected = interval.sorted { (maxima.scores[$0], $1) > (maxima.scores[$1], $0) }
        for label in expected.prefix(100) { #expect(iterator.next(maxima)?.label == label) }
        if expected.count <= 100 { #expect(iterator.next(maxima) == nil) }
      }
    }
  }

  @Test func `normalising folds case, accents and marks and keeps one trailing blank of a prefix`() {
    let normalizer = QueryNormalizer()
    #expect(normalizer.key("Café  LATTE's") == "cafe lattes")
    #expect(normalizer.key("1/2\" x 7.5, a/b") == "1/2 x 7.5 a b")
    #expect(normalizer.key("net ") == "net")
    #expect(normalizer.key("net  ", keepsTrailingBlank: true) == "net ")
    #expect(normalizer.key("size 1/", keepsTrailingBlank: true) == "size 1")
    #expect(normalizer.key("a/", keepsTrailingBlank: true) == "a ")
    #expect(normalizer.key(" !? ", keepsTrailingBlank: true) == "")
    #expect(normalizer.key("东京 タワー") == normalizer.key("东京  タワー "))
    #expect(normalizer.key("ILIK") == normalizer.key("ılık") && normalizer.key("İstanbul") == "istanbul")
  }
}
