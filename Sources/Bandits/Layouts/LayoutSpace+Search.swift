public import Probability

extension LayoutSpace {
  /// The contents of a listed layout; nil where there is no such number or layouts are too many to list.
  public func layout(_ number: Int) -> [Int]? {
    guard let listed, (0..<listed.count).contains(number) else { return nil }
    return listed[number]
  }

  /// Features whose weights are added to those of contents and intercept in a context: (to, from).
  func folds(context values: [Int]) -> [SIMD2<Int>] {
    var folds: [SIMD2<Int>] = []
    for (feature, value) in values.enumerated() {
      folds.append(SIMD2(0, contextOrder[feature] + value))
      for (widget, size) in sizes.enumerated() {
        for content in 0..<size {
          folds.append(SIMD2(firstOrder[widget] + content, cross(feature, value, widget, content)))
        }
      }
    }
    return folds
  }

  /// Weights of contents and pairs in a context: what contents have with context values is added to the contents themselves.
  ///
  /// - Parameter weights: of the first features of the space, with or without pairs and context.
  func effectiveWeights(_ weights: [Double], context values: [Int]) -> [Double] {
    guard weights.count == featureCount else { return weights }
    var effective = weights
    for fold in folds(context: values) { effective[fold.x] += weights[fold.y] }
    return effective
  }

  /// The layout with the highest score under given weights, found by coordinate ascent; nil where none is allowed.
  ///
  /// From each start, widgets in turn take their best content given the others, until a whole round brings nothing; where
  /// constraints are in the way, and on pages of up to 10,000 pairs of contents, two widgets are then changed together. Starts:
  /// the given layout, then random ones. The best of all is at least a local optimum, and for most pages the optimum.
  ///
  /// - Complexity: O(restarts · rounds · widgets² · contents²)
  public func ascend(
    _ weights: [Double], context values: [Int] = [], from start: [Int]? = nil, restarts: Int = 10,
    using generator: inout SeededGenerator
  ) -> (layout: [Int], score: Double)? {
    let table = LayoutTable(self, effectiveWeights(weights, context: values))
    let active = clauses.filter { $0.applies(values) }
    var best: (layout: [Int], score: Double)?
    for restart in 0..<max(1, restarts) {
      var first = restart == 0 ? start : nil
      if let given = first, !isAllowed(given, context: values) { first = nil }
      guard let layout = first ?? firstFeasible(active, order: randomOrder(&generator)) else { return nil }
      let found = climb(layout, table, active)
      if found.score > best?.score ?? -.infinity { best = found }
    }
    return best
  }

  private func randomOrder(_ generator: inout SeededGenerator) -> [[Int]] {
    sizes.map { size in
      var order = Array(0..<size)
      for place in stride(from: size - 1, to: 0, by: -1) {
        order.swapAt(place, generator.integer(below: place + 1))
      }
      return order
    }
  }

  private func climb(
    _ start: [Int], _ table: LayoutTable, _ active: [LayoutClause]
  ) -> (layout: [Int], score: Double) {
    var layout = start
    let contents = sizes.reduce(0, +)
    let isSmall = contents * contents <= 10_000
    func isAllowed(_ layout: [Int]) -> Bool { active.isEmpty || !active.contains { $0.holds(layout) } }
    while true {
      var (still, widget) = (0, 0)
      while still < sizes.count {
        let gains = table.gains(of: widget, in: layout)
        var (best, top) = (layout[widget], gains[layout[widget]])
        var next = layout
        for content in gains.indices where gains[content] > top {
          next[widget] = content
          if isAllowed(next) { (best, top) = (content, gains[content]) }
        }
        still = best == layout[widget] ? still + 1 : 1
        layout[widget] = best
        widget = (widget + 1) % sizes.count
      }
      guard !active.isEmpty || isSmall, let next = doubleChange(layout, table, isAllowed) else {
        return (layout, table.score(layout))
      }
      layout = next
    }
  }

  /// A better allowed layout that differs in two widgets.
  private func doubleChange(
    _ layout: [Int], _ table: LayoutTable, _ isAllowed: ([Int]) -> Bool
  ) -> [Int]? {
    let score = table.score(layout)
    var next = layout
    for first in sizes.indices {
      for second in sizes.indices.dropFirst(first + 1) {
        for a in 0..<sizes[first] {
          for b in 0..<sizes[second] {
            (next[first], next[second]) = (a, b)
            if table.score(next) > score + 1e-12, isAllowed(next) { return next }
          }
        }
        (next[first], next[second]) = (layout[first], layout[second])
      }
    }
    return nil
  }
}

/// Scores of layouts under weights of contents and perhaps pairs.
private struct LayoutTable {
  let space: LayoutSpace
  let weights: [Double]
  let hasPairs: Bool

  init(_ space: LayoutSpace, _ weights: [Double]) {
    self.space = space
    self.weights = weights
    let contents = space.sizes.reduce(1, +)
    hasPairs = weights.count > contents
  }

  func score(_ layout: [Int]) -> Double {
    var sum = weights[0]
    for (widget, content) in layout.enumerated() { sum += weights[space.firstOrder[widget] + content] }
    guard hasPairs else { return sum }
    for j in layout.indices {
      for k in layout.indices.dropFirst(j + 1) { sum += pair(j, layout[j], k, layout[k]) }
    }
    return sum
  }

  /// What each content of a widget adds, the others being as they are.
  func gains(of widget: Int, in layout: [Int]) -> [Double] {
    (0..<space.sizes[widget]).map { content in
      var sum = weights[space.firstOrder[widget] + content]
      if hasPairs {
        for other in layout.indices where other != widget {
          sum +=
            widget < other
            ? pair(widget, content, other, layout[other]) : pair(other, layout[other], widget, content)
        }
      }
      return sum
    }
  }

  private func pair(_ j: Int, _ a: Int, _ k: Int, _ b: Int) -> Double {
    weights[space.secondOrder[space.pair(j, k)] + a * space.sizes[k] + b]
  }
}
