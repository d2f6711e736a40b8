internal import Probability

extension DecisionLog {
  /// Looks for everything that makes a log unfit for evaluation.
  ///
  /// - Complexity: O(decisions + actions)
  public func validated() -> LogValidation {
    var findings = FindingList()
    for (place, row) in rows.enumerated() { inspect(row, place, &findings) }
    for (_, second) in conflicts {
      findings.note(
        "conflicting_ids", row: second, "the id of an earlier decision with other contents",
        "Give every decision an id of its own; rows of one list share it and differ in slot.")
    }
    if repeatedCount > 0 {
      findings.note(
        "repeated_ids", count: repeatedCount, "decisions given twice with the same contents, left out",
        "Nothing, if the log was joined from overlapping parts.")
    }
    let usable = rows.indices.filter { rows[$0].hasUsablePropensity }
    inspectInverse(usable, &findings)
    inspectActions(usable, &findings)
    inspectConstant(usable, &findings)
    let delays = rows.compactMap { row in
      row.rewardTime.flatMap { end in row.time.map { Double(end) - Double($0) } }
    }.filter { $0 >= 0 }.sorted()
    let propensities = usable.map { rows[$0].propensity }
    return LogValidation(
      rows: count, actions: Set(choices.values.joined().map(\.id)).count,
      positives: rows.count { $0.reward > 0 }, unreported: rows.count { !$0.isRewarded },
      propensities: propensities.min().flatMap { low in propensities.max().map { low...$0 } },
      uniformEffectiveSampleSize: usable.isEmpty ? nil : uniformSize(usable),
      delays: delays.last.map {
        LogValidation.Delays(
          median: Bootstrap.quantile(delays, 0.5), ninetiethPercentile: Bootstrap.quantile(delays, 0.9),
          maximum: $0, count: delays.count)
      },
      findings: findings.all)
  }

  private func inspect(_ row: Row, _ place: Int, _ findings: inout FindingList) {
    if row.propensity.isNaN {
      findings.note(
        "no_propensity", row: place, "no propensity",
        "Log the probability with which the action was shown; estimates made afterwards are second best.")
    } else if !row.hasUsablePropensity {
      findings.note(
        "propensity_range", row: place, "a propensity that is not above 0 and at most 1",
        "An action that was shown had a positive probability; look at how it is computed.")
    }
    if row.hasUsablePropensity, row.propensity < 0.001 {
      findings.note(
        "tiny_propensity", row: place,
        "a propensity below .001: such a row may weigh a thousand times another",
        "Put a floor under the probabilities of the logging policy.")
    }
    if row.kind == .exact, row.propensity == 1, choices[row.choices].count > 1 {
      findings.note(
        "certain_choice", row: place, "a propensity of 1 that is not marked as deterministic",
        "Mark deterministic decisions as such; check that the probability and not the score was logged.")
    }
    if !(0...1).contains(row.reward) {
      findings.note(
        "reward_range", row: place, "a reward outside of 0 to 1",
        "State the range of rewards when evaluating.")
    }
    if let time = row.time {
      if let end = row.rewardTime, end < time {
        findings.note(
          "reward_before_decision", row: place, "a reward older than its decision",
          "Check the clocks of the two systems; the delay is not used.")
      }
      if place > 0, let before = rows[place - 1].time, time < before {
        findings.note(
          "clock_backwards", row: place, "a time before that of the row above",
          "Sort the log, or check the clock.")
      }
    }
    guard let table = row.probabilities else { return }
    let fits =
      table.count == choices[row.choices].count && table.allSatisfy { (0...1).contains($0) }
      && abs(table.reduce(0, +) - 1) <= 1e-6
    if !fits {
      findings.note(
        "probability_table", row: place, "probabilities of all actions that do not sum to 1",
        "Log them after constraints and floors were applied.")
    } else if !(abs(table[Int(row.chosen)] - row.propensity) <= 1e-6) {
      findings.note(
        "propensity_differs", row: place, "a propensity that is not the table's for the shown action",
        "Log both from the same computation.")
    }
  }

  /// The mean of 1/p is the mean number of actions when propensities are right and every action can occur.
  private func inspectInverse(_ usable: [Int], _ findings: inout FindingList) {
    let differences = usable.map { 1 / rows[$0].propensity - Double(choices[rows[$0].choices].count) }
    guard let (mean, error) = meanAndError(differences), abs(mean) > 4 * error, abs(mean) > 1e-3 else {
      return
    }
    let actions = usable.reduce(0) { $0 + choices[rows[$1].choices].count }
    let expected = Double(actions) / Double(usable.count)
    findings.note(
      "inverse_propensity", count: 1,
      "a mean of 1/propensity of \((expected + mean).rounded(to: 2)) for \(expected.rounded(to: 2)) actions",
      "Above: propensities are too small, or are those before a filter. Below: too large, or some actions never occur."
    )
  }

  /// Σ over rows that show an action of 1/p is the number of rows that offer it.
  private func inspectActions(_ usable: [Int], _ findings: inout FindingList) {
    var sums: [String: (shown: Double, squares: Double)] = [:]
    var offered: [Int32: Double] = [:]
    for place in usable {
      let row = rows[place]
      offered[row.choices, default: 0] += 1
      let inverse = 1 / row.propensity
      let id = choices[row.choices][Int(row.chosen)].id
      let old = sums[id] ?? (0, 0)
      sums[id] = (old.shown + inverse, old.squares + inverse * inverse)
    }
    var expected: [String: Double] = [:]
    for (number, count) in offered {
      for action in choices[number] { expected[action.id, default: 0] += count }
    }
    let odd = sums.filter { id, sum in
      let count = expected[id] ?? 0
      let spread = (sum.squares - sum.shown * sum.shown / Double(usable.count)).squareRoot()
      return usable.count >= 100 && spread > 0 && abs(sum.shown - count) > 5 * spread
    }
    guard let worst = odd.keys.min() else { return }
    findings.note(
      "action_frequency", count: odd.count,
      "actions shown more or less often than their propensities say, such as \(worst)",
      "Check that the logged probability is that of the action shown, after constraints and floors.")
  }

  /// A constant propensity promises that all actions are shown equally often.
  private func inspectConstant(_ usable: [Int], _ findings: inout FindingList) {
    guard let first = usable.first, usable.count >= 100 else { return }
    let (propensity, list) = (rows[first].propensity, rows[first].choices)
    guard usable.allSatisfy({ rows[$0].propensity == propensity && rows[$0].choices == list }) else { return }
    var shows = [Double](repeating: 0, count: choices[list].count)
    for place in usable { shows[Int(rows[place].chosen)] += 1 }
    let expected = Double(usable.count) / Double(shows.count)
    guard shows.count > 1, expected >= 5 else { return }
    let statistic = shows.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    let chance = ChiSquared(degreesOfFreedom: Double(shows.count - 1)).upperTail(statistic)
    if chance < 1e-4 {
      findings.note(
        "constant_propensity", count: 1,
        "one propensity for all rows while actions are shown unequally often",
        "The policy was not uniform: log the probability that it really used.")
    }
  }

  private func uniformSize(_ usable: [Int]) -> Double {
    let weights = usable.map { 1 / (rows[$0].propensity * Double(choices[rows[$0].choices].count)) }
    let sum = weights.reduce(0, +)
    return sum * sum / weights.reduce(0) { $0 + $1 * $1 }
  }

  private func meanAndError(_ values: [Double]) -> (mean: Double, error: Double)? {
    guard values.count >= 100 else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (spread / (count - 1) / count).squareRoot())
  }
}

extension DecisionLog.Row {
  /// Whether the propensity is above 0 and at most 1.
  var hasUsablePropensity: Bool { propensity > 0 && propensity <= 1 }
}

/// Findings by code, in the order of their first appearance.
private struct FindingList {
  private(set) var all: [LogValidation.Finding] = []
  private var places: [String: Int] = [:]

  /// Notes a row, from 0.
  mutating func note(_ code: String, row: Int, _ message: String, _ advice: String) {
    if let place = places[code] {
      let old = all[place]
      all[place] = LogValidation.Finding(
        code: code, count: old.count + 1, firstRow: old.firstRow, message: old.message, advice: old.advice)
    } else {
      places[code] = all.count
      all.append(.init(code: code, count: 1, firstRow: row + 1, message: message, advice: advice))
    }
  }

  /// Notes a property of the log.
  mutating func note(_ code: String, count: Int, _ message: String, _ advice: String) {
    all.append(.init(code: code, count: count, firstRow: nil, message: message, advice: advice))
  }
}
