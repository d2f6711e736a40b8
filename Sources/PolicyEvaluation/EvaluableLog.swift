internal import Learning

/// A log with everything checked that evaluation relies on, its rows sorted by situation.
struct EvaluableLog {
  /// Different situations, each seen at least once.
  let situations: [Situation]
  /// The cell of each situation: those of one cell share a reward model and a list of supported actions.
  let cells: [Int32]
  let cellCount: Int
  /// Numbers of the actions of each situation.
  let actions: [[Int32]]
  let chosen: [Int32]
  let propensities: [Double]
  let rewards: [Double]
  /// Whether some propensity was estimated afterwards.
  let hasEstimatedPropensities: Bool

  private let situationStart: [Int]
  private let rowsBySituation: [Int]

  var count: Int { chosen.count }

  /// The rows of a situation, ascending.
  func rows(ofSituation group: Int) -> ArraySlice<Int> {
    rowsBySituation[situationStart[group]..<situationStart[group + 1]]
  }

  /// Checks and sorts a log.
  ///
  /// - Throws: ``InvalidInput`` with every kind of problem and the first rows that have it.
  init(_ log: DecisionLog, _ recipe: OffPolicyEvaluation) throws {
    try Self.check(log, recipe)
    var groups = Interned<[Int32]>()
    let group = log.rows.map { groups.number(of: [$0.context, $0.choices, $0.slot]) }
    situations = groups.values.map {
      Situation(context: log.contexts[$0[0]], actions: log.choices[$0[1]], slot: Int($0[2]))
    }
    var cellNumbers = Interned<[Feature]>()
    cells = situations.map { cellNumbers.number(of: $0.cell(recipe.cellFeatures)) }
    cellCount = cellNumbers.values.count
    var names = Interned<String>()
    let ofChoices = log.choices.values.map { $0.map { names.number(of: $0.id) } }
    actions = groups.values.map { ofChoices[Int($0[1])] }
    chosen = log.rows.map(\.chosen)
    let scale = recipe.rewardRange.map { 1 / ($0.upperBound - $0.lowerBound) } ?? 1
    let origin = recipe.rewardRange?.lowerBound ?? 0
    rewards = log.rows.map { ($0.reward - origin) * scale }
    hasEstimatedPropensities = recipe.estimatesPropensities || log.rows.contains { $0.kind == .estimated }

    var starts = [Int](repeating: 0, count: situations.count + 1)
    for number in group { starts[Int(number) + 1] += 1 }
    for number in 1..<starts.count { starts[number] += starts[number - 1] }
    var (next, sorted) = (starts, [Int](repeating: 0, count: group.count))
    for (row, number) in group.enumerated() {
      sorted[next[Int(number)]] = row
      next[Int(number)] += 1
    }
    (situationStart, rowsBySituation) = (starts, sorted)
    propensities =
      recipe.estimatesPropensities
      ? Self.shares(chosen, group, cells, cellCount, actions) : log.rows.map(\.propensity)
  }

  /// What a policy does in a situation, of sum 1.
  ///
  /// - Throws: ``InvalidInput`` when these are no probabilities.
  func probabilities(of policy: some EvaluablePolicy, inSituation group: Int) throws -> [Double] {
    let given = try policy.probabilities(in: situations[group])
    let sum = given.reduce(0, +)
    var problems = Violations()
    problems.require(
      given.count == actions[group].count, "probabilities", given: "\(given.count)",
      expected: "\(actions[group].count), one for each action")
    problems.require(
      given.allSatisfy { $0 >= 0 } && abs(sum - 1) <= 1e-6, "probabilities", given: "a sum of \(sum)",
      expected: "numbers of 0 or more with sum 1")
    try problems.throwIfAny()
    // Sums that are off by rounding alone stay: dividing would move weights across the bounds of estimators.
    return abs(sum - 1) <= 1e-12 ? given : given.map { $0 / sum }
  }

  private static func check(_ log: DecisionLog, _ recipe: OffPolicyEvaluation) throws {
    var problems = Violations()
    problems.require(
      log.count > 0, "log", given: "no decision", expected: "at least one decision",
      advice: "Name a log that has been written to.")
    for (first, second) in log.conflicts.prefix(20) {
      problems.require(
        false, "decision in row \(second + 1)",
        given: "other contents than in row \(first + 1) under the same id",
        expected: "one decision an id and slot")
    }
    let range = recipe.rewardRange ?? 0...1
    var (noPropensity, noReward) = (ListedRows(), ListedRows())
    for (place, row) in log.rows.enumerated() {
      if !(row.propensity > 0 && row.propensity <= 1), !recipe.estimatesPropensities {
        noPropensity.add(place, row.propensity)
      }
      if !range.contains(row.reward) { noReward.add(place, row.reward) }
    }
    noPropensity.report(
      "propensity", expected: "above 0 and at most 1",
      advice: "Log the probability with which the action was shown, or let it be estimated.", in: &problems)
    noReward.report(
      "reward", expected: "\(range.lowerBound) to \(range.upperBound)",
      advice: "State the range of rewards that are not in 0 to 1.", in: &problems)
    try problems.throwIfAny()
  }

  /// The share of each logged action in its cell, one observation added to each action of the cell's first situation.
  private static func shares(
    _ chosen: [Int32], _ group: [Int32], _ cells: [Int32], _ cellCount: Int, _ actions: [[Int32]]
  ) -> [Double] {
    var shows: [SIMD2<Int32>: Double] = [:]
    var total = [Double](repeating: 0, count: cellCount)
    let arms = zip(chosen, group).map { place, group in
      SIMD2(cells[Int(group)], actions[Int(group)][Int(place)])
    }
    for arm in arms {
      shows[arm, default: 0] += 1
      total[Int(arm.x)] += 1
    }
    return zip(arms, group).map { arm, group in
      (shows[arm, default: 0] + 1) / (total[Int(arm.x)] + Double(actions[Int(group)].count))
    }
  }
}

/// Rows with one problem: how many, and the first ones.
private struct ListedRows {
  private var count = 0
  private var listed: [String] = []

  mutating func add(_ place: Int, _ value: Double) {
    count += 1
    if listed.count < 3 { listed.append("row \(place + 1): \(value.isNaN ? "nothing" : "\(value)")") }
  }

  func report(_ subject: String, expected: String, advice: String, in problems: inout Violations) {
    guard count > 0 else { return }
    let more = count > listed.count ? ", and \(count - listed.count) more rows" : ""
    problems.require(
      false, subject, given: listed.joined(separator: ", ") + more, expected: expected, advice: advice)
  }
}

extension Situation {
  /// The slot and the named features: decisions that are alike for a reward model.
  func cell(_ features: [String]) -> [Feature] {
    [Feature("slot", .number(Double(slot)))] + context.filter { features.contains($0.name) }
  }
}
