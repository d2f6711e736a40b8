public import Learning

/// Maximum likelihood of a reward that is linear in its parameters, with the values solved inside (NFXP).
///
///     let estimate = try NestedFixedPoint().fit(ChoiceData(problem: problem, counts: counts))
///     for parameter in estimate.parameters { print(parameter.name, parameter.value) }
///
/// J. Rust: "Optimal Replacement of GMC Bus Engines", Econometrica 55(5), 1987; with the poly-algorithm of Iskhakov, Lee,
/// Rust, Schjerning, Seo, Econometrica 84(1), 2016.
public struct NestedFixedPoint: Estimator {
  /// Where the search starts: one number for each feature; empty for one step of Hotz and Miller, or zeros where those fit better.
  public var start: [Double] = []

  /// How many starts are tried, the first as given, the others spread around it; the best end counts.
  public var starts = 1

  /// Weight of a penalty ridge / 2 theta'theta; above 0 where the choices alone do not bound the parameters.
  public var ridge = 0.0

  /// Steps of the search at the most.
  public var maximumIterations = 200

  /// How standard errors are found.
  public var errors = StandardErrors.twoStep

  /// Seeds the further starts.
  public var seed: UInt64 = 0

  /// Creates the default recipe.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(
      start.allSatisfy(\.isFinite), "start", given: "NaN or infinity", expected: "finite numbers, or none")
    found.require((1...1000).contains(starts), "starts", given: starts, expected: "1 to 1000")
    found.require(ridge >= 0 && ridge.isFinite, "ridge", given: ridge, expected: "0 or more")
    found.require(
      (1...100_000).contains(maximumIterations), "maximumIterations", given: maximumIterations,
      expected: "1 to 100000")
    return found.all
  }
}

/// How standard errors of structural parameters are found.
public enum StandardErrors: String, Codable, Sendable, CaseIterable {
  /// The inverse information, as if the transitions were known.
  case given
  /// Also with the error of the estimated transitions, where the data have them.
  case twoStep = "two-step"
  /// A sandwich that lets the choices of one customer depend on each other; transitions as given.
  case clustered = "cluster"

  /// Notes when data lack what these errors need.
  func require(of data: ChoiceData, _ problems: inout Violations) {
    problems.require(
      self != .clustered || data.customers != nil, "errors", given: rawValue,
      expected: "\(Self.given.rawValue) or \(Self.twoStep.rawValue)",
      advice: "The data do not say whose choices they are.")
  }
}
