internal import Glibc
internal import Learning
internal import LinearAlgebra
internal import Probability

extension WordWorthRecipe {
  /// Learns words' worth together with weights of all columns, so that a word gets only what columns leave over.
  ///
  /// Cross-entropy of each query's softmax over its candidates with their shares of the gain (ListNet: Z. Cao et al.,
  /// ICML 2007, section 4), one query a step, with steps that shrink by parameter (AdaGrad: J. Duchi et al., JMLR 12,
  /// 2011). The queries' order is drawn from the seed; a step needs the one before, so one thread works.
  func fit(
    _ examples: FusionExamples, _ words: ExampleWords, seed: UInt64, on execution: Execution,
    where isKept: (Int) -> Bool
  ) throws -> WordWorth {
    let groups = examples.groups
    var order = groups.indices.filter { isKept(examples.folds[$0]) }
    var generator = SeededGenerator(seed: seed)
    order.shuffle(using: &generator)
    var state = WordWorthState(self, examples, words)
    for pass in 0..<passes {
      for (position, group) in order.enumerated() {
        if position % 1024 == 0 {
          try execution.cancellation.check()
          execution.progress.report(
            ProgressEvent(
              stage: "weighing words", completed: pass * order.count + position, total: passes * order.count))
        }
        state.step(group, groups[group])
      }
    }
    return WordWorth(held: state.held.values, matched: state.matched.values)
  }
}

/// The words of examples as terms of one vocabulary.
struct ExampleWords: Sendable {
  /// Distinct known terms of each group's query.
  let queries: [[Int]]
  /// Titles of all products.
  let titles: TitleSequences

  init(_ examples: FusionExamples, _ description: CandidateDescription) {
    titles = description.titles
    var query = FusionQuery(description.lexical)
    queries = examples.texts.map { text in
      query.analyze(text, description.lexical, description.titles)
      return query.words.compactMap { $0.term >= 0 ? Int($0.term) : nil }
    }
  }
}

/// Parameters with the steps they have made.
private struct AdaptiveParameters {
  private(set) var values: [Float]
  private var squares: [Float]
  private let rate: Float
  private let start: Float

  init(count: Int, rate: Float, start: Float) {
    values = Array(repeating: 0, count: count)
    squares = values
    (self.rate, self.start) = (rate, start)
  }

  @inline(__always)
  mutating func step(_ place: Int, _ slope: Float) {
    squares[place] += slope * slope
    values[place] -= rate * slope / (squares[place] + start).squareRoot()
  }
}

/// Parameters on their way.
private struct WordWorthState {
  private(set) var held: AdaptiveParameters
  private(set) var matched: AdaptiveParameters
  private var columns: AdaptiveParameters
  private let examples: FusionExamples
  private let words: ExampleWords
  private let scaling: (means: [Float], scales: [Float])
  private let l2: Float
  /// Terms of at most this weight are in enough titles.
  private let largestWeight: Float
  private var scores: [Float] = []
  private var hits: [UInt32] = []

  init(_ recipe: WordWorthRecipe, _ examples: FusionExamples, _ words: ExampleWords) {
    let (vocabulary, rate) = (words.titles.weights.count, Float(recipe.learningRate))
    held = AdaptiveParameters(count: vocabulary, rate: rate, start: 0.1)
    matched = held
    columns = AdaptiveParameters(count: examples.columns, rate: 0.3 * rate, start: 1e-3)
    self.examples = examples
    self.words = words
    scaling = examples.scaling()
    l2 = Float(recipe.l2)
    largestWeight = Float(
      LexicalStatistics.inverseFrequency(holders: recipe.leastTitles, products: words.titles.products))
  }

  mutating func step(_ group: Int, _ rows: Range<Int>) {
    let (query, width) = (words.queries[group], examples.columns)
    scores.removeAll(keepingCapacity: true)
    hits.removeAll(keepingCapacity: true)
    var (largest, gains): (Float, Float) = (-.infinity, 0)
    for row in rows {
      let title = words.titles.title(of: Int(examples.products[row]))
      var hit: UInt32 = 0
      var score: Float = 0
      for column in 0..<width { score += columns.values[column] * standardized(row, column) }
      let unit = 1 / Float(max(1, title.count)).squareRoot()
      for term in title {
        score += unit * held.values[Int(term)]
        for (place, word) in query.enumerated() where word == Int(term) { hit |= 1 << UInt32(place) }
      }
      for (place, word) in query.enumerated() where hit >> UInt32(place) & 1 == 1 {
        score += matched.values[word]
      }
      scores.append(score)
      hits.append(hit)
      largest = max(largest, score)
      gains += examples.gains[row]
    }
    guard gains > 0 else { return }
    var sum: Float = 0
    for score in scores { sum += exp(score - largest) }
    for (place, row) in rows.enumerated() {
      let slope = exp(scores[place] - largest) / sum - examples.gains[row] / gains
      // Candidates that nearly have their share teach nothing and are most.
      if abs(slope) < 1e-4 { continue }
      for column in 0..<width { columns.step(column, slope * standardized(row, column)) }
      let title = words.titles.title(of: Int(examples.products[row]))
      let unit = 1 / Float(max(1, title.count)).squareRoot()
      for term in title where words.titles.weights[Int(term)] <= largestWeight {
        held.step(Int(term), slope * unit + l2 * held.values[Int(term)])
      }
      for (position, word) in query.enumerated() where hits[place] >> UInt32(position) & 1 == 1 {
        matched.step(word, slope + l2 * matched.values[word])
      }
    }
  }

  @inline(__always)
  private func standardized(_ row: Int, _ column: Int) -> Float {
    (examples.rows[row * examples.columns + column] - scaling.means[column]) * scaling.scales[column]
  }
}
