import Probability
import Testing

@Suite struct BootstrapTests {
  @Test func `95 percent intervals cover the true mean about 95 times in 100`() {
    var generator = SeededGenerator(seed: 4)
    var bootstrap = Bootstrap()
    bootstrap.draws = 400
    var covered = 0
    for _ in 0..<500 {
      // Mean of the square of a uniform number: 1/3; a skewed distribution, as metrics are.
      let values = (0..<60).map { _ in
        let u = generator.uniform()
        return u * u
      }
      let interval = bootstrap.mean(of: values)!
      if interval.low <= 1.0 / 3, 1.0 / 3 <= interval.high { covered += 1 }
    }
    #expect((450...490).contains(covered), "\(covered) of 500")
  }

  @Test func `the width is that of the normal approximation`() throws {
    var generator = SeededGenerator(seed: 5)
    let values = (0..<1000).map { _ in generator.uniform() }
    let interval = try #require(Bootstrap().mean(of: values))
    let mean = values.reduce(0, +) / 1000
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1000).squareRoot()
    let expected = 2 * 1.96 * deviation / 1000.0.squareRoot()
    #expect(abs((interval.high - interval.low) / expected - 1) < 0.05)
    #expect(interval.estimate == mean)
  }

  @Test func `a paired comparison removes what both share`() throws {
    var generator = SeededGenerator(seed: 6)
    let difficulty = (0..<200).map { _ in generator.uniform() }
    let ours = difficulty.map { $0 + 0.01 }
    let paired = try #require(Bootstrap().meanDifference(ours, minus: difficulty))
    #expect(abs(paired.low - 0.01) < 1e-12 && abs(paired.high - 0.01) < 1e-12)
  }

  @Test func `one seed gives one interval and another seed another`() {
    let values = (0..<50).map { Double($0 * $0 % 17) }
    var other = Bootstrap()
    other.seed = 2
    #expect(Bootstrap().mean(of: values) == Bootstrap().mean(of: values))
    #expect(Bootstrap().mean(of: values) != other.mean(of: values))
  }

  @Test func `no value has no interval and one value is its own`() {
    #expect(Bootstrap().mean(of: []) == nil)
    #expect(Bootstrap().mean(of: [3]) == ConfidenceInterval(estimate: 3, low: 3, high: 3, level: 0.95))
  }
}
