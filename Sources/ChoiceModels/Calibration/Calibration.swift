public import Learning
internal import LinearAlgebra
internal import Probability

/// Turns any model of choice into a substitution chain.
///
/// `lambda_i = P(i | everything)`, `rho_ij = (P(j | all but i) - P(j | all)) / P(i | all)`: every customer is asked for the
/// first choice and, with the same randomness, for the choice without it. The chain is exact for logits and
/// approximates other models (J. Blanchet, G. Gallego, V. Goyal, 2016); how well is measured at the end on random offer
/// sets, next to the logit of the same first choices and to the noise of sampling.
///
///     let calibrated = try Calibration().chain(of: MultiStepChoice(...))
///     calibrated.selfTest.distances       // at 20, 50 and 80 % of the products on offer
public struct Calibration: Codable, Sendable, Equatable {
  /// Customers that are drawn, 100 or more.
  public var customers = 100_000

  /// Customers that judge each offer set of the self-test, 100 or more; half of them measure the noise.
  public var testCustomers = 100_000

  /// Seed of the customers.
  public var seed: UInt64 = 0

  /// Creates the default calibration.
  public init() {}

  /// What is out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(customers >= 100, "customers", given: customers, expected: "100 or more")
    found.require(testCustomers >= 100, "testCustomers", given: testCustomers, expected: "100 or more")
    return found.all
  }

  /// The chain of a model that can be asked customer by customer.
  ///
  /// - Throws: `InvalidInput`; `CancellationError`.
  public func chain<Oracle: ChoiceOracle>(
    of oracle: Oracle, on execution: Execution = Execution()
  ) throws -> CalibratedChain {
    try Violations(violations).throwIfAny()
    let n = oracle.productCount
    let everything = ProductSet.all(n)
    let block = 2_000
    let blocks = (customers + block - 1) / block
    let seen: [[(first: Int32, second: Int32)]] = try concurrentMap(
      count: blocks, threads: execution.threads, scratch: { everything }
    ) { offered, index in
      try execution.cancellation.check()
      var generator = SeededGenerator(seed: seed, stream: UInt64(index))
      return (index * block..<min(customers, (index + 1) * block)).map { _ in
        let customer = oracle.draw(using: &generator)
        guard let first = oracle.choose(customer, offered: everything) else { return (Int32(n), Int32(n)) }
        offered.remove(first)
        let second = oracle.choose(customer, offered: offered)
        offered.insert(first)
        return (Int32(first), Int32(second ?? n))
      }
    }
    var counts = [[Int32: Double]](repeating: [:], count: n)
    var first = [Double](repeating: 0, count: n + 1)
    for pair in seen.joined() {
      first[Int(pair.first)] += 1
      if pair.first < n { counts[Int(pair.first)][pair.second, default: 0] += 1 }
    }
    var (offsets, columns, values): ([UInt32], [UInt32], [Double]) = ([0], [], [])
    var leaving = [Double](repeating: 1, count: n)
    for i in 0..<n {
      // A product that nobody chose first leads nowhere.
      // Where nobody of the sample left, one in 10^9 does, so that customers do not go round for ever.
      if first[i] > 0 { leaving[i] = max(1e-9, (counts[i][Int32(n)] ?? 0) / first[i]) }
      for (j, count) in counts[i].sorted(by: { $0.key < $1.key }) where j < n {
        columns.append(UInt32(j))
        values.append(count / first[i])
      }
      offsets.append(UInt32(columns.count))
    }
    let chain = try SubstitutionChain(
      firstChoice: first.dropLast().map { $0 / Double(customers) },
      transitions: .sparse(SparseTransitions(offsets: offsets, columns: columns, values: values)),
      leaving: leaving)
    let test = try SelfTest(
      of: chain, against: oracle, customers: testCustomers, seed: seed &+ 1, on: execution)
    return CalibratedChain(chain: chain, selfTest: test)
  }

  /// The chain of a model whose probabilities are known, product by product.
  ///
  /// Where the model is not regular, so that a product is chosen less when another is taken away, estimates are negative;
  /// they are set to 0 and the row is divided by its sum.
  ///
  /// - Throws: `InvalidInput`; `CancellationError`.
  /// - Complexity: O(products) questions
  public func chain(
    of predictor: some ChoicePredictor, on execution: Execution = Execution()
  ) throws -> (chain: SubstitutionChain, clippedMass: Double, status: SolveStatus) {
    let n = predictor.productCount
    let all = predictor.probabilities(offered: .all(n))
    let none = max(0, 1 - all.reduce(0, +))
    var values = [Double](repeating: 0, count: n * n)
    var leaving = [Double](repeating: 1, count: n)
    var clipped = 0.0
    for i in 0..<n where all[i] > 0 {
      try execution.cancellation.check()
      let without = predictor.probabilities(offered: ProductSet.all(n).removing(i))
      let left = max(0, 1 - without.reduce(0, +)) - none
      let moves = (0..<n).map { $0 == i ? 0 : (without[$0] - all[$0]) / all[i] } + [left / all[i]]
      let negative = moves.reduce(0) { $0 + max(0, -$1) }
      let sum = moves.reduce(0) { $0 + max(0, $1) }
      clipped += all[i] * negative
      guard sum > 0 else { continue }
      for j in 0..<n { values[i * n + j] = max(0, moves[j]) / sum }
      leaving[i] = max(0, moves[n]) / sum
    }
    let chain = try SubstitutionChain(
      firstChoice: all, transitions: .dense(DenseTransitions(productCount: n, values: values)),
      leaving: leaving)
    return (chain, clipped, clipped > 0.02 ? .poorApproximation : .converged)
  }
}
