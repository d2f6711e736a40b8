/// How likely each position of an answer is looked at, and how that is known.
public struct PositionModel: Codable, Sendable, Equatable {
  /// Whether relevance and position can be told apart.
  public enum Status: String, Codable, Sendable {
    /// Products stood at several positions, which tells the positions apart.
    case identified
    /// As identified, but the estimates still moved when the rounds were over.
    case notConverged
    /// Each product always stood at one position: a good position and a good product look alike.
    case fixedPositions
    /// Products stood at several positions, but too few impressions show it.
    case fewMoves
    /// Nothing says at which positions products stood.
    case noPositions
    /// Nothing says what was shown.
    case noImpressions

    /// Whether the examinations mean anything.
    public var isIdentified: Bool { self == .identified || self == .notConverged }
  }

  /// Whether relevance and position can be told apart.
  public internal(set) var status: Status

  /// The probability that position k = 1, 2, ... is looked at, relative to that of the first; empty where it is not
  /// identified. The last of 100 stands for all behind it.
  public internal(set) var examination: [Double] = []

  /// Positions whose products stood at no other position: they take over the examination of the position before.
  public internal(set) var unlinkedPositions: [Int] = []

  /// Impressions that the examinations were learned from.
  public internal(set) var impressions = 0

  /// Whether they were learned from impressions in random order alone.
  public internal(set) var usesRandomisedAlone = false

  /// Rounds of the alternating estimation.
  public internal(set) var rounds = 0

  init(status: Status) {
    self.status = status
  }

  /// The examination of a position from 1 on.
  func examination(at position: Int32) -> Double {
    examination.isEmpty ? 1 : examination[min(Int(position), examination.count) - 1]
  }
}
