import Bandits
import Glibc
import Learning
import Probability
import Testing

struct DiversifierTests {
  /// Candidates of the published study: p = .01 + .2 u³, category floor(4 u').
  private func instance(_ number: UInt64, _ count: Int) -> (p: [Double], categories: [Int]) {
    let stream = CounterStream("DIVR", seed: number)
    return (
      (0..<count).map { 0.01 + 0.2 * pow(stream.uniform(UInt64(2 * $0)), 3) },
      (0..<count).map { Int(4 * stream.uniform(UInt64(2 * $0 + 1))) }
    )
  }

  private func diversifier(_ strength: Double) -> Diversifier {
    var diversifier = Diversifier()
    diversifier.strength = strength
    return diversifier
  }

  @Test func `the published lists are reproduced`() throws {
    let (p, categories) = instance(0, 40)
    let equal = [0.25, 0.25, 0.25, 0.25]
    #expect(
      try diversifier(16).list(probabilities: p, categories: categories, preference: equal, limit: 8)
        == [16, 3, 24, 8, 6, 30, 2, 26])
    let liking = [1, 1, 10, 1].map { $0 / 13.0 }
    #expect(
      try diversifier(16).list(probabilities: p, categories: categories, preference: liking, limit: 8)
        == [16, 8, 2, 26, 3, 24, 30, 9])
  }

  @Test func `more strength brings more categories, as published`() throws {
    var means: [Double] = []
    for strength in [0.0, 1, 4, 16, 64] {
      var sum = 0
      for number in 0..<200 as Range<UInt64> {
        let (p, categories) = instance(number, 40)
        let list = try diversifier(strength).list(
          probabilities: p, categories: categories, preference: [0.25, 0.25, 0.25, 0.25], limit: 5)
        sum += Set(list.map { categories[$0] }).count
      }
      means.append(Double(sum) / 200)
    }
    #expect(means == [3.06, 3.24, 3.56, 3.9, 3.965])
  }

  @Test func `the lazy list is the plain greedy one and at least 63 percent of the best`() throws {
    for number in 0..<60 as Range<UInt64> {
      let (p, categories) = instance(number, 9)
      let preference = [0.4, 0.1, 0.2, 0.3]
      let diversifier = diversifier(16)
      func value(_ list: [Int]) -> Double {
        diversifier.value(of: list, probabilities: p, categories: categories, preference: preference)
      }
      var greedy: [Int] = []
      for _ in 0..<4 {
        let rest = p.indices.filter { !greedy.contains($0) }
        let next = rest.max { left, right in
          let (a, b) = (value(greedy + [left]), value(greedy + [right]))
          return abs(a - b) < 1e-15 ? left > right : a < b
        }
        greedy.append(try #require(next))
      }
      let lazy = try diversifier.list(
        probabilities: p, categories: categories, preference: preference, limit: 4)
      #expect(lazy == greedy)
      var best = 0.0
      for a in 0..<9 {
        for b in a + 1..<9 {
          for c in b + 1..<9 { for d in c + 1..<9 { best = max(best, value([a, b, c, d])) } }
        }
      }
      #expect(value(lazy) >= (1 - exp(-1)) * best)
    }
  }

  @Test func `value grows with every candidate, by less the more there are`() {
    var generator = SeededGenerator(seed: 8)
    let (p, categories) = instance(3, 20)
    let preference = [0.1, 0.2, 0.3, 0.4]
    for _ in 0..<2000 {
      var order = Array(0..<20)
      for place in stride(from: 19, to: 0, by: -1) {
        order.swapAt(place, generator.integer(below: place + 1))
      }
      let (small, large, next) = (Array(order[..<3]), Array(order[..<8]), order[10])
      func value(_ list: [Int]) -> Double {
        diversifier(4).value(of: list, probabilities: p, categories: categories, preference: preference)
      }
      let (early, late) = (value(small + [next]) - value(small), value(large + [next]) - value(large))
      #expect(late > 0 && early >= late - 1e-12)
    }
  }

  @Test func `a category that is clicked rises, fades with time and is capped`() {
    var preference = CategoryPreference(population: [1, 1, 2], halfLife: 30)
    #expect(preference.weights == [0.25, 0.25, 0.5] && !preference.prefers(0))
    for _ in 0..<4 { preference.click(0, at: 10) }
    let fresh = preference.weights[0]
    #expect(fresh == 5.0 / 8 && preference.prefers(0) && preference.weights[1] < 0.25)
    preference.click(1, at: 40)
    #expect(abs(preference.weights[0] - 3.0 / 7) < 1e-12, "half of four clicks after a half-life")
    for _ in 0..<1000 { preference.click(2, at: 40) }
    #expect(abs(preference.weights[2] - 52.0 / 57) < 1e-12)
  }

  @Test func `everything out of range is told at once, little works`() throws {
    let empty = try Diversifier().list(probabilities: [], categories: [], preference: [], limit: 3)
    #expect(empty.isEmpty)
    let zeros = try Diversifier().list(probabilities: [0, 0], categories: [0, 0], preference: [1], limit: 9)
    #expect(zeros == [0, 1])
    #expect {
      try diversifier(-1).list(
        probabilities: [0.1, .nan], categories: [0, 5, 1], preference: [-1], limit: 1)
    } throws: { error in
      "\(error)" == """
        strength: given -1.0, expected 0 or more and finite
        categories: given 3, expected 2, one for each candidate
        probabilities: given a number outside of 0 to 1, expected probabilities
        categories: given number 5, expected 0 to 0, as there are preferences
        preference: given a number below 0 or not finite, expected 0 or more
        """
    }
  }
}
