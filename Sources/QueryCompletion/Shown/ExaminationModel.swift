/// A list of suggestions as it was shown.
public struct ShownList: Sendable, Equatable {
  /// What was typed, or whatever else says that lists were shown for the same wish.
  public var prefix: String
  /// The suggestions, best first.
  public var texts: [String]
  /// Which one was taken; nil for none.
  public var accepted: Int?

  /// Creates a list.
  public init(_ texts: [String], prefix: String, accepted: Int? = nil) {
    (self.texts, self.prefix, self.accepted) = (texts, prefix, accepted)
  }
}

/// How likely each rank of a list is looked at, and each suggestion taken by who looks at it.
///
///     let model = ExaminationModel(lists)
///     model.relevance(of: "running socks", for: "ru")
///
/// P(taken at rank r) = e(r) · relevance, the position-based model (N. Craswell et al., WSDM 2008), by expectation
/// maximisation (A. Chuklin, I. Markov, M. de Rijke: "Click Models for Web Search", 2015, section 4.2.2). Counts of what
/// was taken learn the order that was shown; this does not, as long as some suggestions were shown at several ranks.
public struct ExaminationModel: Sendable {
  /// How likely each rank is looked at, against the first one.
  public let examination: [Double]
  private let relevances: [Key: Double]

  private struct Key: Hashable { let prefix, text: String }

  /// Weights of what was taken are cut here, so that a low rank does not decide alone.
  public static let leastExamination = 0.1

  /// Learns from lists.
  ///
  /// - Complexity: O(suggestions shown · rounds)
  public init(_ lists: [ShownList], rounds: Int = 100) {
    let ranks = lists.map(\.texts.count).max() ?? 0
    var numbers: [Key: Int] = [:]
    // How often each suggestion was shown at each rank, and taken there.
    var counts: [Int: (shown: Double, taken: Double)] = [:]
    for list in lists {
      for (rank, text) in list.texts.enumerated() {
        let number = numbers[Key(prefix: list.prefix, text: text), default: numbers.count]
        numbers[Key(prefix: list.prefix, text: text)] = number
        counts[number * ranks + rank, default: (0, 0)].shown += 1
        if list.accepted == rank { counts[number * ranks + rank, default: (0, 0)].taken += 1 }
      }
    }
    let cells = counts.sorted { $0.key < $1.key }
    var examination = (0..<ranks).map { 1 / Double($0 + 1) }
    var relevance = [Double](repeating: 0.1, count: numbers.count)
    for _ in 0..<rounds {
      var looked = [(sum: Double, count: Double)](repeating: (0, 0), count: ranks)
      var wanted = [(sum: Double, count: Double)](repeating: (0, 0), count: numbers.count)
      for (cell, count) in cells {
        let (number, rank) = (cell / ranks, cell % ranks)
        let (e, g) = (examination[rank], relevance[number])
        let missed = count.shown - count.taken
        let silence = max(1 - e * g, 1e-12)
        looked[rank].sum += count.taken + missed * e * (1 - g) / silence
        wanted[number].sum += count.taken + missed * g * (1 - e) / silence
        looked[rank].count += count.shown
        wanted[number].count += count.shown
      }
      examination = looked.map { $0.sum / max($0.count, 1) }
      relevance = wanted.map { $0.sum / max($0.count, 1) }
    }
    let first = max(examination.first ?? 1, 1e-12)
    self.examination = examination.map { $0 / first }
    relevances = numbers.mapValues { relevance[$0] * first }
  }

  /// How likely who looks at a suggestion takes it; nil where it was never shown.
  public func relevance(of text: String, for prefix: String) -> Double? {
    relevances[Key(prefix: prefix, text: text)]
  }

  /// What a search counts whose suggestion was taken at a rank: more, the less that rank is looked at.
  public func weight(ofRank rank: Int) -> Double {
    1 / max(examination.indices.contains(rank) ? examination[rank] : 1, Self.leastExamination)
  }
}
