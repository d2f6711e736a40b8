internal import Learning

/// The numbers of a chain on their way into ``SubstitutionChain``.
struct CheckedChain {
  private(set) var firstChoice: [Double]
  private(set) var transitions: Transitions
  private(set) var leaving: [Double]
  private(set) var adjustments = SubstitutionChain.Adjustments()
  private let leavingIsGiven: Bool
  private var problems = Violations()
  private static let tolerance = 1e-6
  private static let rounding = 1e-12
  /// How many problems of one kind are named.
  private static let named = 10

  init(firstChoice: [Double], transitions: Transitions, leaving: [Double]?) {
    self.firstChoice = firstChoice
    self.transitions = transitions
    self.leaving = leaving ?? []
    leavingIsGiven = leaving != nil
  }

  mutating func check() throws {
    checkSizes()
    try problems.throwIfAny()
    checkFirstChoice()
    switch transitions {
    case .lowRank(let part): checkSegments(part)
    case .dense, .sparse: checkRows()
    }
    try problems.throwIfAny()
    checkEveryoneLeaves()
    try problems.throwIfAny()
  }

  private mutating func checkSizes() {
    let n = firstChoice.count
    problems.require(n < Int(Int32.max), "products", given: n, expected: "fewer than 2^31 - 1")
    problems.require(
      transitions.productCount == n, "transitions", given: "\(transitions.productCount) products",
      expected: "\(n) as in the first choices")
    problems.require(
      !leavingIsGiven || leaving.count == n, "leaving", given: "\(leaving.count) products",
      expected: "\(n) as in the first choices")
  }

  private mutating func checkFirstChoice() {
    let bad = firstChoice.indices.filter { !(firstChoice[$0] >= 0 && firstChoice[$0].isFinite) }
    for i in bad.prefix(Self.named) {
      problems.require(
        false, "first choice of product \(i)", given: firstChoice[i], expected: "a probability, 0 to 1")
    }
    guard bad.isEmpty else { return }
    let sum = firstChoice.reduce(0, +)
    problems.require(
      sum <= 1 + Self.tolerance, "first choices", given: "a sum of \(sum)", expected: "at most 1")
    // Within rounding numbers stay as they are, so that a chain read back is the chain written.
    if sum > 1 + Self.rounding { firstChoice = firstChoice.map { $0 / sum } }
  }

  private mutating func checkSegments(_ part: LowRankTransitions) {
    let sum = part.shares.reduce(0, +)
    problems.require(
      part.shares.allSatisfy { $0 >= 0 } && abs(sum - 1) <= Self.tolerance, "segment shares",
      given: "a sum of \(sum)", expected: "probabilities that sum to 1")
    for (k, row) in part.attractions.enumerated().prefix(Self.named) {
      problems.require(
        row.allSatisfy { $0 >= 0 && $0 < 1 } && row.reduce(0, +) < 1, "attractions of segment \(k)",
        given: "a sum of \(row.reduce(0, +))", expected: "numbers from 0 on that sum to less than 1")
    }
    problems.require(
      zip(part.firstChoice, firstChoice).allSatisfy { abs($0 - $1) <= 1e-9 }, "first choices",
      given: "other numbers than the segments'", expected: "the first choices that the segments give")
    leaving = part.expect([Double](repeating: 1, count: firstChoice.count)).map { max(0, 1 - $0) }
  }

  private mutating func checkRows() {
    var rows = RowEditor(transitions)
    var named = 0
    var found = [Double](repeating: 0, count: firstChoice.count)
    for i in firstChoice.indices {
      var sum = leavingIsGiven ? leaving[i] : 0
      var (own, bad) = (0.0, leavingIsGiven && !(leaving[i] >= 0))
      rows.forEach(ofRow: i) { j, value in
        bad = bad || !(value >= 0 && value.isFinite)
        sum += value
        if j == i { own += value }
      }
      let allowed = leavingIsGiven ? abs(sum - 1) <= Self.tolerance : sum <= 1 + Self.tolerance
      if bad || !allowed || own >= 1 - 1e-12 {
        named += 1
        if named > Self.named { continue }
        problems.require(
          false, "transitions of product \(i)",
          given: bad
            ? "a negative number or one that is not finite"
            : own >= 1 - 1e-12 ? "only itself" : "a sum of \(sum)",
          expected: own >= 1 - 1e-12
            ? "another product, or leaving"
            : leavingIsGiven ? "probabilities that sum to 1" : "probabilities that sum to at most 1")
        continue
      }
      let isOff = leavingIsGiven ? abs(sum - 1) > Self.rounding : sum > 1 + Self.rounding
      let total = isOff ? sum : 1
      let gone = leavingIsGiven ? leaving[i] : max(0, total - sum)
      found[i] = gone
      if own > 0 { adjustments.removedSelfTransitions += 1 }
      if isOff { adjustments.renormalisedRows += 1 }
      guard own > 0 || isOff else { continue }
      rows.scale(row: i, by: 1 / (total - own))
      found[i] = gone / (total - own)
    }
    leaving = found
    transitions = rows.transitions
  }

  /// Walks from leaving backwards; what is not reached would go on for ever.
  private mutating func checkEveryoneLeaves() {
    let n = firstChoice.count
    guard leaving.contains(where: { $0 <= 0 }) else { return }
    let rows = transitions.sparseRows
    var predecessors = [[UInt32]](repeating: [], count: n)
    for i in 0..<n {
      for k in rows.range(ofRow: i) where rows.values[k] > 0 {
        predecessors[Int(rows.columns[k])].append(UInt32(i))
      }
    }
    var reached = leaving.map { $0 > 0 }
    var open = (0..<n).filter { reached[$0] }
    while let state = open.popLast() {
      for i in predecessors[state] where !reached[Int(i)] {
        reached[Int(i)] = true
        open.append(Int(i))
      }
    }
    let lost = reached.indices.filter { !reached[$0] }
    problems.require(
      lost.isEmpty, "transitions",
      given: "\(lost.count) products whose customers never leave: "
        + lost.prefix(Self.named).map(String.init).joined(separator: ", ")
        + (lost.count > Self.named ? ", ..." : ""),
      expected: "a way from every product to leaving")
  }
}

/// Reads and scales rows of dense or sparse transitions and takes the diagonal out.
private struct RowEditor {
  private let dense: DenseTransitions?
  private let sparse: SparseTransitions?
  private var values: [Double]
  private var changed = false

  init(_ transitions: Transitions) {
    switch transitions {
    case .dense(let part): (dense, sparse, values) = (part, nil, part.values)
    case .sparse(let part): (dense, sparse, values) = (nil, part, part.values)
    case .lowRank: preconditionFailure("low-rank transitions have no rows to edit")
    }
  }

  func forEach(ofRow row: Int, _ body: (Int, Double) -> Void) {
    if let sparse {
      for k in sparse.range(ofRow: row) { body(Int(sparse.columns[k]), values[k]) }
    } else if let dense {
      for j in 0..<dense.productCount { body(j, values[row * dense.productCount + j]) }
    }
  }

  mutating func scale(row: Int, by factor: Double) {
    changed = true
    if let sparse {
      for k in sparse.range(ofRow: row) { values[k] *= Int(sparse.columns[k]) == row ? 0 : factor }
    } else if let dense {
      let n = dense.productCount
      for j in 0..<n { values[row * n + j] *= j == row ? 0 : factor }
    }
  }

  var transitions: Transitions {
    if let sparse {
      guard changed else { return .sparse(sparse) }
      return .sparse(SparseTransitions(offsets: sparse.offsets, columns: sparse.columns, values: values))
    }
    return .dense(changed ? DenseTransitions(productCount: dense!.productCount, values: values) : dense!)
  }
}
