import Probability
import TestSupport
import Testing

@testable import Bandits

struct ChoiceTableTests {
  @Test func `probabilities sum to one and keep the floor`() {
    let table = ChoiceTable(preferences: [0, 3, 1, 0, 6], floor: 0.01)
    #expect(isClose(table.probabilities.reduce(0, +), to: 1, absolute: 1e-12))
    #expect(table.probabilities.allSatisfy { $0 >= 0.01 } && table.probabilities[4] > table.probabilities[1])
    let flat = ChoiceTable(preferences: [1, 5], floor: 0.9)
    #expect(flat.floor == 0.5 && flat.probabilities == [0.5, 0.5])
  }

  @Test func `draws are as frequent as their probabilities say`() {
    let table = ChoiceTable(preferences: [1, 0, 20, 300, 7], floor: 0.004)
    let stream = CounterStream("TEST", seed: 5)
    var counts = [Double](repeating: 0, count: 5)
    let draws = 400_000
    for sequence in 0..<UInt64(draws) { counts[table.choice(stream, sequence: sequence)] += 1 }
    var statistic = 0.0
    for (count, probability) in zip(counts, table.probabilities) {
      let expected = probability * Double(draws)
      statistic += (count - expected) * (count - expected) / expected
    }
    #expect(ChiSquared(degreesOfFreedom: 4).upperTail(statistic) > 1e-3)
  }

  @Test func `a decision depends on its number alone`() {
    let table = ChoiceTable(preferences: [1, 1, 1, 1])
    let stream = CounterStream("TEST", seed: 6)
    let forwards = (0..<100).map { table.choice(stream, sequence: UInt64($0)) }
    let backwards = (0..<100).reversed().map { table.choice(stream, sequence: UInt64($0)) }
    #expect(backwards.reversed() == forwards && Set(forwards).count == 4)
  }

  @Test func `top two draws again until another wins`() {
    let q = [0.5, 0.3, 0.2]
    let found = Exploration.topTwo(q, 0.5)
    for a in 0..<3 {
      var expected = 0.5 * q[a]
      for first in 0..<3 where first != a {
        let moved = q[first] * q[a] / (1 - q[first])
        expected += 0.5 * moved
      }
      #expect(isClose(found[a], to: expected, absolute: 1e-9))
    }
    #expect(isClose(found.reduce(0, +), to: 1, absolute: 1e-12))
    #expect(Exploration.topTwo([1, 0], 0.5) == [1, 0], "nothing else can win")
  }

  @Test func `greedy rules put everything on one choice, epsilon spreads its share`() throws {
    let space = try LayoutSpace(sizes: [2, 2])
    var learner = BetaLayoutLearner(space, perWidget: false)
    var history = LayoutHistory(layouts: 4)
    for step in 0..<40 {
      history.append([(layout: Int32(step % 4), isConverted: step % 4 == 2)])
      learner.learn(history)
    }
    var generator = SeededGenerator(seed: 1)
    #expect(Exploration.greedy.preferences(10, learner, using: &generator) == [0, 0, 1, 0])
    let spread = Exploration.epsilon(share: 0.2).preferences(10, learner, using: &generator)
    #expect(difference(of: spread, from: [0.05, 0.05, 0.85, 0.05], absolute: 1e-12) == nil)
    let bound = Exploration.upperBound(width: 0).preferences(10, learner, using: &generator)
    #expect(bound == [0, 0, 1, 0] && Exploration.greedy.isDeterministic)
  }

  @Test func `Thompson sampling chooses as often as a layout is best`() throws {
    let space = try LayoutSpace(sizes: [2])
    var learner = BetaLayoutLearner(space, perWidget: false)
    var history = LayoutHistory(layouts: 2)
    history.append([(0, true), (0, true), (0, false), (1, true), (1, false), (1, false)])
    learner.learn(history)
    var generator = SeededGenerator(seed: 2)
    let wins = Exploration.thompson(scale: 1).preferences(40_000, learner, using: &generator)
    // P(Beta(3, 2) > Beta(2, 3)) in closed form by quadrature.
    let rule = GaussLegendre(points: 40)
    let exact = rule.integral(over: 0...1) { (x: Double) -> Double in
      let density = 12 * x * x * (1 - x)
      return density * BetaFunctions.regularized(2, 3, x)
    }
    #expect(isClose(wins[0] / 40_000, to: exact, absolute: 0.01))
    let mixed = Exploration.mixed(most: 0.5, rest: 1, share: 0.25).preferences(
      1000, learner, using: &generator)
    #expect(mixed.reduce(0, +) == 1000)
  }
}
