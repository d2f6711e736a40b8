public import Learning

/// Multinomial logit: product i is chosen with probability `v_i / (v_0 + sum of v over the offer set)`.
///
/// R. D. Luce: "Individual Choice Behavior", 1959. Irrelevant alternatives have no influence: the ratio of two products'
/// probabilities is the same in every offer set.
public struct LogitModel: ChoicePredictor, Equatable, Codable {
  /// Attraction of each product, relative to all together with the outside option: they sum to 1 with it.
  public let attractions: [Double]

  /// Attraction of buying nothing, relative to all; 0 for a model that is conditional on purchase.
  public let outsideAttraction: Double

  /// Standard error of each log-attraction relative to the reference; nil where the data does not determine it.
  ///
  /// The reference is buying nothing, or the most popular product where no-purchases were not recorded.
  public let standardErrors: [Double?]

  /// Whether the last step changed no attraction by more than the tolerance.
  public let status: SolveStatus

  /// Takes attractions, none negative, their sum positive; they are divided by it.
  ///
  /// - Throws: `InvalidInput`.
  public init(
    attractions: [Double], outsideAttraction: Double, standardErrors: [Double?] = [],
    status: SolveStatus = .converged
  ) throws {
    let sum = attractions.reduce(outsideAttraction, +)
    var problems = Violations()
    problems.require(
      (attractions + [outsideAttraction]).allSatisfy { $0 >= 0 && $0.isFinite } && sum > 0, "attractions",
      given: "a sum of \(sum)", expected: "numbers from 0 on with a positive sum")
    try problems.throwIfAny()
    self.attractions = attractions.map { $0 / sum }
    self.outsideAttraction = outsideAttraction / sum
    self.standardErrors = standardErrors
    self.status = status
  }

  /// How many products there are.
  public var productCount: Int { attractions.count }

  /// Choice probabilities; 0 of everything where nothing attractive is on offer.
  public func probabilities(offered: ProductSet) -> [Double] {
    let values = zip(attractions, offered.flags).map { $1 ? $0 : 0 }
    let sum = values.reduce(outsideAttraction, +)
    return sum > 0 ? values.map { $0 / sum } : values
  }

  /// Change in percent of product j's probability when the attraction of i grows by 1 %, at an offer set.
  ///
  /// `1 - p_i` of a product itself, `-p_i` of any other: substitution in proportion to popularity.
  public func elasticity(of product: Int, to changed: Int, offered: ProductSet) -> Double {
    (product == changed ? 1 : 0) - probabilities(offered: offered)[changed]
  }

  /// The substitution chain with the same choice probabilities: `rho_ij = v_j / (V - v_i)`.
  ///
  /// - Throws: `InvalidInput` for a model conditional on purchase: nobody would ever leave.
  public func chain() throws -> SubstitutionChain {
    guard outsideAttraction > 0 else {
      throw InvalidInput(
        "outside option", given: "none: the sales have no customers without purchase",
        expected: "an attraction above 0",
        advice: "State the share of customers who buy nothing.")
    }
    return try SubstitutionChain(
      firstChoice: attractions,
      transitions: .lowRank(LowRankTransitions(shares: [1], attractions: [attractions])))
  }

  /// The same preferences where customers buy nothing with the given probability when everything is on offer.
  ///
  /// - Throws: `InvalidInput` unless the share is above 0 and below 1.
  public func withOutsideShare(_ share: Double) throws -> LogitModel {
    guard share > 0, share < 1 else {
      throw InvalidInput("outside share", given: share, expected: "above 0 and below 1")
    }
    let bought = attractions.reduce(0, +)
    return try LogitModel(
      attractions: attractions.map { $0 / bought * (1 - share) }, outsideAttraction: share,
      standardErrors: standardErrors, status: status)
  }
}

extension LogitModel: Predictor {
  /// Choice probabilities for an offer set of this model's products.
  ///
  /// - Throws: `InvalidInput` when the set is of another number of products.
  public func predict(_ query: ProductSet) throws -> [Double] {
    try query.check(productCount: productCount)
    return probabilities(offered: query)
  }
}

extension ProductSet {
  /// Throws when the set is of another number of products.
  func check(productCount: Int) throws {
    guard self.productCount == productCount else {
      throw InvalidInput(
        "offered", given: "a set out of \(self.productCount) products",
        expected: "\(productCount) as in the model")
    }
  }
}
