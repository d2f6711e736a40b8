public import Probability

/// One list out of two completers' lists, so that what is taken says which one is better.
///
///     let list = InterleavedList(a, b, limit: 10, using: &generator)
///     list.team(ofRank: 2)                       // whose suggestion was taken
///
/// Team-draft interleaving: F. Radlinski, M. Kurup, T. Joachims: "How Does Clickthrough Data Reflect Retrieval Quality?",
/// CIKM 2008, algorithm 2.
public struct InterleavedList: Sendable, Equatable {
  /// Whose suggestion it is.
  public enum Team: Sendable { case first, second }

  /// The suggestions, best first.
  public private(set) var texts: [String] = []
  private var teams: [Team] = []

  /// Lets both choose in turn, the one with fewer suggestions first, by chance where they have as many.
  public init(
    _ first: [String], _ second: [String], limit: Int, using generator: inout SeededGenerator
  ) {
    var counts = (first: 0, second: 0)
    while texts.count < limit {
      let prefersFirst =
        counts.first != counts.second ? counts.first < counts.second : generator.uniform() < 0.5
      let own = prefersFirst ? first : second
      guard let next = own.first(where: { !texts.contains($0) }) else {
        // The other one alone has suggestions left.
        let other = prefersFirst ? second : first
        guard let next = other.first(where: { !texts.contains($0) }) else { return }
        add(next, prefersFirst ? .second : .first, &counts)
        continue
      }
      add(next, prefersFirst ? .first : .second, &counts)
    }
  }

  private mutating func add(_ text: String, _ team: Team, _ counts: inout (first: Int, second: Int)) {
    texts.append(text)
    teams.append(team)
    if team == .first { counts.first += 1 } else { counts.second += 1 }
  }

  /// Whose suggestion stands at a rank.
  public func team(ofRank rank: Int) -> Team? { teams.indices.contains(rank) ? teams[rank] : nil }
}
