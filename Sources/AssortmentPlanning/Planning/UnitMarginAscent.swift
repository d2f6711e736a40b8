internal import Learning

/// Climbs from a plan by units of many products at once, as their exact margins on a bank say.
///
/// All products' margins of one unit more and less come from one evaluation. The best share of the moves that gain is made
/// at once and kept when profit rises; else a third of it is tried, down to the single best move. Every product may enter,
/// also those that would not be offered if nothing ever ran out: where few units are carried, customers have less to go on
/// to than the optimal assortment supposes.
struct UnitMarginAscent {
  let bank: PreferenceBank
  let economics: [ProductEconomics]
  let rules: PlanRules
  /// Products whose units may change.
  let isOpen: [Bool]
  /// Units that are bought already.
  let committed: [Int]?
  let threads: Int
  /// Evaluations of the whole bank so far.
  private(set) var evaluations = 0

  init(
    _ bank: PreferenceBank, _ economics: [ProductEconomics], rules: PlanRules, isOpen: [Bool],
    committed: [Int]?,
    threads: Int
  ) {
    self.bank = bank
    self.economics = economics
    self.rules = rules
    self.isOpen = isOpen
    self.committed = committed
    self.threads = threads
  }

  /// A plan with what the bank says of it.
  struct Point: Sendable {
    var units: [Int]
    var margins: UnitMargins
    var profit: Double { margins.profit.mean }
  }

  /// Evaluates a plan.
  mutating func point(_ units: [Int]) -> Point {
    evaluations += 1
    return Point(units: units, margins: bank.unitMargins(of: units, economics, threads: threads))
  }

  /// The point at which no single move gains any more.
  mutating func climb(from start: Point, _ cancellation: Cancellation, firstShare: Double = 1) throws -> Point
  {
    var (now, share) = (start, firstShare)
    for _ in 0..<2_000 {
      try cancellation.check()
      let moves = rankedMoves(now)
      guard !moves.isEmpty else { return now }
      var take = max(1, Int(share * Double(moves.count)))
      var next: Point?
      while next == nil {
        let trial = point(applying(moves.prefix(take), to: now.units))
        if trial.profit > now.profit + 1e-9 {
          next = trial
        } else if take == 1 {
          break
        } else {
          take = max(1, take / 3)
        }
      }
      if next == nil { next = firstGain(of: moves.dropFirst().prefix(8), now) }
      guard let next else { return now }
      share = min(1, 2 * Double(take) / Double(moves.count))
      now = next
    }
    return now
  }

  /// A change of one product.
  struct Move {
    let product: Int
    let units: Int
    let gain: Double
  }

  /// Moves that gain by their margins and keep the rules one by one, best first.
  func rankedMoves(_ point: Point) -> [Move] {
    let keeper = keeper(of: point.units)
    var moves: [Move] = []
    for i in point.units.indices where isOpen[i] {
      let (units, item) = (point.units[i], economics[i])
      var best: Move?
      if let above = item.unitsAbove(units), keeper.isFree || keeper.allows(i, above) {
        let gain = Double(above - units) * point.margins.more[i] - (units == 0 ? item.fixedCost : 0)
        if gain > 1e-9 { best = Move(product: i, units: above, gain: gain) }
      }
      if let below = item.unitsBelow(units), keeper.isFree || keeper.allows(i, below) {
        let gain = Double(units - below) * point.margins.less[i] + (below == 0 ? item.fixedCost : 0)
        if gain > best?.gain ?? 1e-9 { best = Move(product: i, units: below, gain: gain) }
      }
      if let best { moves.append(best) }
    }
    return moves.sorted { $0.gain > $1.gain || $0.gain == $1.gain && $0.product < $1.product }
  }

  /// What the rules say of changes of a plan.
  func keeper(of units: [Int]) -> RuleKeeper {
    var keeper = RuleKeeper(rules, economics, committed: committed)
    if keeper.isFree { return keeper }
    for i in units.indices where units[i] != keeper.units[i] { keeper.set(i, to: units[i]) }
    return keeper
  }

  /// The plan after moves, those left out that break a rule together with the ones before.
  private func applying(_ moves: ArraySlice<Move>, to units: [Int]) -> [Int] {
    var keeper = keeper(of: units)
    if keeper.isFree {
      var result = units
      for move in moves { result[move.product] = move.units }
      return result
    }
    for move in moves where keeper.allows(move.product, move.units) {
      keeper.set(move.product, to: move.units)
    }
    return keeper.units
  }

  /// Moves of several units gain other than their first unit says, so more than the best one is tried.
  private mutating func firstGain(of moves: ArraySlice<Move>, _ now: Point) -> Point? {
    for move in moves where abs(move.units - now.units[move.product]) > 1 {
      var units = now.units
      units[move.product] = move.units
      let trial = point(units)
      if trial.profit > now.profit + 1e-9 { return trial }
    }
    return nil
  }
}
