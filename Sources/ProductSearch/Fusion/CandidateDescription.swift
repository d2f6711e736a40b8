internal import Glibc
internal import LinearAlgebra

/// Turns candidates into columns: what each ranker says of them, how the query's words lie in them.
///
/// The same code describes candidates in training and in search.
struct CandidateDescription: Sendable {
  /// Columns of each ranker: its score, that divided by the query's best, whether it found the product, its rank.
  static let perRanker = ["score", "share of the best score", "found", "nearness to its top"]

  /// Best products by words that others are compared with, and those whose last words are counted.
  private static let (feedbackDepth, headDepth) = (10, 20)

  let rankerNames: [String]
  /// How many of each ranker's products count as found, whatever more were asked for: models know no others.
  let depths: [Int]
  let lexical: LexicalIndex
  /// Of the products of the arrays; over the words of all products.
  let titles: TitleSequences
  let clicked: ClickedQueries?

  /// The products added since.
  private(set) var added: [AddedTitle] = []

  /// What single words are worth; nil while that is learned.
  var worth: WordWorth?

  /// Whether products have texts beside their titles.
  let hasFields: Bool

  init(
    rankerNames: [String], depths: [Int], lexical: LexicalIndex, titles: TitleSequences,
    clicked: ClickedQueries?,
    worth: WordWorth? = nil
  ) {
    self.rankerNames = rankerNames
    self.depths = depths
    self.lexical = lexical
    self.titles = titles
    self.clicked = clicked
    self.worth = worth
    hasFields = lexical.statistics.averageLengths.dropFirst().contains { $0 > 0 }
  }

  /// What each column says.
  var columnNames: [String] {
    rankerNames.flatMap { name in Self.perRanker.map { "\(name): \($0)" } }
      + FusionFeature.allCases.map(\.label)
  }

  /// Number of columns.
  var columns: Int { rankerNames.count * Self.perRanker.count + FusionFeature.allCases.count }

  /// Where a feature's column is.
  func column(_ feature: FusionFeature) -> Int { rankerNames.count * Self.perRanker.count + feature.rawValue }

  /// Columns of which a larger value must never count against a product: what rankers say.
  var rankerColumns: [Int] { Array(0..<rankerNames.count * Self.perRanker.count) }

  /// Memory for one search at a time.
  func makeScratch() -> CandidateScratch {
    CandidateScratch(rankers: rankerNames.count, columns: columns, lexical: lexical)
  }

  /// The same with products added, whose words and whose rankers these are.
  init(
    _ old: CandidateDescription, lexical: LexicalIndex, titles: TitleSequences, worth: WordWorth?,
    added: [AddedTitle]
  ) {
    self.init(
      rankerNames: old.rankerNames, depths: old.depths, lexical: lexical, titles: titles,
      clicked: old.clicked,
      worth: worth)
    self.added = added
  }

  /// The terms of a product's title.
  func title(of product: Int) -> UnsafeBufferPointer<UInt32> {
    if product < titles.products { return titles.title(of: product) }
    let terms = added[product - titles.products].terms
    return UnsafeBufferPointer(start: terms.unsafeBaseAddress, count: terms.count)
  }

  /// Root of the summed squares of the weights of a title's words.
  func titleLength(of product: Int) -> Float {
    product < titles.products ? titles.lengths[product] : added[product - titles.products].length
  }

  /// Describes the candidates that `scratch.rankings` name for a query.
  ///
  /// - Complexity: O(candidates · (title length + clicked queries)), allocates nothing once warm
  func describe(_ text: String, _ scratch: CandidateScratch) {
    scratch.gather()
    scratch.query.analyze(text, lexical, titles)
    writeRankers(scratch)
    for (place, word) in scratch.query.words.enumerated() where word.term >= 0 {
      scratch.slots[Int(word.term)] = UInt8(place + 1)
    }
    let feedback = addFeedback(scratch, sign: 1)
    let query = QueryFacts(scratch.query)
    let addresses = clicked?.addresses
    for (row, product) in scratch.products.enumerated() {
      let writer = FeatureWriter(
        base: scratch.columns.column(rankerNames.count * Self.perRanker.count) + row,
        stride: scratch.columns.stride)
      let matched = writeTitle(Int(product), query, feedback, scratch, writer)
      writeWorth(Int(product), matched, scratch.query, writer)
      writeFields(Int(product), matched, query, scratch.query, writer)
      for feature in FusionFeature.ofClicks { writer.base[feature * writer.stride] = 0 }
      if Int(product) < titles.products {
        if let addresses { writeClicks(Int(product), matched, query, scratch, addresses, writer) }
      } else if let clicked = added[Int(product) - titles.products].clicked {
        writeClicks(0, matched, query, scratch, clicked.addresses, writer)
      }
    }
    _ = addFeedback(scratch, sign: 0)
    for word in scratch.query.words where word.term >= 0 { scratch.slots[Int(word.term)] = 0 }
    scratch.release()
  }

  private func writeRankers(_ scratch: CandidateScratch) {
    let count = scratch.products.count
    for ranker in rankerNames.indices {
      let first = ranker * Self.perRanker.count
      for column in first..<first + Self.perRanker.count {
        scratch.columns.column(column).update(repeating: 0, count: count)
      }
      let ranking = scratch.rankings[ranker]
      let best = max(ranking.scores.first ?? 0, .leastNormalMagnitude)
      for rank in ranking.products.indices.prefix(depths[ranker]) {
        let row = scratch.place(of: ranking.products[rank])
        scratch.columns.column(first)[row] = ranking.scores[rank]
        scratch.columns.column(first + 1)[row] = ranking.scores[rank] / best
        scratch.columns.column(first + 2)[row] = 1
        scratch.columns.column(first + 3)[row] = 10 / Float(10 + rank)
      }
    }
  }

  /// Adds up the terms of the best products by words, or clears them again (`sign` 0); returns their length.
  private func addFeedback(_ scratch: CandidateScratch, sign: Float) -> Float {
    var square: Float = 0
    guard let ranking = scratch.rankings.first else { return 0 }
    for (rank, product) in ranking.products.prefix(Self.headDepth).enumerated() {
      let title = title(of: Int(product))
      let share = sign * ranking.scores[rank] / titleLength(of: Int(product))
      if rank < Self.feedbackDepth {
        for term in title {
          let old = scratch.feedback[Int(term)]
          let new = sign == 0 ? 0 : old + share * titles.weights[Int(term)]
          square += new * new - old * old
          scratch.feedback[Int(term)] = new
        }
      }
      if let head = head(title) { scratch.heads[head] = sign == 0 ? 0 : scratch.heads[head] + 1 }
    }
    return max(square, 1e-6).squareRoot()
  }

  /// The last word of a title that is not a number: most often what the product is.
  private func head(_ title: UnsafeBufferPointer<UInt32>) -> Int? {
    var place = title.count - 1
    while place >= 0 {
      if titles.numeric[Int(title[place])] == 0 { return Int(title[place]) }
      place -= 1
    }
    return nil
  }
}

/// What the query alone says, computed once for all candidates.
struct QueryFacts {
  let count: Int
  let weight: Float
  /// Root of the summed squares of the words' weights.
  let length: Float
  let heaviest: Float
  let unknownShare: Float
  let numbers: UInt32
  /// Words behind a number.
  let units: UInt32
  let all: UInt32

  init(_ query: FusionQuery) {
    count = query.words.count
    weight = max(query.weight, 1e-6)
    var (heaviest, unknown, square): (Float, Float, Float) = (0, 0, 1e-6)
    var (numbers, units): (UInt32, UInt32) = (0, 0)
    for (place, word) in query.words.enumerated() {
      heaviest = max(heaviest, word.weight)
      square += word.weight * word.weight
      if word.term < 0 { unknown += 1 }
      if word.isNumber {
        numbers |= 1 << UInt32(place)
        if place + 1 < query.words.count { units |= 1 << UInt32(place + 1) }
      }
    }
    self.heaviest = heaviest
    length = square.squareRoot()
    unknownShare = unknown / Float(max(1, count))
    (self.numbers, self.units) = (numbers, units)
    all = count >= 32 ? .max : 1 << UInt32(count) - 1
  }
}

/// Writes the features of one candidate.
struct FeatureWriter {
  let base: UnsafeMutablePointer<Float>
  let stride: Int

  @inline(__always)
  subscript(feature: FusionFeature) -> Float {
    get { base[feature.rawValue &* stride] }
    nonmutating set { base[feature.rawValue &* stride] = newValue }
  }
}
