import Bandits
import Glibc
import Probability
import TestSupport
import Testing

struct DelayedFeedbackTests {
  private func feedback() -> DelayedFeedback {
    var feedback = DelayedFeedback(arms: 2)
    for step in 0..<100 {
      feedback.show(step % 2, at: Double(step))
      if step % 10 == 0 { feedback.convert(impression: step, after: Double(step % 30)) }
    }
    return feedback
  }

  @Test func `naive counts what has come`() {
    let (shows, conversions) = feedback().counts(at: 1000, rule: .naive)
    #expect(shows == [50, 50] && conversions == [10, 0])
    let early = feedback().counts(at: 45, rule: .naive)
    #expect(early.shows == [23, 23] && early.conversions == [4, 0], "the one of step 40 takes ten steps")
  }

  @Test func `waiting counts only what is old enough, and only what came within the window`() {
    let (shows, conversions) = feedback().counts(at: 99, rule: .wait(15))
    // Steps 0 to 84; delays of 20 (steps 20, 50, 80) are beyond the window.
    #expect(shows == [43, 42] && conversions == [6, 0])
  }

  @Test func `every rule agrees with naive where conversions are instant`() {
    var instant = DelayedFeedback(arms: 2)
    for step in 0..<60 {
      instant.show(step % 2, at: Double(step))
      if step % 6 == 0 { instant.convert(impression: step, after: 0) }
    }
    let naive = instant.counts(at: 60, rule: .naive)
    for rule in [DelayRule.exposure, .exposurePerArm, .pseudoConversions, .pseudoConversionsPerArm, .wait(0)]
    {
      let counts = instant.counts(at: 60, rule: rule)
      #expect(counts.shows == naive.shows && counts.conversions == naive.conversions, "\(rule)")
    }
  }

  @Test func `without a conversion the prior law serves`() {
    var none = DelayedFeedback(arms: 1)
    for step in 0..<50 { none.show(0, at: Double(step)) }
    let law = none.estimatedLaw(at: 50, perArm: true)
    #expect(law.rate[0].isFinite && law.rate[0] > 0 && law.conversion[0] > 0)
    let counts = none.counts(at: 50, rule: .pseudoConversions)
    #expect(counts.conversions[0] > 0 && counts.conversions[0] < 5)
    let empty = DelayedFeedback(arms: 3).counts(at: 5, rule: .pseudoConversions)
    #expect(empty.shows == [0, 0, 0] && empty.conversions == [0, 0, 0])
  }

  @Test func `a second conversion does not count, a clock that goes backwards does no harm`() {
    var feedback = DelayedFeedback(arms: 1)
    feedback.show(0, at: 10)
    feedback.convert(impression: 0, after: -5)
    feedback.convert(impression: 0, after: 3)
    #expect(feedback.counts(at: 10, rule: .naive).conversions == [1])
    #expect(feedback.counts(at: 9, rule: .naive).shows == [0], "not shown yet")
  }

  @Test func `rates of conversion and of delay are found again`() {
    let stream = CounterStream("LATE", seed: 3)
    var feedback = DelayedFeedback(arms: 2)
    let (p, means) = ([0.2, 0.1], [500.0, 3000])
    for step in 0..<20_000 {
      let (arm, number) = (step % 2, UInt64(step))
      feedback.show(arm, at: Double(step))
      if stream.uniform(2 * number) < p[arm] {
        feedback.convert(impression: step, after: -means[arm] * log1p(-stream.uniform(2 * number + 1)))
      }
    }
    let law = feedback.estimatedLaw(at: 20_000, perArm: true)
    for arm in 0..<2 {
      #expect(isClose(law.conversion[arm], to: p[arm], relative: 0.1))
      #expect(isClose(1 / law.rate[arm], to: means[arm], relative: 0.15))
    }
    let naive = feedback.counts(at: 20_000, rule: .naive)
    let pseudo = feedback.counts(at: 20_000, rule: .pseudoConversionsPerArm)
    #expect(naive.conversions[1] / naive.shows[1] < 0.095, "what is late is missing")
    #expect(isClose(pseudo.conversions[1] / pseudo.shows[1], to: 0.1, relative: 0.1))
  }

  @Test func `a simulation is repeated exactly`() {
    var simulation = DelaySimulation()
    simulation.steps = 2000
    #expect(simulation.regret(.pseudoConversions, seed: 4) == simulation.regret(.pseudoConversions, seed: 4))
    #expect(simulation.meanDelays(seed: 1) == [Double](repeating: 1000, count: 10))
  }
}
