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
  /// Position in the whole catalogue of each row's product.
  private(set) var products: [Int32] = []
  private(set) var gains: [Float] = []
  private(set) var isRelevant: [Bool] = []
  private(set) var groupSizes: [Int] = []
  private(set) var texts: [String] = []
  private(set) var folds: [Int] = []
  /// The largest discounted gain that a ranking of all judged products could reach.
  private(set) var ideals: [Double] = []
  let columns: Int

  private static let depth = 10

  init(columns: Int) {
    self.columns = columns
  }

  /// Asks the rankers each query and describes the best candidates; queries none of whose candidates are worth
  /// anything teach nothing.
  ///
  /// - Parameter positions: of the rankers' products in the whole catalogue; nil where theirs are those.
  init(
    _ queries: [FusionExampleQuery], rankers: [any ProductRanker], description: CandidateDescription,
    recipe: FusionRecipe, positions: [Int]? = nil, on execution: Execution
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
      products +=
        positions.map { positions in part.products.map { Int32(positions[Int($0)]) } } ?? part.products
      texts.append(query.text)
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
    var products: [Int32] = []
    var gains: [Float] = []
    var isRelevant: [Bool] = []

    init(
      _ query: FusionExampleQuery, _ scratch: CandidateScratch, _ rankers: [any ProductRanker],
      _ description: CandidateDescription, _ recipe: FusionRecipe
    ) throws {
      try description.find(RankingQuery(query.text, limit: 1), rankers, scratch)
      description.describe(query.text, scratch)
      for row in Self.kept(scratch, recipe.learnedCandidates) {
        let product = scratch.products[row]
        values += scratch.columns.row(row)
        products.append(product)
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
    products += other.products
    texts += other.texts
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

  /// The fold of each row's query.
  var rowFolds: [Int] { zip(folds, groupSizes).flatMap { repeatElement($0, count: $1) } }

  /// Mean and one over the standard deviation of each column; 0 for a column of one value.
  func scaling() -> (means: [Float], scales: [Float]) {
    let count = max(1, gains.count)
    var (sums, squares) = ([Double](repeating: 0, count: columns), [Double](repeating: 0, count: columns))
    for row in gains.indices {
      for column in 0..<columns {
        let value = Double(rows[row * columns + column])
        sums[column] += value
        squares[column] += value * value
      }
    }
    let means = sums.map { $0 / Double(count) }
    return (
      means.map(Float.init),
      zip(squares, means).map { square, mean in
        let variance = square / Double(count) - mean * mean
        return variance > 1e-9 * max(1, mean * mean) ? Float(1 / variance.squareRoot()) : 0
      }
    )
  }

  /// Writes what words are worth into the columns of the queries of one fold.
  mutating func write(
    _ worth: WordWorth, fold: Int, _ words: ExampleWords, _ description: CandidateDescription
  ) {
    let (heldColumn, matchedColumn) = (description.column(.wordsHeld), description.column(.wordsMatched))
    var query = FusionQuery(description.lexical)
    for (group, range) in groups.enumerated() where folds[group] == fold {
      query.analyze(texts[group], description.lexical, description.titles)
      for row in range {
        let title = words.titles.title(of: Int(products[row]))
        var places: UInt32 = 0
        for (place, word) in query.words.enumerated()
        where word.term >= 0 && title.contains(UInt32(word.term)) {
          places |= 1 << UInt32(place)
        }
        let (held, matched) = worth.scores(title, places, query)
        rows[row * columns + heldColumn] = held
        rows[row * columns + matchedColumn] = matched
      }
    }
  }

  /// The examples of the queries that `isKept` wants by their folds, with the scores that a model goes on from.
  func examples(goingOnFrom scores: [Float]? = nil, _ isKept: (Int) -> Bool) throws -> GroupedExamples {
    var (values, gains, sizes): ([Float], [Float], [Int]) = ([], [], [])
    var starts: [Float]? = scores == nil ? nil : []
    for (group, range) in groups.enumerated() where isKept(folds[group]) {
      values += rows[range.lowerBound * columns..<range.upperBound * columns]
      gains += self.gains[range]
      sizes.append(range.count)
      if let scores { starts?.append(contentsOf: scores[range]) }
    }
    return GroupedExamples(
      features: try DenseMatrix(rows: gains.count, columns: columns, values: values), gains: gains,
      groupSizes: sizes,
      startingScores: starts)
  }

  /// Mean nDCG@10 of the rows ordered by scores.
  func ndcg(_ scores: [Float]) -> Double {
    var sum = 0.0
    for (group, range) in groups.enumerated() {
      let order = range.sorted { (scores[$0], $1) > (scores[$1], $0) }
      sum +=
        Self.discounted(order.prefix(Self.depth).map { gains[$0] })
        / max(ideals[group], .leastNormalMagnitude)
    }
    return sum / Double(max(1, groupSizes.count))
  }

  /// Scores the rows of one fold, row by row as they lie.
  func score(_ model: some ColumnScorer, fold: Int, into scores: inout [Float]) {
    // One query at a time, its columns side by side as in search.
    let most = groupSizes.max() ?? 0
    var columnar = [Float](repeating: 0, count: most * columns)
    for (group, range) in groups.enumerated() where folds[group] == fold {
      for (place, row) in range.enumerated() {
        for column in 0..<columns { columnar[column * most + place] = rows[row * columns + column] }
      }
      scores.withUnsafeMutableBufferPointer { scores in
        columnar.withUnsafeBufferPointer {
          model.add(
            $0.baseAddress!, stride: most, count: range.count, to: scores.baseAddress! + range.lowerBound)
        }
      }
    }
  }
}
