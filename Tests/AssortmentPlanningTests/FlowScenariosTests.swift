import ChoiceModels
import Probability
import Testing

@testable import AssortmentPlanning

@Suite struct FlowScenariosTests {
  @Test(arguments: [0.5, 0.99, 0.99999])
  func `what scenarios earn is never put below the truth, however seldom customers leave`(staying: Double)
    throws
  {
    // A ring: who misses a product asks for the next one.
    let (products, scenarios) = (5, 3)
    let ring = SparseTransitions(
      offsets: (0...UInt32(products)).map { $0 }, columns: (0..<UInt32(products)).map { ($0 + 1) % 5 },
      values: Array(repeating: staying, count: products))
    let chain = try SubstitutionChain(
      firstChoice: Array(repeating: 0.2, count: products), transitions: .sparse(ring))
    let arrivals = (0..<products * scenarios).map { Double(1 + $0 % 4) }
    var flow = FlowScenarios(chain, ring, arrivals: arrivals, scenarios: scenarios)
    var generator = SeededGenerator(seed: 3)
    for step in 0..<60 {
      // Now and then nothing is worth anything.
      let rewards = arrivals.map { _ in step % 7 == 6 ? 0 : 10 * generator.uniform() - 4 }
      var truth = 0.0
      for scenario in 0..<scenarios {
        for product in 0..<products {
          var (best, share) = (0.0, 1.0)
          for distance in 0..<products {
            best = max(best, share * rewards[(product + distance) % products * scenarios + scenario])
            share *= staying
          }
          truth += arrivals[product * scenarios + scenario] * best
        }
      }
      let earned = flow.evaluate(rewards)
      #expect(earned >= truth - 1e-9, "step \(step)")
      // Where customers leave it is the truth; elsewhere no more than everybody's best reward.
      if staying <= 0.5 { #expect(earned <= truth + 1e-6, "step \(step)") }
      if step % 7 == 6 { #expect(earned == 0, "step \(step)") }
    }
  }
}
