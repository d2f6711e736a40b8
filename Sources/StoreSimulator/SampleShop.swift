internal import Glibc
internal import Learning
internal import Probability
public import StoreData

/// A generated shop with known truth: products, what shoppers want, what they search, see, click and buy.
///
///     let shop = try SampleShop(ShopRecipe())
///     shop.product(at: 0).title
///     try shop.write(to: "shop")
///
/// Shoppers examine the position k of a result list with probability ``positionCurve``[k - 1] and then click a product
/// with the attractiveness it has for what they want: the position-based model (Richardson, Dominowska, Ragno,
/// WWW 2007; Craswell et al., WSDM 2008).
public struct SampleShop: Sendable {
  /// What it was made from.
  public let recipe: ShopRecipe

  let vocabulary = ShopVocabulary.standard
  let brands: [String]
  let facts: [ProductFacts]
  /// The products of each type, the most wanted first.
  let productsOfType: [[Int32]]
  /// Draws products as often as they are wanted.
  let demand: AliasSampler

  /// How likely a shopper looks at position 1, 2, ... 10.
  public static let positionCurve: [Double] = (1...10).map { pow(Double($0), -0.7) }

  /// How steeply the demand falls with the rank of a product.
  static let demandExponent = 0.9

  /// Makes the shop; nothing is written.
  ///
  /// - Throws: ``InvalidInput`` listing every violation of the recipe.
  /// - Complexity: O(products), about 100 bytes each
  public init(_ recipe: ShopRecipe) throws {
    try Violations(recipe.violations).throwIfAny()
    self.recipe = recipe
    let vocabulary = self.vocabulary
    let brandCount = min(BrandNames.count, max(60, recipe.products / 250))
    brands = BrandNames.names(brandCount, seed: recipe.seed)

    var generator = SeededGenerator(seed: recipe.seed, stream: 2)
    // Each type of products has brands of its own, as large as Zipf's law makes them.
    let brandsOfType = vocabulary.types.map { _ in
      (0..<min(brandCount, max(6, brandCount / 8))).map { _ in Int32(generator.integer(below: brandCount)) }
    }
    let typeSampler = AliasSampler(weights: vocabulary.types.indices.map { 1 / Double($0 % 12 + 4) })
    var facts: [ProductFacts] = []
    facts.reserveCapacity(recipe.products)
    for position in 0..<recipe.products {
      if position > 0, generator.uniform() < 0.22 {
        facts.append(ProductFacts(variantOf: facts[position - 1], vocabulary, &generator))
      } else {
        let type = typeSampler.draw(using: &generator)
        let own = brandsOfType[type]
        let brand = own[min(own.count - 1, Int(generator.exponential() * Double(own.count) / 4))]
        facts.append(ProductFacts(type: type, brand: brand, family: Int32(position), vocabulary, &generator))
      }
    }

    // Wanted products are spread over the catalogue by chance; appealing ones tend to be wanted more.
    var wanted = facts.indices.map {
      (order: generator.uniform() - 0.35 * Double(facts[$0].appeal), position: $0)
    }
    wanted.sort { ($0.order, $0.position) < ($1.order, $1.position) }
    var weights = [Double](repeating: 0, count: facts.count)
    var ofType = vocabulary.types.map { _ in [Int32]() }
    for (rank, entry) in wanted.enumerated() {
      weights[entry.position] = pow(Double(rank + 10), -Self.demandExponent)
      facts[entry.position].demandRank = Int32(rank)
      ofType[Int(facts[entry.position].type)].append(Int32(entry.position))
    }
    demand = AliasSampler(weights: weights)
    productsOfType = ofType
    self.facts = facts
  }

  /// How many products there are.
  public var count: Int { facts.count }

  /// The whole catalogue in memory; ``write(to:on:)`` does without.
  public func catalogue() throws -> Catalogue {
    try Catalogue(facts.indices.map { product(at: $0) })
  }
}

/// What a product is, in as few bytes as possible; its texts follow from it.
struct ProductFacts: Sendable {
  let type: Int16
  let brand: Int32
  /// The first product of its variants.
  let family: Int32
  /// For each attribute of the type the position of its value.
  private(set) var values: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
  /// How much shoppers like it, 0 to 1.
  let appeal: Float
  let price: Float
  let cost: Float
  /// Rank of its demand, 0 is the most wanted.
  var demandRank: Int32 = 0

  init(
    type: Int, brand: Int32, family: Int32, _ vocabulary: ShopVocabulary, _ generator: inout SeededGenerator
  ) {
    let kind = vocabulary.types[type]
    self.type = Int16(type)
    self.brand = brand
    self.family = family
    appeal = Float(generator.uniform())
    let (low, high) = (kind.prices.lowerBound, kind.prices.upperBound)
    // Many cheap ones, few dear ones; shops like prices that end in 9.
    let raw = low * pow(high / low, pow(generator.uniform(), 1.4))
    price = Float(raw < 20 ? raw.rounded() - 0.01 : (raw / 10).rounded() * 10 - (raw < 100 ? 0.01 : 1))
    cost = Float((Double(price) * (0.45 + 0.3 * generator.uniform()) * 100).rounded() / 100)
    for slot in kind.attributes.indices {
      let count = vocabulary.attributes[kind.attributes[slot]].values.count
      // The first values are the common ones.
      self[slot] = UInt8(min(count - 1, Int(Double(count) * pow(generator.uniform(), 1.3))))
    }
  }

  /// The same product in another colour, size or strength.
  init(variantOf other: Self, _ vocabulary: ShopVocabulary, _ generator: inout SeededGenerator) {
    self = other
    let kind = vocabulary.types[Int(type)]
    let slot = generator.integer(below: kind.attributes.count)
    let count = vocabulary.attributes[kind.attributes[slot]].values.count
    self[slot] = UInt8((Int(self[slot]) + 1 + generator.integer(below: max(1, count - 1))) % count)
  }

  /// The position of the value of an attribute of the type.
  subscript(slot: Int) -> UInt8 {
    get {
      switch slot {
      case 0: values.0
      case 1: values.1
      case 2: values.2
      default: values.3
      }
    }
    set {
      switch slot {
      case 0: values.0 = newValue
      case 1: values.1 = newValue
      case 2: values.2 = newValue
      default: values.3 = newValue
      }
    }
  }
}
