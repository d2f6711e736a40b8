/// What was found for all cases.
public struct CounterfactualReport: Sendable, Equatable {
  /// As it is.
  public let base: CaseReport
  /// Each case in its order.
  public let cases: [CaseReport]
}

/// What was found for one case.
public struct CaseReport: Sendable, Equatable {
  /// Its name.
  public let name: String
  /// What kind of change it is.
  public let kind: CounterfactualCase.Kind
  /// What it leads to.
  public let outcomes: MembershipOutcomes
  /// Discounted dollars a new customer gains over the base; nil where no value of a dollar is known.
  public let surplus: Double?
  /// 95 % bands of the figures by name; nil where they were not asked for or cannot be had.
  public let samplingBand: [String: Band]?
  /// Bands of the figures over rewards of the anchor; nil where they were not asked for.
  public let anchorBand: [String: Band]?
  /// Whether any figure depends on what the anchor is worth.
  public let dependsOnAnchor: Bool?
  /// "identified", or "not identified" where the anchor decides even about the sign of the surplus.
  public let verdict: String
  /// One sentence.
  public let explanation: String

  init(
    _ change: CounterfactualCase, _ outcomes: MembershipOutcomes, _ figures: [String: Double],
    _ sampling: [String: Band]?, _ anchor: [String: Band]?, explanation: String
  ) {
    (name, kind, self.outcomes, surplus) = (change.name, change.kind, outcomes, figures["surplus_usd"])
    (samplingBand, anchorBand, self.explanation) = (sampling, anchor, explanation)
    dependsOnAnchor = anchor.map { bands in
      bands.values.contains { $0.high - $0.low > 1e-6 * max(1, abs($0.high)) }
    }
    let band = anchor?["surplus_usd"]
    verdict = band.map { $0.low < 0 && $0.high > 0 } ?? false ? "not identified" : "identified"
  }
}
