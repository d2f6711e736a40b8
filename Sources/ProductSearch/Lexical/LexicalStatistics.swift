internal import Glibc
internal import LinearAlgebra

/// Counts over a catalogue that BM25 weighs words with.
struct LexicalStatistics: Codable, Sendable, Equatable {
  /// Average length of each field over the products that have it.
  private(set) var averageLengths = [Double](repeating: 0, count: TextField.allCases.count)

  /// Average weight of the clicked queries' words over the products that have any.
  private(set) var averageClicks = 0.0

  init(_ corpus: LexicalCorpus) {
    var sums = averageLengths
    var counts = averageLengths
    var (clicks, clicked) = (0.0, 0.0)
    for product in 0..<corpus.products {
      let lengths = Self.lengths(of: product, in: corpus)
      for field in lengths.indices where lengths[field] > 0 {
        sums[field] += lengths[field]
        counts[field] += 1
      }
      let weight = corpus.clicks(of: product).reduce(0) { $0 + $1.weight }
      if weight > 0 {
        clicks += weight
        clicked += 1
      }
    }
    for field in sums.indices where counts[field] > 0 { averageLengths[field] = sums[field] / counts[field] }
    if clicked > 0 { averageClicks = clicks / clicked }
  }

  /// Whether there is an average for every field, as there is unless a file was altered.
  var isComplete: Bool { averageLengths.count == TextField.allCases.count }

  /// Words in each field of a product.
  static func lengths(of product: Int, in corpus: LexicalCorpus) -> [Double] {
    var lengths = [Double](repeating: 0, count: TextField.allCases.count)
    for word in corpus.words(of: product) where word.field < lengths.count {
      lengths[word.field] += Double(word.frequency)
    }
    return lengths
  }

  /// How informative a term is that `holders` of `products` hold.
  static func inverseFrequency(holders: Int, products: Int) -> Double {
    log(1 + (Double(products - holders) + 0.5) / (Double(holders) + 0.5))
  }
}

/// BM25 weights of one product's words, before saturation.
struct LexicalWeighting {
  private let recipe: LexicalRecipe
  private let fields: [Double]
  private let statistics: LexicalStatistics

  init(_ recipe: LexicalRecipe, _ statistics: LexicalStatistics) {
    self.recipe = recipe
    self.statistics = statistics
    fields = TextField.allCases.map { recipe.fieldWeights[$0] }
  }

  /// What one occurrence counts in each field of a product.
  func fieldFactors(of product: Int, in corpus: LexicalCorpus) -> [Double] {
    let lengths = LexicalStatistics.lengths(of: product, in: corpus)
    return fields.indices.map { field in
      let average = statistics.averageLengths[field]
      guard average > 0, lengths[field] > 0 else { return 0 }
      return fields[field] / (1 - recipe.text.b + recipe.text.b * lengths[field] / average)
    }
  }

  /// What weight 1 of a clicked query counts for a product.
  func clickFactor(of product: Int, in corpus: LexicalCorpus) -> Double {
    let length = corpus.clicks(of: product).reduce(0) { $0 + $1.weight }
    guard length > 0, statistics.averageClicks > 0 else { return 0 }
    return 1 / (1 - recipe.clicks.b + recipe.clicks.b * length / statistics.averageClicks)
  }

  /// The impacts of all products of a corpus: text terms in their own columns, clicked terms from `clicks` on.
  func impacts(
    of corpus: LexicalCorpus, _ frequencies: LexicalFrequencies, clicks: Int
  ) -> SparseMatrix {
    var builder = SparseMatrix.Builder(columns: clicks + corpus.terms)
    var row = SparseVector()
    for product in 0..<corpus.products {
      row.removeAll()
      forEachTextTerm(of: product, in: corpus) { term, frequency in
        let impact =
          recipe.text.weight * frequencies.text(of: term) * frequency / (frequency + recipe.text.k1)
        if impact > 0 { row.append(index: Int32(term), value: Float(impact)) }
      }
      let factor = clickFactor(of: product, in: corpus)
      for click in corpus.clicks(of: product) {
        let frequency = factor * click.weight
        let impact =
          recipe.clicks.weight * frequencies.clicks(of: click.term) * frequency
          / (frequency + recipe.clicks.k1)
        if impact > 0 { row.append(index: Int32(clicks + click.term), value: Float(impact)) }
      }
      builder.append(row)
    }
    return builder.finish()
  }

  /// Calls `body` with each term of a product's text and its weighted, length-normalised frequency.
  private func forEachTextTerm(of product: Int, in corpus: LexicalCorpus, _ body: (Int, Double) -> Void) {
    let factors = fieldFactors(of: product, in: corpus)
    var (term, frequency) = (-1, 0.0)
    for word in corpus.words(of: product) {
      if word.term != term {
        if frequency > 0 { body(term, frequency) }
        (term, frequency) = (word.term, 0)
      }
      frequency += factors[word.field] * Double(word.frequency)
    }
    if frequency > 0 { body(term, frequency) }
  }

  /// How informative each term of a corpus is.
  func frequencies(of corpus: LexicalCorpus) -> LexicalFrequencies {
    var inText = [Int](repeating: 0, count: corpus.terms)
    var inClicks = inText
    for product in 0..<corpus.products {
      var last = -1
      for word in corpus.words(of: product) where fields[word.field] > 0 && word.term != last {
        inText[word.term] += 1
        last = word.term
      }
      for click in corpus.clicks(of: product) { inClicks[click.term] += 1 }
    }
    // A word that no product holds yet counts as if the one that brings it were there.
    let inverse = { LexicalStatistics.inverseFrequency(holders: max(1, $0), products: corpus.products) }
    return LexicalFrequencies(text: inText.map(inverse), clicks: inClicks.map(inverse), rarest: inverse(1))
  }
}

/// How informative terms are, by how many products hold them in their texts and in their clicked queries.
struct LexicalFrequencies: Sendable {
  fileprivate let text: [Double]
  fileprivate let clicks: [Double]
  /// Of a term that one product alone holds.
  fileprivate let rarest: Double

  func text(of term: Int) -> Double { term < text.count ? text[term] : rarest }

  func clicks(of term: Int) -> Double { term < clicks.count ? clicks[term] : rarest }
}
