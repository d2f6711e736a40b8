internal import LinearAlgebra

/// A membership whose chains were estimated from a panel: the problem, and how it moves when a chain does.
public struct EstimatedMembership: EstimatedDynamics {
  /// The model.
  public let model: MembershipModel

  /// The estimated chains.
  public let chains: EngagementChains

  /// How many moves each row of each chain comes from, in the order of ``rows``.
  public let observations: [Double]

  /// Creates estimated dynamics; `observations` has a number for each row of each class of each block.
  public init(model: MembershipModel, chains: EngagementChains, observations: [Double]) {
    (self.model, self.chains, self.observations) = (model, chains, observations)
  }

  /// Every row of every chain: blocks, then classes, then levels.
  public var rows: [EstimatedRow] {
    zip(places, observations).map { place, count in
      EstimatedRow(
        probabilities: chains.byBlock[place.block]?[place.kind]?[place.row] ?? [], observations: count)
    }
  }

  /// The problem when probability of one row moves to one level.
  public func problem(moving row: Int, to cell: Int, by share: Double) throws -> DecisionProblem {
    try model.problem(moved(row, to: cell, by: share))
  }

  /// The chains when probability of one row moves to one level.
  func moved(_ row: Int, to cell: Int, by share: Double) -> EngagementChains {
    let place = places[row]
    var moved = chains
    if var probabilities = moved.byBlock[place.block]?[place.kind]?[place.row] {
      for j in probabilities.indices { probabilities[j] *= 1 - share }
      probabilities[cell] += share
      moved.byBlock[place.block]?[place.kind]?[place.row] = probabilities
    }
    return moved
  }

  /// The chains with other rows, in the order of ``rows``.
  func replacing(rows: [[Double]]) -> EngagementChains {
    var other = chains
    for (place, row) in zip(places, rows) { other.byBlock[place.block]?[place.kind]?[place.row] = row }
    return other
  }

  private var places: [(block: String, kind: String, row: Int)] {
    model.blocks.flatMap { block in
      block.classes.flatMap { kind in (0..<block.levels).map { (block.name, kind, $0) } }
    }
  }
}
