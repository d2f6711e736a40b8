public import Probability

/// How good a completer's lists are, over searches with prefixes.
///
///     let evaluation = CompletionEvaluation(test, known: labels) { model.complete($0).texts }
///     print(evaluation.mean(.all).reciprocalRank)
///
/// Only strict prefixes count: a completer that echoes what is typed scores nothing.
public struct CompletionEvaluation: Sendable {
  /// Which searches.
  public enum Group: Hashable, Sendable, CaseIterable {
    /// All with a strict prefix.
    case all
    /// Those whose query was searched in the training period.
    case seen
    /// The others.
    case unseen
    /// Those with 1 character typed, 2 to 3, 4 to 6, 7 to 10, more than 10.
    case characters1, characters2to3, characters4to6, characters7to10, charactersOver10
    /// Seen ones with at most 3 characters typed.
    case seenShort
  }

  /// Means over a group.
  public struct Means: Sendable, Equatable {
    /// Searches.
    public var count = 0
    /// MRR@10.
    public var reciprocalRank = 0.0
    /// SR@10, the share whose query is among the first ten.
    public var success = 0.0
    /// BLEU_RR.
    public var bleu = 0.0
    /// Mean length of the lists.
    public var length = 0.0
  }

  /// The searches with strict prefixes.
  public let examples: [CompletionExample]

  /// Measures of each.
  public let measures: [CompletionMeasures]

  private let known: Set<String>

  /// Asks a completer for each search.
  public init(
    _ examples: [CompletionExample], known: Set<String>,
    _ complete: (CompletionRequest) throws -> [String]
  ) rethrows {
    try self.init(
      examples,
      lists: examples.map { try complete(CompletionRequest($0.prefix ?? "", after: $0.history)) },
      known: known)
  }

  /// Judges lists that are already there, one for each example.
  public init(_ examples: [CompletionExample], lists: [[String]], known: Set<String>) {
    precondition(examples.count == lists.count, "one list for each example")
    var (kept, measures) = ([CompletionExample](), [CompletionMeasures]())
    for (example, list) in zip(examples, lists) where example.isStrict {
      kept.append(example)
      measures.append(CompletionMeasures(list, searched: example.query))
    }
    (self.examples, self.measures, self.known) = (kept, measures, known)
  }

  /// Means over a group.
  public func mean(_ group: Group) -> Means {
    var means = Means()
    for (example, measure) in zip(examples, measures) where contains(group, example) {
      means.count += 1
      means.reciprocalRank += measure.reciprocalRank
      means.success += measure.reciprocalRank > 0 ? 1 : 0
      means.bleu += measure.bleu
      means.length += Double(measure.length)
    }
    let count = Double(max(1, means.count))
    means.reciprocalRank /= count
    means.success /= count
    means.bleu /= count
    means.length /= count
    return means
  }

  /// The difference in MRR@10 to another completer's on the same searches, with an interval over users: searches of one
  /// user are not independent.
  ///
  /// - Precondition: both evaluations are of the same examples.
  public func difference(
    minus other: CompletionEvaluation, _ group: Group = .all, draws: Int = 1000, seed: UInt64 = 0
  ) -> ConfidenceInterval? {
    precondition(examples.count == other.examples.count, "evaluations of the same searches")
    var users: [String: (sum: Double, count: Double)] = [:]
    for (number, example) in examples.enumerated() where contains(group, example) {
      let user = example.user.isEmpty ? "\(number)" : example.user
      let change = measures[number].reciprocalRank - other.measures[number].reciprocalRank
      users[user, default: (0, 0)].sum += change
      users[user, default: (0, 0)].count += 1
    }
    let units = users.sorted { $0.key < $1.key }.map(\.value)
    guard !units.isEmpty else { return nil }
    var generator = SeededGenerator(seed: seed)
    var ratios = (0..<draws).map { _ in
      var (sum, count) = (0.0, 0.0)
      for _ in units.indices {
        let unit = units[generator.integer(below: units.count)]
        sum += unit.sum
        count += unit.count
      }
      return sum / count
    }
    ratios.sort()
    let total = units.reduce((sum: 0.0, count: 0.0)) { ($0.sum + $1.sum, $0.count + $1.count) }
    return ConfidenceInterval(
      estimate: total.sum / total.count, low: Bootstrap.quantile(ratios, 0.025),
      high: Bootstrap.quantile(ratios, 0.975), level: 0.95)
  }

  private func contains(_ group: Group, _ example: CompletionExample) -> Bool {
    let typed = (example.prefix ?? "").unicodeScalars.count
    let isSeen = known.contains(example.query)
    switch group {
    case .all: return true
    case .seen: return isSeen
    case .unseen: return !isSeen
    case .characters1: return typed == 1
    case .characters2to3: return (2...3).contains(typed)
    case .characters4to6: return (4...6).contains(typed)
    case .characters7to10: return (7...10).contains(typed)
    case .charactersOver10: return typed > 10
    case .seenShort: return isSeen && typed <= 3
    }
  }
}
