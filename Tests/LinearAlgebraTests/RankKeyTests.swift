import LinearAlgebra
import Probability
import Testing

@Suite struct RankKeyTests {
  private func keys(_ count: Int, values: Int, seed: UInt64) -> [RankKey] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      RankKey(
        score: Float(generator.integer(below: values)) - 3, id: UInt32(generator.integer(below: values)))
    }
  }

  // With few values keys repeat, as they do where a stored order of labels is altered.
  @Test(arguments: [1, 2, 3, 24, 128, 129, 1000], [2, 50, 1_000_000])
  func `the largest keys come first in descending order`(count: Int, values: Int) {
    for seed in 0..<20 as Range<UInt64> {
      let all = keys(count, values: values, seed: seed)
      let sorted = all.sorted(by: >)
      for k in Set([1, 2, count / 3 + 1, max(1, count - 1), count]) where k <= count {
        var kept = all
        kept.keepLargest(k)
        #expect(kept == Array(sorted[..<k]))
      }
    }
  }

  @Test func `selecting keeps every key`() {
    let all = keys(777, values: 400, seed: 5)
    var moved = all
    moved.withUnsafeMutableBufferPointer { selectLargest(100, in: $0) }
    #expect(moved.sorted() == all.sorted())
    #expect(moved[..<100].min()! >= moved[100...].max()!)
  }

  @Test func `nothing is kept of nothing`() {
    var none: [RankKey] = []
    none.keepLargest(3)
    #expect(none.isEmpty)
    var some = keys(3, values: 9, seed: 1)
    some.keepLargest(0)
    #expect(some.isEmpty)
  }

  @Test func `of equal scores the smaller identifier ranks first`() {
    var pair = [RankKey(score: 1, id: 9), RankKey(score: 1, id: 2), RankKey(score: -0.5, id: 1)]
    pair.keepLargest(2)
    #expect(pair.map(\.id) == [2, 9])
  }
}
