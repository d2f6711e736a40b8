internal import Learning
internal import Probability

/// Improves a plan that no single unit improves: exchanges, pairs, and restarts that drop a part of it.
///
/// An exchange takes a unit of one product away and reads from the margins of what remains which product gains most from
/// one more; a pair does the same after adding a unit. Both are exact, two units being one evaluation and a margin. A
/// restart drops some products at random and climbs again.
struct ExchangeSearch {
  private var ascent: UnitMarginAscent
  private let limit: Int
  private var generator: SeededGenerator

  /// Products whose unit is exchanged or added to in one round, at the most.
  private static let breadth = 24

  init(_ ascent: UnitMarginAscent, evaluations: Int, generator: SeededGenerator) {
    self.ascent = ascent
    limit = ascent.evaluations + evaluations
    self.generator = generator
  }

  private var isExhausted: Bool { ascent.evaluations >= limit }

  /// The best plan found from a point on.
  mutating func improve(_ start: UnitMarginAscent.Point, _ execution: Execution) throws
    -> UnitMarginAscent.Point
  {
    var best = start
    let first = ascent.evaluations
    while !isExhausted {
      execution.progress.report(
        ProgressEvent(
          stage: "exchanges", completed: ascent.evaluations - first, total: limit - first,
          figure: ("profit", best.profit)))
      if let better = try twoSteps(best, execution.cancellation) {
        best = better
        continue
      }
      guard !isExhausted, let better = try restart(best, execution.cancellation) else { continue }
      best = better
    }
    return best
  }

  /// The first exchange or pair that gains, followed by ascent.
  private mutating func twoSteps(
    _ best: UnitMarginAscent.Point, _ cancellation: Cancellation
  ) throws -> UnitMarginAscent.Point? {
    for (product, units) in firstSteps(best) {
      if isExhausted { return nil }
      try cancellation.check()
      var changed = best.units
      changed[product] = units
      let middle = ascent.point(changed)
      // The way back is no exchange.
      let second = ascent.rankedMoves(middle).first { $0.product != product }
      guard let second, middle.profit + second.gain > best.profit + 1e-9 else { continue }
      changed[second.product] = second.units
      let reached = try ascent.climb(from: ascent.point(changed), cancellation, firstShare: 0.1)
      if reached.profit > best.profit + 1e-9 { return reached }
    }
    return nil
  }

  /// First halves of exchanges and pairs, those that cost least first.
  private func firstSteps(_ point: UnitMarginAscent.Point) -> [(product: Int, units: Int)] {
    let open = point.units.indices.filter { ascent.isOpen[$0] }
    let keeper = ascent.keeper(of: point.units)
    let removals = open.compactMap { i -> (product: Int, units: Int, gain: Double)? in
      guard let below = ascent.economics[i].unitsBelow(point.units[i]),
        keeper.isFree || keeper.allows(i, below)
      else { return nil }
      return (i, below, Double(point.units[i] - below) * point.margins.less[i])
    }
    let additions = open.compactMap { i -> (product: Int, units: Int, gain: Double)? in
      guard let above = ascent.economics[i].unitsAbove(point.units[i]),
        keeper.isFree || keeper.allows(i, above)
      else { return nil }
      return (i, above, Double(above - point.units[i]) * point.margins.more[i])
    }
    return [removals, additions].flatMap { steps in
      steps.sorted { $0.gain > $1.gain || $0.gain == $1.gain && $0.product < $1.product }.prefix(Self.breadth)
        .map { ($0.product, $0.units) }
    }
  }

  /// Drops a random part of what is carried and climbs.
  private mutating func restart(
    _ best: UnitMarginAscent.Point, _ cancellation: Cancellation
  ) throws -> UnitMarginAscent.Point? {
    let keeper = ascent.keeper(of: best.units)
    let carried = best.units.indices.filter {
      best.units[$0] > 0 && ascent.isOpen[$0] && (keeper.isFree || keeper.allows($0, 0))
    }
    guard !carried.isEmpty else {
      // Nothing to drop: no restart can differ, so the search is over.
      _ = ascent.point(best.units)
      return nil
    }
    let share = 0.05 + 0.25 * generator.uniform()
    var units = best.units
    var isDropped = false
    for product in carried where generator.uniform() < share {
      units[product] = 0
      isDropped = true
    }
    if !isDropped { units[carried[generator.integer(below: carried.count)]] = 0 }
    let reached = try ascent.climb(from: ascent.point(units), cancellation, firstShare: 0.3)
    return reached.profit > best.profit + 1e-9 ? reached : nil
  }
}
