public import ChoiceModels
internal import Glibc
internal import Learning
internal import Probability

/// Sales of one type of products in the sample shop: customers search, look and buy among what is in stock, and what sells
/// out is missing until the week ends.
///
/// Their choice is a known ``MultiStepChoice``: intents are wishes for one value of an attribute or for a product like one
/// of the shop's, utility falls with price and rises with what shoppers like. Every week's stock is about what a week
/// sells, with some products not delivered; so offers change all the time, and the same customers say what takes whose
/// place.
public struct SampleSales: Sendable {
  /// Positions of the products in the shop's catalogue, the most wanted first.
  public let positions: [Int]

  /// How customers choose among them.
  public let truth: MultiStepChoice

  /// Sales with the products on offer.
  public let train: [Row]

  /// Sales of the last fifth of the weeks.
  public let test: [Row]

  /// Customers of one offer set who made one choice.
  public struct Row: Sendable, Equatable {
    /// What was on offer, as places in ``positions``.
    public let offered: [Int]
    /// The place of what was bought; nil for nothing.
    public let bought: Int?
    /// How many customers.
    public let count: Int
  }

  /// Products of the type that are planned for, at the most.
  private static let mostProducts = 30

  init(of shop: SampleShop) throws {
    let type = shop.productsOfType.indices.max {
      (shop.productsOfType[$0].count, $1) < (shop.productsOfType[$1].count, $0)
    }
    let positions = type.map { shop.productsOfType[$0].prefix(Self.mostProducts).map { Int($0) } } ?? []
    let facts = positions.map { shop.facts[$0] }
    truth = try Self.choice(facts, seed: shop.recipe.seed)
    self.positions = positions
    let weeks = max(1, shop.recipe.days / 7)
    // One customer in four looks for this type, once.
    let customers = max(20, shop.recipe.customers / (4 * weeks))
    var (train, test) = (Tally(), Tally())
    for week in 0..<weeks {
      var generator = SeededGenerator(seed: shop.recipe.seed, stream: 5 << 48 | UInt64(week))
      if week >= weeks - weeks / 5 {
        Self.play(customers, truth, &generator, into: &test)
      } else {
        Self.play(customers, truth, &generator, into: &train)
      }
    }
    (self.train, self.test) = (train.rows, test.rows)
  }

  /// Relevance is nearness in appearance and price, with one intent a product and a broad one.
  private static func choice(_ facts: [ProductFacts], seed: UInt64) throws -> MultiStepChoice {
    var generator = SeededGenerator(seed: seed, stream: 4 << 48)
    let logPrices = facts.map { log(Double($0.price)) }
    let center = logPrices.reduce(0, +) / Double(max(1, logPrices.count))
    func distance(_ a: Int, _ b: Int) -> Double {
      let (x, y) = (facts[a].values, facts[b].values)
      let different = [x.0 != y.0, x.1 != y.1, x.2 != y.2, x.3 != y.3, facts[a].brand != facts[b].brand]
      let price = logPrices[a] - logPrices[b]
      return 0.6 * Double(different.count { $0 }) + 2 * price * price
    }
    let quality = facts.map { 1.2 * Double($0.appeal) + 0.4 * generator.normal() }
    let places = Array(facts.indices)
    let wishes = places.map { wish in places.map { -distance(wish, $0) } } + [places.map { _ in 0.0 }]
    let utility = wishes.map { row in
      places.map { row[$0] + quality[$0] - 1.5 * (logPrices[$0] - center) }
    }
    let weights = places.map { pow(Double($0 + 1), -1.1) } + [1]
    return try MultiStepChoice(.init(weights: weights, relevance: wishes, utility: utility))
  }

  /// One week: each product is delivered with probability .85, in units of about its week's sales.
  private static func play(
    _ customers: Int, _ truth: MultiStepChoice, _ generator: inout SeededGenerator, into tally: inout Tally
  ) {
    let n = truth.productCount
    var left = (0..<n).map { place in
      generator.uniform() < 0.85
        ? 1 + generator.poisson(mean: 0.5 * Double(customers) / Double(place + 3)) : 0
    }
    var offered = ProductSet(flags: left.map { $0 > 0 })
    for _ in 0..<customers {
      let bought = truth.choose(truth.draw(using: &generator), offered: offered)
      tally.add(offered, bought)
      guard let bought else { continue }
      left[bought] -= 1
      if left[bought] == 0 { offered.remove(bought) }
    }
  }

  /// Customers counted by offer set and choice, in the order of appearance.
  private struct Tally {
    private struct Key: Hashable {
      let offered: ProductSet
      let bought: Int?
    }
    private var places: [Key: Int] = [:]
    private(set) var rows: [Row] = []

    mutating func add(_ offered: ProductSet, _ bought: Int?) {
      let key = Key(offered: offered, bought: bought)
      let place = places[key, default: rows.count]
      let count = place < rows.count ? rows[place].count : 0
      let row = Row(offered: offered.products, bought: bought, count: count + 1)
      if place < rows.count { rows[place] = row } else { rows.append(row) }
      places[key] = place
    }
  }
}
