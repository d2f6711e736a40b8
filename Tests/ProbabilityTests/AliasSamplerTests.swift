import Probability
import Testing

@Test func `positions are drawn as often as their weights say`() {
  for weights in [[1.0], [3, 1], [0, 5, 0, 1, 4], (1...300).map { 1 / Double($0) }] {
    let sampler = AliasSampler(weights: weights)
    var generator = SeededGenerator(seed: 6)
    var counts = [Double](repeating: 0, count: weights.count)
    let draws = 400_000.0
    for _ in 0..<Int(draws) { counts[sampler.draw(using: &generator)] += 1 }
    let sum = weights.reduce(0, +)
    for (count, weight) in zip(counts, weights) {
      let share = weight / sum
      #expect(abs(count / draws - share) <= 5 * (share * (1 - share) / draws).squareRoot())
    }
  }
}

@Test func `normal and exponential numbers have their moments`() {
  var generator = SeededGenerator(seed: 7)
  let count = 400_000
  let normal = (0..<count).map { _ in generator.normal() }
  let waiting = (0..<count).map { _ in generator.exponential() }
  func moment(_ values: [Double], _ power: Int) -> Double {
    values.reduce(0) { sum, value in sum + (0..<power).reduce(1) { product, _ in product * value } }
      / Double(count)
  }
  // Five standard errors of each moment.
  #expect(
    abs(moment(normal, 1)) < 0.008 && abs(moment(normal, 2) - 1) < 0.012 && abs(moment(normal, 4) - 3) < 0.08)
  #expect(abs(moment(waiting, 1) - 1) < 0.008 && abs(moment(waiting, 2) - 2) < 0.036)
  #expect(waiting.allSatisfy { $0 >= 0 && $0.isFinite })
}
