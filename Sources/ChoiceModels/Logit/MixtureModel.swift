public import Learning

/// A mixture of logits, also called latent class logit: customers of class k choose by the logit of class k.
public struct MixtureModel: ChoicePredictor, Equatable, Codable {
  /// Share of each class; they sum to 1.
  public let shares: [Double]

  /// Attraction of each product in each class, relative to all with the outside option.
  public let attractions: [[Double]]

  /// Attraction of buying nothing in each class, relative to all.
  public let outsideAttractions: [Double]

  /// Whether the likelihood stood still.
  public let status: SolveStatus

  /// Takes classes; shares and each class's attractions are divided by their sums.
  ///
  /// - Throws: `InvalidInput`.
  public init(
    shares: [Double], attractions: [[Double]], outsideAttractions: [Double], status: SolveStatus = .converged
  ) throws {
    var problems = Violations()
    let n = attractions.first?.count ?? 0
    problems.require(
      !shares.isEmpty && shares.count == attractions.count && shares.count == outsideAttractions.count,
      "classes",
      given: "\(shares.count) shares, \(attractions.count) rows", expected: "one row a share")
    problems.require(
      attractions.allSatisfy { $0.count == n }, "attractions", given: "rows of different lengths",
      expected: "\(n) each")
    problems.require(
      shares.allSatisfy { $0 >= 0 && $0.isFinite } && shares.reduce(0, +) > 0, "shares",
      given: "a sum of \(shares.reduce(0, +))", expected: "numbers from 0 on with a positive sum")
    for (k, row) in attractions.enumerated().prefix(outsideAttractions.count) {
      let all = row + [outsideAttractions[k]]
      problems.require(
        all.allSatisfy { $0 >= 0 && $0.isFinite } && all.reduce(0, +) > 0, "attractions of class \(k)",
        given: "a sum of \(all.reduce(0, +))", expected: "numbers from 0 on with a positive sum")
    }
    try problems.throwIfAny()
    let total = shares.reduce(0, +)
    let sums = zip(attractions, outsideAttractions).map { $0.reduce($1, +) }
    self.shares = shares.map { $0 / total }
    self.attractions = zip(attractions, sums).map { row, sum in row.map { $0 / sum } }
    self.outsideAttractions = zip(outsideAttractions, sums).map { $0 / $1 }
    self.status = status
  }

  /// How many products there are.
  public var productCount: Int { attractions.first?.count ?? 0 }

  /// Choice probabilities.
  public func probabilities(offered: ProductSet) -> [Double] {
    var result = [Double](repeating: 0, count: productCount)
    for (k, row) in attractions.enumerated() {
      var sum = outsideAttractions[k]
      for i in row.indices where offered.contains(i) { sum += row[i] }
      guard sum > 0 else { continue }
      for i in row.indices where offered.contains(i) { result[i] += shares[k] * row[i] / sum }
    }
    return result
  }

  /// The same preferences where customers of every class buy nothing with the given probability when everything is on
  /// offer.
  ///
  /// - Throws: `InvalidInput` unless the share is above 0 and below 1.
  public func withOutsideShare(_ share: Double) throws -> MixtureModel {
    guard share > 0, share < 1 else {
      throw InvalidInput("outside share", given: share, expected: "above 0 and below 1")
    }
    return try MixtureModel(
      shares: shares,
      attractions: attractions.map { row in
        let bought = row.reduce(0, +)
        return row.map { $0 / bought * (1 - share) }
      }, outsideAttractions: shares.map { _ in share }, status: status)
  }

  /// The chain with the mixture's first choices and its second choices where one product is missing; an approximation
  /// where several are (J. Blanchet, G. Gallego, V. Goyal, 2016), without a number for every pair.
  ///
  /// - Throws: `InvalidInput` where a class has no outside option: its customers would never leave.
  public func chain() throws -> SubstitutionChain {
    let closed = outsideAttractions.indices.filter { outsideAttractions[$0] <= 0 }
    guard closed.isEmpty else {
      throw InvalidInput(
        "outside option", given: "none in class \(closed.map(String.init).joined(separator: ", "))",
        expected: "an attraction above 0", advice: "State the share of customers who buy nothing.")
    }
    let rows = LowRankTransitions(shares: shares, attractions: attractions)
    return try SubstitutionChain(firstChoice: rows.firstChoice, transitions: .lowRank(rows))
  }
}

extension MixtureModel: Predictor {
  /// Choice probabilities for an offer set of this model's products.
  ///
  /// - Throws: `InvalidInput` when the set is of another number of products.
  public func predict(_ query: ProductSet) throws -> [Double] {
    try query.check(productCount: productCount)
    return probabilities(offered: query)
  }
}
