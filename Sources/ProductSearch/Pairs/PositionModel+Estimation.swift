extension PositionModel {
  /// The Beta prior of a pair's attraction: its two counts' sum, and the share of "liked" among it. Weak, and
  /// below most attractions, so that pairs shown once do not look certain.
  static let attractionPrior = (liked: 0.1, all: 0.5)

  private static let examinationPrior = (seen: 0.1, all: 0.2)

  /// Positions are linked when pairs moved between them with so many impressions on the rarer side.
  static let leastLink = 50.0

  /// The examinations are learned from pairs with so many impressions: each pair brings a parameter of its own,
  /// and those of rare pairs, pulled towards the prior, bias what all pairs share.
  static let leastEvidence = 20.0

  /// Below so many actions on such pairs all pairs are taken.
  static let leastActions = 500.0

  static let maximumRounds = 1000

  /// Learns the examinations by expectation maximisation.
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
    var evidence = pairs.cells.filter { pairs.placed($0) >= Self.leastEvidence }
    if evidence.reduce(0, { $0 + pairs.placedActions($1) }) < Self.leastActions { evidence = pairs.cells }
    var rows: [(cell: Int, row: Int)] = []
    for (number, cell) in evidence.enumerated() {
      for row in cell.rows where isLinked[Int(pairs.position[row])] { rows.append((number, row)) }
    }
    let first = linked.min() ?? 1
    var theta = (0...count).map { isLinked[$0] ? 1 / Double(max(1, $0 - first + 1)).squareRoot() : 0 }
    var gamma = [Double](repeating: 0.3, count: evidence.count)
    var all = (theta: theta.map { _ in 0.0 }, gamma: gamma.map { _ in 0.0 })
    for (cell, row) in rows {
      all.theta[Int(pairs.position[row])] += pairs.shown[row]
      all.gamma[cell] += pairs.shown[row]
    }
    impressions = Int(all.gamma.reduce(0, +))
    var (seen, liked) = all
    while rounds < Self.maximumRounds, status == .notConverged {
      rounds += 1
      for position in seen.indices { seen[position] = Self.examinationPrior.seen }
      for cell in liked.indices { liked[cell] = Self.attractionPrior.liked }
      for (cell, row) in rows {
        let position = Int(pairs.position[row])
        let part = Self.expected(pairs.shown[row], pairs.acted[row], theta[position], gamma[cell])
        seen[position] += part.seen
        liked[cell] += part.liked
      }
      let shares = seen.indices.map { seen[$0] / (all.theta[$0] + Self.examinationPrior.all) }
      let largest = linked.reduce(0) { max($0, shares[$1]) }
      var change = 0.0
      for position in linked {
        change = max(change, abs(shares[position] / largest - theta[position]))
        theta[position] = shares[position] / largest
      }
      for cell in gamma.indices { gamma[cell] = liked[cell] / (all.gamma[cell] + Self.attractionPrior.all) }
      if change < 1e-6 { status = .identified }
    }
    var last = 1.0
    examination = (1...count).map { position in
      if isLinked[position] { last = theta[position] / theta[first] }
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
