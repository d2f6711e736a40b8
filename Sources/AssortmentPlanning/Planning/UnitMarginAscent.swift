internal import Learning

/// Climbs from a plan by units of many products at once, as their exact margins on a bank say.
///
/// All products' margins of one unit more and less come from one evaluation. The best share of the moves that gain is made
/// at once and kept when profit rises; else a third of it is tried, down to the single best move. Every product may enter,
/// also those that would not be offered if nothing ever ran out: where few units are carried, customers have less to go on
/// to than the optimal assortment supposes. A product whose margin keeps its sign moves by up to twice as many units
/// the next time (the idea of M. Riedmiller, H. Braun: "A direct adaptive method for faster backpropagation learning: the RPROP
/// algorithm", 1993), so that plans of thousands of units are reached in tens of evaluations; the end is always judged
/// unit by unit.
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
    var strides = Strides(productCount: start.units.count)
    for _ in 0..<2_000 {
      try cancellation.check()
      let moves = rankedMoves(now, strides)
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
      if next == nil, strides.areLong {
        strides.shorten()
        continue
      }
      if next == nil { next = firstGain(of: moves.dropFirst().prefix(8), now) }
      guard let next else { return now }
      share = min(1, 2 * Double(take) / Double(moves.count))
      strides.adapt(to: next, after: now)
      now = next
    }
    return now
  }

  /// By how many orders each product moves at once.
  struct Strides {
    /// A stride is at most this part of the units: products that move far before their substitutes do end in worse
    /// places.
    private static let part = 8

    private var lengths: [Int]
    private(set) var areLong = false

    init(productCount: Int) { lengths = [Int](repeating: 1, count: productCount) }

    subscript(product: Int) -> Int { lengths[product] }

    mutating func shorten() { self = Strides(productCount: lengths.count) }

    /// Doubles the stride of what moved and would move on, and shortens that of what would turn.
    mutating func adapt(to next: Point, after now: Point) {
      areLong = false
      for i in lengths.indices where next.units[i] != now.units[i] {
        let goesOn = next.units[i] > now.units[i] ? next.margins.more[i] > 0 : next.margins.less[i] > 0
        lengths[i] = goesOn ? min(2 * lengths[i], max(1, next.units[i] / Self.part)) : 1
      }
      areLong = lengths.contains { $0 > 1 }
    }
  }

  /// A change of one product.
  struct Move {
    let product: Int
    let units: Int
    let gain: Double
  }

  /// Moves that gain by their margins and keep the rules one by one, best first.
  ///
  /// - Parameter strides: by how many orders each product moves; nil for one.
  func rankedMoves(_ point: Point, _ strides: Strides? = nil) -> [Move] {
    let keeper = keeper(of: point.units)
    var moves: [Move] = []
    for i in point.units.indices where isOpen[i] {
      let (units, item) = (point.units[i], economics[i])
      var best: Move?
      let orders = strides?[i] ?? 1
      func allowed(_ count: (Int) -> Int?) -> Int? {
        if let count = count(orders), keeper.isFree || keeper.allows(i, count) { return count }
        guard orders > 1, let count = count(1), keeper.allows(i, count) else { return nil }
        return count
      }
      if let above = allowed({ item.unitsAbove(units, orders: $0) }) {
        let gain = self.gain(item, units, above, point.margins.more[i]) - (units == 0 ? item.fixedCost : 0)
        if gain > 1e-9 { best = Move(product: i, units: above, gain: gain) }
      }
      // Up to a break at which all units become cheaper there may be no gain, and much at it.
      if item.discountKind == .allUnits, let next = item.discounts.first(where: { $0.units > units }) {
        let count = max(item.leastOrder, (next.units + item.packSize - 1) / item.packSize * item.packSize)
        let gain = self.gain(item, units, count, point.margins.more[i]) - (units == 0 ? item.fixedCost : 0)
        if gain > best?.gain ?? 1e-9, count <= item.maximumUnits ?? .max, keeper.allows(i, count) {
          best = Move(product: i, units: count, gain: gain)
        }
      }
      if let below = allowed({ item.unitsBelow(units, orders: $0) }) {
        let gain = self.gain(item, units, below, point.margins.less[i]) + (below == 0 ? item.fixedCost : 0)
        if gain > best?.gain ?? 1e-9 { best = Move(product: i, units: below, gain: gain) }
      }
      if let best { moves.append(best) }
    }
    return moves.sorted { $0.gain > $1.gain || $0.gain == $1.gain && $0.product < $1.product }
  }

  /// Gain of going to `count` units if every unit sells as the first one does, by the margin of that one.
  private func gain(_ item: ProductEconomics, _ units: Int, _ count: Int, _ margin: Double) -> Double {
    let linear = Double(abs(count - units)) * margin
    guard !item.discounts.isEmpty else { return linear }
    let step = count > units ? item.netCost(above: units) : -item.netCost(above: units - 1)
    return linear + Double(abs(count - units)) * step - (item.netSpend(on: count) - item.netSpend(on: units))
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
