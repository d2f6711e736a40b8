public import Learning
internal import LinearAlgebra
internal import Probability

/// What a panel can and cannot tell about a model's parameters.
public struct IdentificationReport: Sendable, Equatable {
  /// A set of features that only come together.
  public struct Group: Sendable, Equatable {
    /// The features.
    public let features: [String]
    /// The combination that is known best, as weights of the features.
    public let knownWeights: [Double]
    /// Its value.
    public let sum: Double
    /// Its standard error.
    public let sumError: Double
    /// The combination that is known least.
    public let unknownWeights: [Double]
    /// Its value.
    public let difference: Double
    /// Its standard error; nil where nothing is known of it.
    public let differenceError: Double?
  }

  /// The log-likelihood when one parameter is held.
  public struct Profile: Sendable, Equatable {
    /// The feature.
    public let name: String
    /// Values that were held, and the largest log-likelihood of the others.
    public let points: [(value: Double, logLikelihood: Double)]
    /// The .95 interval by the likelihood ratio; an end is nil where the likelihood does not fall enough.
    public let low: Double?
    /// Its upper end.
    public let high: Double?
    /// Whether the likelihood hardly depends on the parameter.
    public let isFlat: Bool

    /// Whether all parts are equal.
    public static func == (left: Self, right: Self) -> Bool {
      left.name == right.name && left.low == right.low && left.high == right.high
        && left.isFlat == right.isFlat
        && left.points.elementsEqual(right.points, by: ==)
    }
  }

  /// The likelihood and parameters under another discount.
  public struct DiscountPoint: Sendable, Equatable {
    /// The discount.
    public let discount: Double
    /// The log-likelihood.
    public let logLikelihood: Double
    /// The parameters.
    public let theta: [Double]
  }

  /// The estimate.
  public let estimate: StructuralEstimate
  /// Sets of features that are not told apart.
  public let groups: [Group]
  /// Share of the states, and of the choices, in states where the anchor was chosen; nil without an anchor.
  public let anchorCoverage: (states: Double, choices: Double)?
  /// States in which nothing was chosen.
  public let statesNeverSeen: Int
  /// Actions that were never chosen: their reward is not identified.
  public let actionsNeverChosen: [String]
  /// Profiles that were asked for.
  public let profiles: [Profile]
  /// Discounts that were asked for.
  public let discounts: [DiscountPoint]
  /// Whether the features describe the rewards; nil where there is no anchor to compare them by, or where not asked for.
  public let form: FormCheck?
  /// One sentence.
  public let verdict: String

  /// Whether all parts are equal.
  public static func == (left: Self, right: Self) -> Bool {
    left.estimate.parameters == right.estimate.parameters && left.groups == right.groups
      && left.anchorCoverage?.states == right.anchorCoverage?.states && left.profiles == right.profiles
      && left.discounts == right.discounts && left.form == right.form && left.verdict == right.verdict
  }
}

/// Says what a panel can tell.
public struct Identification: Codable, Sendable, Equatable {
  /// Features whose profile likelihood is wanted.
  public var profiles: [String] = []
  /// Discounts under which to estimate again.
  public var discounts: [Double] = []
  /// Whether rewards without a form are compared with those of the features.
  public var checksForm = true
  /// Points of a profile.
  public var points = 21

  /// Creates the default recipe.
  public init() {}

  /// Examines data.
  ///
  /// - Throws: ``InvalidInput`` listing unknown features and discounts out of range; `CancellationError`.
  public func examine(
    _ data: ChoiceData, anchor: Anchor?, on execution: Execution = Execution()
  ) throws -> IdentificationReport {
    let names = data.problem.features.names
    var problems = Violations()
    for name in profiles {
      problems.require(
        names.contains(name), "profile", given: name, expected: "one of \(names.joined(separator: ", "))")
    }
    for discount in discounts {
      problems.require(
        discount >= 0 && discount <= ChoiceModelFile.largestDiscount, "discounts", given: discount,
        expected: "0 to \(ChoiceModelFile.largestDiscount)")
    }
    problems.require((3...1001).contains(points), "points", given: points, expected: "3 to 1001")
    try problems.throwIfAny()
    let estimate = try NestedFixedPoint().fit(data, on: execution)
    let sums = data.counts.ofStates
    let chosen = data.counts.ofActions
    let groups = Self.groups(estimate)
    return IdentificationReport(
      estimate: estimate, groups: groups, anchorCoverage: anchor.flatMap { Self.coverage($0, data.counts) },
      statesNeverSeen: sums.count { $0 == 0 },
      actionsNeverChosen: chosen.indices.filter { chosen[$0] == 0 }.map { data.problem.actions[$0].name },
      profiles: try profiles.map { try profile($0, estimate, data, execution) },
      discounts: try discounts.map { discount in
        var recipe = NestedFixedPoint()
        recipe.errors = .given
        let other = try ChoiceData(problem: data.problem.with(discount: discount), counts: data.counts)
        let found = try recipe.fit(other, on: execution)
        return .init(discount: discount, logLikelihood: found.logLikelihood, theta: found.theta)
      },
      form: checksForm && estimate.status == .converged
        ? try anchor.flatMap { try FormCheck(estimate, data, anchor: $0, on: execution) } : nil,
      verdict: Self.verdict(estimate, groups))
  }

  private static func coverage(_ anchor: Anchor, _ counts: ChoiceCounts) -> (states: Double, choices: Double)?
  {
    guard case .action(let action) = anchor.weighting else { return nil }
    let sums = counts.ofStates
    let covered = sums.indices.filter { counts.values[action * counts.stateCount + $0] > 0 }
    return (
      Double(covered.count) / Double(sums.count), covered.reduce(0) { $0 + sums[$1] } / counts.total
    )
  }

  /// For each inseparable set, the best and the least known combination of its features.
  static func groups(_ estimate: StructuralEstimate) -> [IdentificationReport.Group] {
    let names = estimate.parameters.map(\.name)
    return estimate.diagnosis.inseparable.compactMap { group in
      var part = DoubleMatrix(rows: group.count, columns: group.count)
      for (i, a) in group.enumerated() {
        for (j, b) in group.enumerated() { part[i, j] = estimate.diagnosis.covariance[a, b] }
      }
      // The least known direction of the information, on these features alone.
      guard
        let worst = estimate.diagnosis.directions.first(where: { direction in
          direction.index.map { $0 > InformationDiagnosis.limit } ?? true
            && group.allSatisfy { abs(direction.weights[$0]) > InformationDiagnosis.weight }
        })
      else { return nil }
      let signs = group.map { worst.weights[$0] < 0 ? -1.0 : 1.0 }
      // The opposite signs give the combination that is known.
      let unknown = signs.map { $0 * signs[0] }
      let known = group.count == 2 ? [1, -unknown[1]] : group.map { _ in 1.0 }
      func error(_ weights: [Double]) -> Double {
        max(0, zip(weights, part.multiplied(by: weights)).reduce(0) { $0 + $1.0 * $1.1 }).squareRoot()
      }
      func value(_ weights: [Double]) -> Double {
        zip(weights, group).reduce(0) { $0 + $1.0 * estimate.parameters[$1.1].value }
      }
      return IdentificationReport.Group(
        features: group.map { names[$0] }, knownWeights: known, sum: value(known), sumError: error(known),
        unknownWeights: unknown, difference: value(unknown),
        differenceError: worst.index == nil ? nil : error(unknown))
    }
  }

  private static func verdict(_ estimate: StructuralEstimate, _ groups: [IdentificationReport.Group])
    -> String
  {
    let names = estimate.parameters
    let nothing = names.filter { $0.verdict == .notIdentified }.map(\.name)
    var parts: [String] = []
    if !nothing.isEmpty {
      parts.append("\(nothing.joined(separator: ", ")): \(Verdict.notIdentified.rawValue)")
    }
    for group in groups {
      parts.append(
        "\(group.features.joined(separator: " and ")): \(Verdict.notSeparate.rawValue), only in combination")
    }
    let weak = names.filter { $0.verdict == .weak }.map(\.name)
    if !weak.isEmpty { parts.append("\(weak.joined(separator: ", ")): \(Verdict.weak.rawValue)") }
    if parts.isEmpty { return "all parameters are \(Verdict.separate.rawValue)" }
    return parts.joined(separator: "; ")
  }

  /// Holds one parameter at points around its estimate and maximises over the others.
  private func profile(
    _ name: String, _ estimate: StructuralEstimate, _ data: ChoiceData, _ execution: Execution
  ) throws -> IdentificationReport.Profile {
    let features = data.problem.features
    let held = features.names.firstIndex(of: name) ?? 0
    let others = features.names.indices.filter { $0 != held }
    let center = estimate.theta[held]
    let error = estimate.parameters[held].standardError ?? max(1, abs(center))
    let width = 4 * (error > 0 ? error : 1)
    var points: [(value: Double, logLikelihood: Double)] = []
    var start = others.map { estimate.theta[$0] }
    for place in 0..<self.points {
      let value = center + width * (2 * Double(place) / Double(self.points - 1) - 1)
      let problem = try data.problem.with(features: features.holding(held, at: value))
      var likelihood = ChoiceLikelihood(problem: problem, counts: data.counts)
      let found = try LikelihoodSearch().maximise(&likelihood, from: start, on: execution)
      if found.point.value.isFinite { start = found.point.theta }
      points.append((value, found.point.logLikelihood))
    }
    let best = max(estimate.logLikelihood, points.map(\.logLikelihood).max() ?? 0)
    let threshold = best - ChiSquared(degreesOfFreedom: 1).quantile(0.95) / 2
    return IdentificationReport.Profile(
      name: name, points: points, low: Self.crossing(points, threshold, rising: true),
      high: Self.crossing(points, threshold, rising: false),
      isFlat: points.allSatisfy { $0.logLikelihood > threshold })
  }

  /// Where a profile crosses a threshold, between its points linearly.
  private static func crossing(
    _ points: [(value: Double, logLikelihood: Double)], _ threshold: Double, rising: Bool
  ) -> Double? {
    let inside = points.indices.filter { points[$0].logLikelihood >= threshold }
    guard let edge = rising ? inside.first : inside.last else { return nil }
    let outer = rising ? edge - 1 : edge + 1
    guard points.indices.contains(outer) else { return nil }
    let (a, b) = (points[outer], points[edge])
    let share = (threshold - a.logLikelihood) / (b.logLikelihood - a.logLikelihood)
    return a.value + share * (b.value - a.value)
  }
}

extension RewardFeatures {
  /// The features without one, whose part with a value goes into what is known.
  func holding(_ feature: Int, at value: Double) throws -> RewardFeatures {
    var known = offset.isEmpty ? [Double](repeating: 0, count: stateCount * actionCount) : offset
    var rest: [Double] = []
    for action in 0..<actionCount {
      for k in names.indices {
        let from = start(action: action, feature: k)
        if k == feature {
          for s in 0..<stateCount { known[action * stateCount + s] += value * values[from + s] }
        } else {
          rest += values[from..<from + stateCount]
        }
      }
    }
    return try RewardFeatures(
      names: names.enumerated().filter { $0.offset != feature }.map(\.element), stateCount: stateCount,
      actionCount: actionCount, values: rest, offset: known)
  }
}
