extension PositionModel {
  /// The Beta prior of a pair's attraction: its two counts' sum, and the share of "liked" among it. Weak, and
  /// below most attractions, so that pairs shown once do not look certain.
  static let attractionPrior = (liked: 0.1, all: 0.5)

  /// Positions are linked when pairs moved between them with so many impressions on the rarer side.
  static let leastLink = 50.0

  /// Expected clicks that each position starts from, which holds a position with next to none still.
  private static let examinationPrior = 0.1

  static let maximumRounds = 1000

  /// Learns the examinations from how the clicks of each pair spread over its positions.
  ///
  /// Given how often a pair was clicked in all, its clicks fall on position k in proportion to n_k theta_k, whatever its
  /// attraction: maximising this conditional likelihood (alternating between the expected clicks of pairs and of
  /// positions) is the same as maximising the Poisson likelihood over both. Estimating attractions and examinations
  /// jointly by expectation maximisation of the Bernoulli likelihood is biased where most pairs have few
  /// clicks, as each brings a parameter of its own (J. Neyman, E. Scott: "Consistent Estimates Based on Partially
  /// Consistent Observations", Econometrica 1948).
  init(_ pairs: PairCells) {
    let moved = pairs.cells.filter { $0.rows.count > 1 }
    if pairs.position.isEmpty {
      self.init(status: pairs.cells.contains { $0.shown > 0 } ? .noPositions : .noImpressions)
      return
    }
    let count = Int(pairs.position.max() ?? 1)
    var present = [Double](repeating: 0, count: count + 1)
    for row in pairs.position.indices { present[Int(pairs.position[row])] += pairs.shown[row] }
    let linked = PositionLinks(pairs, moved, count: count).largest(by: present)
    guard linked.count > 1 else {
      self.init(status: moved.isEmpty ? .fixedPositions : .fewMoves)
      return
    }
    self.init(status: .notConverged)
    unlinkedPositions = (1...count).filter { present[$0] > 0 && !linked.contains($0) }
    learn(pairs, linked, count: count)
  }

  private mutating func learn(_ pairs: PairCells, _ linked: Set<Int>, count: Int) {
    var isLinked = [Bool](repeating: false, count: count + 1)
    for position in linked { isLinked[position] = true }
    var rows: [(cell: Int, row: Int)] = []
    var clicks = (positions: [Double](repeating: 0, count: count + 1), cells: [Double]())
    for cell in pairs.cells {
      let own = cell.rows.filter { isLinked[Int(pairs.position[$0])] }
      let acted = own.reduce(0) { $0 + pairs.acted[$1] }
      impressions += Int(own.reduce(0) { $0 + pairs.shown[$1] })
      // Pairs without a click, or at one position, say nothing.
      guard acted > 0, own.count > 1 else { continue }
      for row in own {
        rows.append((clicks.cells.count, row))
        clicks.positions[Int(pairs.position[row])] += pairs.acted[row]
      }
      clicks.cells.append(acted)
    }
    let first = linked.min() ?? 1
    var theta = (0...count).map { isLinked[$0] ? 1 / Double(max(1, $0 - first + 1)).squareRoot() : 0 }
    var expected = [Double](repeating: 0, count: count + 1)
    var scale = [Double](repeating: 0, count: clicks.cells.count)
    while rounds < Self.maximumRounds, status == .notConverged {
      rounds += 1
      for cell in scale.indices { scale[cell] = 0 }
      for (cell, row) in rows { scale[cell] += pairs.shown[row] * theta[Int(pairs.position[row])] }
      for position in expected.indices { expected[position] = Self.examinationPrior }
      for (cell, row) in rows {
        expected[Int(pairs.position[row])] += pairs.shown[row] * clicks.cells[cell] / max(scale[cell], 1e-12)
      }
      var updated = theta
      for position in linked {
        updated[position] =
          (clicks.positions[position] + Self.examinationPrior * theta[position]) / expected[position]
      }
      let unit = max(updated[first], 1e-12)
      var change = 0.0
      for position in linked {
        updated[position] /= unit
        change = max(change, abs(updated[position] - theta[position]))
      }
      theta = updated
      if change < 1e-6 { status = .identified }
    }
    var last = 1.0
    examination = (1...count).map { position in
      if isLinked[position] { last = theta[position] }
      return last
    }
  }

  /// How many of so many impressions were looked at, and how many would be clicked if looked at, given what was
  /// clicked.
  @inline(__always)
  private static func expected(
    _ shown: Double, _ acted: Double, _ theta: Double, _ gamma: Double
  ) -> (seen: Double, liked: Double) {
    let missed = (shown - acted) / max(1 - theta * gamma, 1e-9)
    return (acted + missed * theta * (1 - gamma), acted + missed * gamma * (1 - theta))
  }

  /// The attraction of a pair whose examinations are known.
  func attraction(of cell: PairCells.Cell, in pairs: PairCells) -> Double {
    let all = pairs.placed(cell) + Self.attractionPrior.all
    var gamma = 0.3
    for _ in 0..<Self.maximumRounds {
      var liked = Self.attractionPrior.liked
      for row in cell.rows {
        liked +=
          Self.expected(
            pairs.shown[row], pairs.acted[row], min(1, examination(at: pairs.position[row])), gamma
          ).liked
      }
      let updated = liked / all
      defer { gamma = updated }
      if abs(updated - gamma) < 1e-7 { break }
    }
    return gamma
  }
}

/// Which positions can be compared, because products stood at both.
private struct PositionLinks {
  private var parent: [Int]

  init(_ pairs: PairCells, _ moved: [PairCells.Cell], count: Int) {
    parent = Array(0...count)
    var links: [Int: Double] = [:]
    for cell in moved {
      for (a, b) in zip(cell.rows, cell.rows.dropFirst()) {
        let key = Int(pairs.position[a]) * (count + 1) + Int(pairs.position[b])
        links[key, default: 0] += min(pairs.shown[a], pairs.shown[b])
      }
    }
    for (key, weight) in links where weight >= PositionModel.leastLink {
      let (a, b) = (root(key / (count + 1)), root(key % (count + 1)))
      parent[max(a, b)] = min(a, b)
    }
  }

  private func root(_ position: Int) -> Int {
    var position = position
    while parent[position] != position { position = parent[position] }
    return position
  }

  /// The linked positions with the most impressions, of equals the upper ones.
  func largest(by impressions: [Double]) -> Set<Int> {
    var groups: [Int: (members: Set<Int>, weight: Double)] = [:]
    for position in 1..<parent.count where impressions[position] > 0 {
      groups[root(position), default: ([], 0)].members.insert(position)
      groups[root(position)]?.weight += impressions[position]
    }
    return groups.max { ($0.value.weight, -$0.key) < ($1.value.weight, -$1.key) }?.value.members ?? []
  }
}
