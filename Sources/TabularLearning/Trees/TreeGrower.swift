internal import LinearAlgebra

/// Grows one tree after the other from derivatives of the loss.
///
/// Derivatives are rounded to whole numbers, so that sums are exact and depend neither on threads nor on the order of
/// rows.
struct TreeGrower {
  private let columns: BinnedColumns
  private let recipe: BoostedTrees
  private let increasing: Set<Int>
  private let threads: Int

  init(_ columns: BinnedColumns, _ recipe: BoostedTrees, threads: Int) {
    self.columns = columns
    self.recipe = recipe
    increasing = Set(recipe.increasing)
    self.threads = threads
  }

  /// A tree as a complete binary tree, root first; a node without a split sends every row to the left.
  struct Tree {
    var columns: [Int32]
    var thresholds: [Float]
    /// Value of every node, also of inner ones: what the tree would answer if it ended there.
    var values: [Float]
  }

  /// Sums over the rows of a bin.
  struct Sums: BitwiseCopyable {
    var first: Int64 = 0
    var curvature: Int64 = 0
    var rows: Int64 = 0

    static func + (a: Self, b: Self) -> Self {
      Self(first: a.first + b.first, curvature: a.curvature + b.curvature, rows: a.rows + b.rows)
    }
    static func - (a: Self, b: Self) -> Self {
      Self(first: a.first - b.first, curvature: a.curvature - b.curvature, rows: a.rows - b.rows)
    }
  }

  /// Derivatives as whole numbers and what one unit is worth.
  struct WholeDerivatives {
    var first: [Int32]
    var curvature: [Int32]
    let unit: (first: Double, curvature: Double)

    init(first: [Float], curvatures: [Float]) {
      func unit(_ values: [Float]) -> Double {
        Double(max(values.reduce(0) { max($0, abs($1)) }, .leastNormalMagnitude)) / Double(1 << 22)
      }
      let units = (first: unit(first), curvature: unit(curvatures))
      self.unit = units
      self.first = first.map { Int32((Double($0) / units.first).rounded()) }
      curvature = curvatures.map { Int32((Double($0) / units.curvature).rounded()) }
    }
  }

  private struct Split {
    var gain = 0.0
    var column = -1
    var bin = 0
    var left = Sums()
  }

  private struct Node {
    var rows: [Int32]
    var sums: Sums
    /// Where the answers of this node must lie for the tree to be increasing.
    var bounds: ClosedRange<Double>
    var histogram: [Sums] = []
  }

  /// Grows a tree on some rows and columns.
  func grow(_ derivatives: WholeDerivatives, rows: [Int32], allowed: [Int]) throws -> Tree {
    let inner = 1 << recipe.depth - 1
    var tree = Tree(
      columns: Array(repeating: 0, count: inner), thresholds: Array(repeating: .infinity, count: inner),
      values: Array(repeating: 0, count: 2 * inner + 1))
    let all = rows.reduce(into: Sums()) { sums, row in
      sums.first += Int64(derivatives.first[Int(row)])
      sums.curvature += Int64(derivatives.curvature[Int(row)])
      sums.rows += 1
    }
    var level = [0: Node(rows: rows, sums: all, bounds: -.infinity ... .infinity)]
    tree.values[0] = Float(answer(all, derivatives, .init(uncheckedBounds: (-.infinity, .infinity))))
    for depth in 0..<recipe.depth {
      try fillHistograms(&level, derivatives, allowed)
      var next: [Int: Node] = [:]
      let first = 1 << depth - 1
      for place in first..<2 * first + 1 {
        guard let node = level[place], let split = bestSplit(node, derivatives, allowed) else {
          tree.values[2 * place + 1] = tree.values[place]
          tree.values[2 * place + 2] = tree.values[place]
          continue
        }
        tree.columns[place] = Int32(split.column)
        tree.thresholds[place] = columns.bounds[split.column][split.bin]
        for (child, part) in self.split(node, split, derivatives).enumerated() {
          tree.values[2 * place + 1 + child] = Float(answer(part.sums, derivatives, part.bounds))
          next[2 * place + 1 + child] = part
        }
      }
      level = next
    }
    return tree
  }

  private func answer(_ sums: Sums, _ derivatives: WholeDerivatives, _ bounds: ClosedRange<Double>) -> Double
  {
    let first = Double(sums.first) * derivatives.unit.first
    let curvature = Double(sums.curvature) * derivatives.unit.curvature + recipe.l2
    let value = curvature > 0 ? -recipe.learningRate * first / curvature : 0
    return min(max(value, bounds.lowerBound), bounds.upperBound)
  }

  /// What the loss falls by, up to a factor of the learning rate, where a node answers with `value`.
  private func gain(_ sums: Sums, _ derivatives: WholeDerivatives, _ bounds: ClosedRange<Double>) -> Double {
    let first = Double(sums.first) * derivatives.unit.first
    let curvature = Double(sums.curvature) * derivatives.unit.curvature + recipe.l2
    guard curvature > 0 else { return 0 }
    let value = answer(sums, derivatives, bounds) / recipe.learningRate
    return -(2 * first * value + curvature * value * value)
  }

  private func bestSplit(_ node: Node, _ derivatives: WholeDerivatives, _ allowed: [Int]) -> Split? {
    let least = Int64(recipe.leastRows)
    guard node.sums.rows >= 2 * least else { return nil }
    let whole = gain(node.sums, derivatives, node.bounds)
    var best = Split(gain: 1e-9 * max(1, whole))
    for (position, column) in allowed.enumerated() {
      var left = Sums()
      for bin in columns.bounds[column].indices {
        left = left + node.histogram[position * recipe.bins + bin]
        if left.rows < least { continue }
        let right = node.sums - left
        if right.rows < least { break }
        let gain =
          self.gain(left, derivatives, node.bounds) + self.gain(right, derivatives, node.bounds) - whole
        if gain <= best.gain { continue }
        if increasing.contains(column),
          answer(left, derivatives, node.bounds) > answer(right, derivatives, node.bounds)
        {
          continue
        }
        best = Split(gain: gain, column: column, bin: bin, left: left)
      }
    }
    return best.column >= 0 ? best : nil
  }

  private func split(_ node: Node, _ split: Split, _ derivatives: WholeDerivatives) -> [Node] {
    let right = node.sums - split.left
    var (leftBounds, rightBounds) = (node.bounds, node.bounds)
    if increasing.contains(split.column) {
      // Whatever is split below, the left stays below the right.
      let middle =
        (answer(split.left, derivatives, node.bounds) + answer(right, derivatives, node.bounds)) / 2
      leftBounds = node.bounds.lowerBound...middle
      rightBounds = middle...node.bounds.upperBound
    }
    var parts: (left: [Int32], right: [Int32]) = ([], [])
    parts.left.reserveCapacity(Int(split.left.rows))
    parts.right.reserveCapacity(Int(right.rows))
    columns.codes.withUnsafeBufferPointer { codes in
      let start = split.column * columns.rows
      for row in node.rows {
        if Int(codes[start + Int(row)]) <= split.bin {
          parts.left.append(row)
        } else {
          parts.right.append(row)
        }
      }
    }
    var (small, large) = (
      Node(rows: parts.left, sums: split.left, bounds: leftBounds),
      Node(rows: parts.right, sums: right, bounds: rightBounds)
    )
    // The larger child's histogram is what the smaller one leaves of the parent's.
    if small.sums.rows <= large.sums.rows {
      large.histogram = node.histogram
    } else {
      small.histogram = node.histogram
    }
    return [small, large]
  }

  /// Adds up each node's rows by column and bin: the smaller child's by visiting its rows, its sibling's by
  /// subtracting them from their parent's.
  private func fillHistograms(_ level: inout [Int: Node], _ derivatives: WholeDerivatives, _ allowed: [Int])
    throws
  {
    let bins = recipe.bins
    let visited = level.keys.filter { level[$0]!.histogram.isEmpty }.sorted()
    for place in visited {
      let rows = level[place]!.rows
      var histogram = [Sums](repeating: Sums(), count: allowed.count * bins)
      try histogram.withUnsafeMutableBufferPointer { histogram in
        // Every column writes its own bins.
        nonisolated(unsafe) let histogram = histogram
        try concurrentForEach(count: allowed.count, threads: rows.count < 4096 ? 1 : threads) { position in
          add(rows, column: allowed[position], derivatives, into: histogram.baseAddress! + position * bins)
        }
      }
      let sibling = place == 0 ? -1 : place % 2 == 1 ? place + 1 : place - 1
      if var other = level[sibling] {
        for i in histogram.indices { other.histogram[i] = other.histogram[i] - histogram[i] }
        level[sibling] = other
      }
      level[place]!.histogram = histogram
    }
  }

  private func add(
    _ rows: [Int32], column: Int, _ derivatives: WholeDerivatives, into sums: UnsafeMutablePointer<Sums>
  ) {
    columns.codes.withUnsafeBufferPointer { codes in
      rows.withUnsafeBufferPointer { rows in
        derivatives.first.withUnsafeBufferPointer { first in
          derivatives.curvature.withUnsafeBufferPointer { curvature in
            let codes = codes.baseAddress! + column * columns.rows
            for i in 0..<rows.count {
              let row = Int(rows[i])
              let bin = Int(codes[row])
              sums[bin].first += Int64(first[row])
              sums[bin].curvature += Int64(curvature[row])
              sums[bin].rows += 1
            }
          }
        }
      }
    }
  }
}
