internal import DynamicChoice

/// What `membership identify` prints.
struct IdentificationDocument: Encodable {
  struct Direction: Encodable {
    let index: Double?
    let weights: [String: Double]
  }

  struct Combination: Encodable {
    let value: Double
    let se: Double?
    let weights: [Double]
  }

  struct Group: Encodable {
    let features: [String]
    let sum, difference: Combination
  }

  struct Coverage: Encodable {
    let anchor_states, anchor_choices: Double?
    let states_never_seen: Int
    let actions_never_chosen: [String]
  }

  struct Profile: Encodable {
    let name: String
    let values, loglik: [Double]
    let low, high: Double?
    let flat: Bool
  }

  struct Discount: Encodable {
    let discount: Double
    let loglik: Double?
    let theta: [String: Double]
  }

  /// What the features miss of rewards without a form, and what they would seem to miss if they were right.
  struct Form: Encodable {
    struct Figure: Encodable {
      let found, expected, largest: Double
      let misfit: Bool

      init(_ figure: FormCheck.Figure) {
        (found, expected, largest) = (figure.found, figure.expected, figure.largest)
        misfit = figure.isMisfit
      }
    }

    let whole: Figure
    let by_action: [String: Figure]
  }

  let status: String
  let condition_index: Double?
  let directions: [Direction]
  let separate: [String]
  let not_separate: [Group]
  let coverage: Coverage
  let profiles: [Profile]
  let discount_sweep: [Discount]
  let form: Form?
  let verdict: String

  init(_ report: IdentificationReport) {
    let names = report.estimate.parameters.map(\.name)
    func byName(_ numbers: [Double]) -> [String: Double] {
      Dictionary(uniqueKeysWithValues: zip(names, numbers))
    }
    status = report.estimate.status.word
    condition_index = report.estimate.diagnosis.conditionIndex
    directions = report.estimate.diagnosis.directions.map {
      Direction(index: $0.index, weights: byName($0.weights))
    }
    separate = report.estimate.parameters.filter { $0.verdict == .separate }.map(\.name)
    not_separate = report.groups.map {
      Group(
        features: $0.features, sum: Combination(value: $0.sum, se: $0.sumError, weights: $0.knownWeights),
        difference: Combination(value: $0.difference, se: $0.differenceError, weights: $0.unknownWeights))
    }
    coverage = Coverage(
      anchor_states: report.anchorCoverage?.states, anchor_choices: report.anchorCoverage?.choices,
      states_never_seen: report.statesNeverSeen, actions_never_chosen: report.actionsNeverChosen)
    profiles = report.profiles.map {
      Profile(
        name: $0.name, values: $0.points.map(\.value), loglik: $0.points.map(\.logLikelihood), low: $0.low,
        high: $0.high, flat: $0.isFlat)
    }
    discount_sweep = report.discounts.map {
      Discount(
        discount: $0.discount, loglik: $0.logLikelihood.isFinite ? $0.logLikelihood : nil,
        theta: byName($0.theta))
    }
    form = report.form.map { found in
      Form(
        whole: Form.Figure(found.whole),
        by_action: Dictionary(uniqueKeysWithValues: found.byAction.map { ($0.name, Form.Figure($0.figure)) }))
    }
    verdict = report.verdict
  }

  func print(on console: Console) throws {
    try console.print(
      "condition index \(condition_index.map { $0.fixed(1) } ?? "infinite (singular information)"): \(verdict)"
    )
    for group in not_separate {
      try console.print(
        "\(group.features.joined(separator: ", ")): known combination \(group.sum.value.fixed(4))"
          + " (se \(group.sum.se.map { $0.fixed(4) } ?? "-")), unknown combination"
          + " \(group.difference.se.map { "\(group.difference.value.fixed(4)) (se \($0.fixed(4)))" } ?? "not known at all")"
      )
    }
    if let states = coverage.anchor_states, let choices = coverage.anchor_choices {
      try console.print(
        "the anchor was chosen in \((100 * states).fixed(1)) % of the states, which hold \((100 * choices).fixed(1)) % of the"
          + " choices")
    }
    if coverage.states_never_seen > 0 {
      try console.print("\(coverage.states_never_seen.counted("state")) never seen")
    }
    for name in coverage.actions_never_chosen {
      try console.print("\(name) was never chosen: its reward is not identified")
    }
    if let form {
      try console.print(
        "rewards of the features against rewards without a form: \(form.whole.found.fixed(4)) apart,"
          + " \(form.whole.expected.fixed(4)) expected if the features are right"
          + (form.whole.misfit ? "; the features miss something" : ""))
    }
    for profile in profiles {
      let ends = [profile.low, profile.high].map { $0.map { $0.fixed(4) } ?? "no bound" }
      try console.print(
        "\(profile.name): .95 by likelihood ratio \(ends[0]) to \(ends[1])"
          + (profile.flat ? "; the likelihood is flat" : ""))
    }
    for point in discount_sweep {
      let theta = point.theta.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.fixed(4))" }
      try console.print(
        "discount \(point.discount.shortText): log-likelihood \(point.loglik.map { $0.fixed(3) } ?? "-"); \(theta.joined(separator: ", "))"
      )
    }
  }
}

/// Numbers that are given in one option.
struct NumberList: OptionValue {
  typealias Single = NumberList
  var numbers: [Double] = []
  var optionText: String? { numbers.isEmpty ? nil : numbers.map(\.shortText).joined(separator: ",") }
}

extension ValueKind where Element == NumberList {
  /// Numbers separated by commas.
  static var numbers: Self {
    Self("X,Y", expected: "numbers separated by commas") { text in
      let numbers = text.split(separator: ",").map { Double($0) }
      return numbers.isEmpty || numbers.contains(nil) ? nil : NumberList(numbers: numbers.compactMap { $0 })
    }
  }
}
