internal import LinearAlgebra
internal import TextFeatures

/// The memory in which candidates of one query are gathered and described.
final class CandidateScratch: @unchecked Sendable {
  // @unchecked: a pool lends it to one search at a time.

  /// What each ranker found.
  var rankings: [ProductRanking]

  /// The products that any ranker found, without repetition.
  private(set) var products: [Int32] = []

  var query: FusionQuery
  let columns: FusionColumns

  /// One more than the place of each term in the query; 0 for terms that are not in it.
  let slots: UnsafeMutableBufferPointer<UInt8>

  /// Summed weights of each term in the best products by words.
  let feedback: UnsafeMutableBufferPointer<Float>

  /// How many of the best products by words end with each term.
  let heads: UnsafeMutableBufferPointer<Float>

  /// How many words and how many products there is room for.
  let words, catalogue: Int

  /// Words and products that may come before there must be new memory.
  static let growth = 4096

  /// Scores of the candidates.
  private(set) var scores: UnsafeMutablePointer<Float>
  private var scoreCapacity = 512

  /// Keys of the candidates for ordering.
  var keys: [RankKey] = []

  /// One more than the place of each product among the candidates; 0 for products that are none.
  private let places: UnsafeMutableBufferPointer<Int32>

  init(rankers: Int, columns: Int, lexical: LexicalIndex) {
    rankings = Array(repeating: ProductRanking(), count: rankers)
    query = FusionQuery(lexical)
    self.columns = FusionColumns(columns: columns)
    // Room for words and products that come, so that the memory lasts.
    (words, catalogue) = (lexical.vocabulary.count + Self.growth, lexical.products + Self.growth)
    slots = .allocate(capacity: words)
    slots.initialize(repeating: 0)
    feedback = .allocate(capacity: words)
    feedback.initialize(repeating: 0)
    heads = .allocate(capacity: words)
    heads.initialize(repeating: 0)
    places = .allocate(capacity: catalogue)
    places.initialize(repeating: 0)
    scores = .allocate(capacity: scoreCapacity)
  }

  deinit {
    slots.deallocate()
    feedback.deallocate()
    heads.deallocate()
    places.deallocate()
    scores.deallocate()
  }

  /// Gathers what the rankers found and makes room for its description.
  func gather() {
    products.removeAll(keepingCapacity: true)
    for ranking in rankings {
      for product in ranking.products where places[Int(product)] == 0 {
        products.append(product)
        places[Int(product)] = Int32(products.count)
      }
    }
    columns.reserve(products.count)
    if products.count > scoreCapacity {
      scores.deallocate()
      scoreCapacity = 2 * products.count
      scores = .allocate(capacity: scoreCapacity)
    }
  }

  /// The place of a gathered product.
  func place(of product: Int32) -> Int { Int(places[Int(product)]) - 1 }

  /// Forgets which products were gathered; their list stays.
  func release() {
    for product in products { places[Int(product)] = 0 }
  }
}
