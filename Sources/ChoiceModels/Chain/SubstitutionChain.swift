public import Learning

/// Markov chain choice: a first wish, and for each product that is not there the next one, or leaving.
///
/// A customer's first wish is product i with probability `firstChoice[i]`, or nothing. Who finds the product buys it;
/// who does not goes on to product j with probability `transitions(i, j)`, or leaves with probability `leaving[i]`. The
/// same customer meets the same chain whatever is on offer.
///
///     let chain = try SubstitutionChain(
///       firstChoice: [0.5, 0.5], transitions: .dense(DenseTransitions(productCount: 2, values: [0, 0.8, 0.4, 0])))
///     chain.probabilities(offered: ProductSet(productCount: 2, [0]))     // [0.7, 0]
///
/// J. Blanchet, G. Gallego, V. Goyal: "A Markov chain approximation to choice modeling", Operations Research 64(4), 2016.
public struct SubstitutionChain: ChoicePredictor, Equatable {
  /// Probability that each product is the first wish; with ``noWish`` they sum to 1.
  public let firstChoice: [Double]

  /// Where customers go from each product that is not there.
  public let transitions: Transitions

  /// Probability of leaving from each product that is not there.
  public let leaving: [Double]

  /// What was put right in the numbers that were given.
  public let adjustments: Adjustments

  /// What was put right in the numbers that a chain was made from.
  public struct Adjustments: Sendable, Equatable, Codable {
    /// Rows whose sum was not 1 by at most 1e-6 and that were divided by it.
    public var renormalisedRows = 0
    /// Products whose customers would have gone on to the product itself; the row was divided by what remains.
    public var removedSelfTransitions = 0
  }

  /// Checks and takes the numbers of a chain.
  ///
  /// - Parameters:
  ///   - firstChoice: not negative; their sum is at most 1, the rest wishes nothing.
  ///   - transitions: not negative.
  ///   - leaving: one a product; by default what is missing to 1 in each row.
  /// - Throws: `InvalidInput` naming row, sum and what is expected, at most 10 of a kind; also when customers of some
  ///   product would never leave.
  public init(firstChoice: [Double], transitions: Transitions, leaving: [Double]? = nil) throws {
    var checked = CheckedChain(firstChoice: firstChoice, transitions: transitions, leaving: leaving)
    try checked.check()
    self.firstChoice = checked.firstChoice
    self.transitions = checked.transitions
    self.leaving = checked.leaving
    adjustments = checked.adjustments
  }

  /// How many products there are.
  public var productCount: Int { firstChoice.count }

  /// Probability that a customer wishes nothing from the start.
  public var noWish: Double { max(0, 1 - firstChoice.reduce(0, +)) }

  /// Choice probabilities to about 1e-13; see ``probabilities(offered:tolerance:)``.
  public func probabilities(offered: ProductSet) -> [Double] {
    probabilities(offered: offered, tolerance: 1e-13).value
  }
}

extension SubstitutionChain: Predictor {
  /// Choice probabilities for an offer set of this chain's products.
  ///
  /// - Throws: `InvalidInput` when the set is of another number of products.
  public func predict(_ query: ProductSet) throws -> [Double] {
    guard query.productCount == productCount else {
      throw InvalidInput(
        "offered", given: "a set out of \(query.productCount) products",
        expected: "\(productCount) as in the model")
    }
    return probabilities(offered: query)
  }
}
