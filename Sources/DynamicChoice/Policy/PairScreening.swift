internal import LinearAlgebra

/// The test of whether two variables of the state act on choices together, beyond what each does alone.
public struct PairTest: Codable, Sendable, Equatable {
  /// The first variable.
  public let first: String
  /// The second variable.
  public let second: String
  /// The probability of so large a score where they do not.
  public let pValue: Double
  /// Whether their products entered the logit.
  public let isKept: Bool
}

/// A ridge logit on a design, with the products of pairs of its variables that pass score tests.
struct PairScreening {
  /// Level of all tests together.
  static let level = 0.01

  /// All tests, in the order of the variables.
  let tests: [PairTest]

  /// A x S probabilities of the logit with the pairs that are kept.
  let policy: [Double]

  /// Tests every pair at the level divided by their number and fits again.
  init(_ design: StateDesign, counts: ChoiceCounts, ridge: Double) {
    let byState = counts.byState
    func fit(_ columns: DoubleMatrix) -> MultinomialLogit {
      MultinomialLogit(
        design: columns, counts: byState, ridge: [Double](repeating: ridge, count: columns.columns))
    }
    let base = fit(design.columns)
    let test = ScoreTest(base: design.columns, logit: base, counts: byState)
    let pairs = design.variables.indices.flatMap { i in
      design.variables.indices.dropFirst(i + 1).map { (i, $0) }
    }
    var (tests, kept) = ([PairTest](), [DoubleMatrix]())
    for (i, j) in pairs {
      let products = design.products(design.variables[i], design.variables[j])
      let pValue = test.pValue(products)
      let isKept = pValue < Self.level / Double(pairs.count)
      if isKept { kept.append(products) }
      tests.append(
        PairTest(
          first: design.variables[i].name, second: design.variables[j].name, pValue: pValue, isKept: isKept))
    }
    let full = kept.isEmpty ? design.columns : design.adding(kept)
    self.tests = tests
    policy = actionMajor((kept.isEmpty ? base : fit(full)).logPolicy(full)).map { exponential($0) }
  }
}
