internal import Glibc
internal import Probability

/// What the shop shows for an intent, and what shoppers do with it.
struct SearchSimulation {
  /// A product that may be shown.
  struct Candidate: Sendable {
    let product: Int32
    /// How likely a shopper who looks at it clicks it.
    let attractiveness: Float
    /// What the shop's own ranking thinks of it: the attractiveness with a lasting error.
    let score: Float
  }

  /// How many products are shown.
  static let shown = SampleShop.positionCurve.count

  private let shop: SampleShop
  private var known: [ShopperIntent: [Candidate]] = [:]

  init(_ shop: SampleShop) {
    self.shop = shop
  }

  /// How likely a shopper who looks at a product clicks it.
  static func attractiveness(grade: Int, appeal: Float) -> Float {
    let ofGrade: [Float] = [0.02, 0.07, 0.18, 0.42]
    return ofGrade[grade] * (0.6 + 0.8 * appeal)
  }

  /// Up to 40 products that may be shown for an intent; they follow from the intent alone.
  mutating func candidates(for intent: ShopperIntent) -> [Candidate] {
    if let candidates = known[intent] { return candidates }
    // What is forgotten is made again, alike, so memory is bounded whatever the size of the log.
    if known.count >= 50_000 { known.removeAll(keepingCapacity: true) }
    let candidates = makeCandidates(for: intent)
    known[intent] = candidates
    return candidates
  }

  private func makeCandidates(for intent: ShopperIntent) -> [Candidate] {
    let ofType = shop.productsOfType[Int(intent.type)]
    var generator = SeededGenerator(seed: shop.recipe.seed, stream: intent.hash | 1 << 63)
    // Of a large type the wanted products and some others are looked at.
    var pool = Set(ofType.prefix(600))
    if ofType.count > pool.count {
      for _ in 0..<600 { pool.insert(ofType[generator.integer(below: ofType.count)]) }
    }
    // A few products of other types, as every search engine shows some.
    for _ in 0..<min(4, shop.count) { pool.insert(Int32(generator.integer(below: shop.count))) }
    var candidates = pool.sorted().map { product in
      let facts = shop.facts[Int(product)]
      let attractiveness = Self.attractiveness(grade: intent.grade(of: facts), appeal: facts.appeal)
      return Candidate(
        product: product, attractiveness: attractiveness,
        score: attractiveness + Float(generator.normal() * 0.12))
    }
    candidates.sort { ($1.score, $0.product) < ($0.score, $1.product) }
    return Array(candidates.prefix(40))
  }

  /// The products that one search shows, best first, by the shop's ranking or by chance.
  mutating func results(
    for intent: ShopperIntent, randomised: Bool, _ generator: inout SeededGenerator
  ) -> [Candidate] {
    let keyed = candidates(for: intent).map { candidate in
      (
        key: randomised ? generator.uniform() : Double(candidate.score) + generator.normal() * 0.03,
        candidate: candidate
      )
    }
    return keyed.sorted { ($1.key, $0.candidate.product) < ($0.key, $1.candidate.product) }.prefix(Self.shown)
      .map(\.candidate)
  }

  /// Whether each shown product is clicked: looked at, and liked.
  static func clicks(on results: [Candidate], _ generator: inout SeededGenerator) -> [Bool] {
    zip(results, SampleShop.positionCurve).map { candidate, examined in
      generator.uniform() < examined * Double(candidate.attractiveness)
    }
  }
}
