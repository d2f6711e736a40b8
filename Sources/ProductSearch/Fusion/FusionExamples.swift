internal import Learning
internal import LinearAlgebra
internal import TabularLearning

/// A query with what its candidates are worth.
struct FusionExampleQuery: Sendable {
  let text: String
  /// Worth by position in the catalogue.
  let gains: [Int32: Float]
  /// Products that count as relevant.
  let relevant: Set<Int32>
  /// The part of the queries that it belongs to.
  let fold: Int
}

/// Described candidates of many queries.
struct FusionExamples: Sendable {
  private(set) var rows: [Float] = []
  private(set) var gains: [Float] = []
  private(set) var isRelevant: [Bool] = []
  private(set) var groupSizes: [Int] = []
  private(set) var folds: [Int] = []
  /// The largest discounted gain that a ranking of all judged products could reach.
  private(set) var ideals: [Double] = []
  private let columns: Int

  private static let depth = 10

  init(columns: Int) {
    self.columns = columns
  }

  /// Asks the rankers each query and describes the best candidates; queries none of whose candidates are worth
  /// anything teach nothing.
  init(
    _ queries: [FusionExampleQuery], rankers: [any ProductRanker], description: CandidateDescription,
    recipe: FusionRecipe, on execution: Execution
  ) throws {
    columns = description.columns
    let described = try concurrentMap(
      count: queries.count, threads: execution.threads, scratch: { description.makeScratch() }
    ) { scratch, position in
      if position % 64 == 0 {
        try execution.cancellation.check()
        execution.progress.report(
          ProgressEvent(stage: "describing candidates", completed: position, total: queries.count))
      }
      return try Described(queries[position], scratch, rankers, description, recipe)
    }
    for (query, part) in zip(queries, described) where part.gains.contains(where: { $0 > 0 }) {
      rows += part.values
      gains += part.gains
      isRelevant += part.isRelevant
      groupSizes.append(part.gains.count)
      folds.append(query.fold)
      ideals.append(Self.discounted(query.gains.values.sorted(by: >)))
    }
  }

  /// The candidates of one query, row by row.
  private struct Described: Sendable {
    var values: [Float] = []
    var gains: [Float] = []
    var isRelevant: [Bool] = []

    init(
      _ query: FusionExampleQuery, _ scratch: CandidateScratch, _ rankers: [any ProductRanker],
      _ description: CandidateDescription, _ recipe: FusionRecipe
    ) throws {
      try recipe.find(query.text, atLeast: 1, rankers, scratch)
      description.describe(query.text, scratch)
      for row in Self.kept(scratch, recipe.learnedCandidates) {
        let product = scratch.products[row]
        values += scratch.columns.row(row)
        gains.append(query.gains[product] ?? 0)
        isRelevant.append(query.relevant.contains(product))
      }
    }

    /// The candidates that some ranker puts first.
    ///
    /// What a candidate is worth has no say: a model that meets low candidates only where they are wanted learns that
    /// low candidates are wanted.
    private static func kept(_ scratch: CandidateScratch, _ most: Int) -> [Int] {
      var rows: [Int32: Int] = [:]
      for (row, product) in scratch.products.enumerated() { rows[product] = row }
      var kept: Set<Int> = []
      let deepest = scratch.rankings.map(\.products.count).max() ?? 0
      for rank in 0..<deepest {
        for ranking in scratch.rankings where rank < ranking.products.count && kept.count < most {
          kept.insert(rows[ranking.products[rank]]!)
        }
      }
      return kept.sorted()
    }
  }

  static func discounted(_ sorted: [Float]) -> Double {
    RankingMetrics.discounted(sorted.prefix(depth).map(Double.init))
  }

  mutating func append(_ other: FusionExamples) {
    rows += other.rows
    gains += other.gains
    isRelevant += other.isRelevant
    groupSizes += other.groupSizes
    folds += other.folds
    ideals += other.ideals
  }

  /// The rows of each query.
  var groups: [Range<Int>] {
    var start = 0
    return groupSizes.map { size in
      defer { start += size }
      return start..<start + size
    }
  }

  /// The examples of the queries that `isKept` wants by their folds.
  func examples(_ isKept: (Int) -> Bool) throws -> GroupedExamples {
    var (values, gains, sizes): ([Float], [Float], [Int]) = ([], [], [])
    for (group, range) in groups.enumerated() where isKept(folds[group]) {
      values += rows[range.lowerBound * columns..<range.upperBound * columns]
      gains += self.gains[range]
      sizes.append(range.count)
    }
    return GroupedExamples(
      features: try DenseMatrix(rows: gains.count, columns: columns, values: values), gains: gains, groupSizes: sizes)
  }

  /// Mean nDCG@10 of the rows ordered by scores.
  func ndcg(_ scores: [Float]) -> Double {
    var sum = 0.0
    for (group, range) in groups.enumerated() {
      let order = range.sorted { (scores[$0], $1) > (scores[$1], $0) }
      sum += Self.discounted(order.prefix(Self.depth).map { gains[$0] }) / max(ideals[group], .leastNormalMagnitude)
    }
    return sum / Double(max(1, groupSizes.count))
  }

  /// Scores the rows of one fold, row by row as they lie.
  func score(_ model: FusionModel, fold: Int, into scores: inout [Float]) {
    // One query at a time, its columns side by side as in search.
    let most = groupSizes.max() ?? 0
    var columnar = [Float](repeating: 0, count: most * columns)
    for (group, range) in groups.enumerated() where folds[group] == fold {
      for (place, row) in range.enumerated() {
        for column in 0..<columns { columnar[column * most + place] = rows[row * columns + column] }
      }
      scores.withUnsafeMutableBufferPointer { scores in
        columnar.withUnsafeBufferPointer {
          model.score($0.baseAddress!, stride: most, count: range.count, into: scores.baseAddress! + range.lowerBound)
        }
      }
    }
  }
}
