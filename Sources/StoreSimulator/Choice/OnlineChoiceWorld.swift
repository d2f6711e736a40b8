public import ChoiceModels
internal import Glibc
internal import Probability

/// A shop whose customers search, look through results and buy, with everything about them known.
///
/// Products lie in a space of attributes around their categories; an intent is a point near a product; relevance is the
/// negative squared distance. Utility falls with price and rises with relevance and with a quality that only customers see.
public struct OnlineChoiceWorld: Sendable {
  /// Category of each product.
  public let categories: [Int]

  /// Log-price of each product, less 3.
  public let logPrices: [Double]

  /// How often each intent comes: 1 / rank^1.1, summing to 1.
  public let weights: [Double]

  /// A row an intent: relevance of each product.
  public let relevance: [[Double]]

  /// How customers choose.
  public let truth: MultiStepChoice

  /// Makes a world.
  ///
  /// - Throws: `InvalidInput` when there is no product.
  public init(products: Int = 240, categories: Int = 12, intents: Int = 80, seed: UInt64 = 1) throws {
    var generator = SeededGenerator(seed: seed, stream: 2 << 48)
    let dimensions = 6
    func normals(_ count: Int, _ scale: Double) -> [Double] {
      (0..<count).map { _ in scale * generator.normal() }
    }
    var ofProduct = (0..<products).map { $0 % categories }
    ofProduct.shuffle(using: &generator)
    let centers = (0..<categories).map { _ in normals(dimensions, 1.2) }
    let points = ofProduct.map { category in zip(centers[category], normals(dimensions, 0.45)).map { $0 + $1 }
    }
    let levels = normals(categories, 0.4)
    let prices = zip(ofProduct, normals(products, 0.3)).map { levels[$0] + $1 }
    let queries = (0..<intents).map { _ in
      zip(points[generator.integer(below: products)], normals(dimensions, 0.3)).map { $0 + $1 }
    }
    let own = normals(products, 0.7)
    let shared = normals(categories, 0.5)
    let ranks = (1...intents).map { pow(Double($0), -1.1) }
    let total = ranks.reduce(0, +)
    let relevance = queries.map { query in
      points.map { point in -zip(query, point).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
    }
    let utility = relevance.map { row in
      row.indices.map { -0.4 + 0.8 * row[$0] + own[$0] + shared[ofProduct[$0]] - 1.2 * prices[$0] }
    }
    self.categories = ofProduct
    logPrices = prices
    weights = ranks.map { $0 / total }
    self.relevance = relevance
    truth = try MultiStepChoice(.init(weights: weights, relevance: relevance, utility: utility))
  }

  /// Sessions in which each product is there with probability .85, changing every 500 sessions, and some are never.
  ///
  /// - Throws: `InvalidInput` never, as what is written fits.
  public func sessions(_ count: Int, without new: ProductSet, seed: UInt64) throws -> ShownLists {
    var generator = SeededGenerator(seed: seed, stream: 3 << 48)
    var offered = new.complement
    let lists = (0..<count).map { number in
      if number % 500 == 0 {
        offered = ProductSet(flags: new.flags.map { !$0 && generator.uniform() < 0.85 })
      }
      let session = truth.session(truth.draw(using: &generator), offered: offered)
      return ShownLists.List(intent: session.intent, shown: session.shown, bought: session.bought)
    }
    return try ShownLists(categories: categories, logPrices: logPrices, relevance: relevance, lists: lists)
  }
}
