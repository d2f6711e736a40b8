internal import Probability

/// What a shopper wants: a type of product, and perhaps values of attributes and a brand.
struct ShopperIntent: Hashable, Sendable {
  var type: Int16
  /// Wanted value of each attribute of the type; 255 where any will do.
  private var wanted: [UInt8]
  var brand: Int32?

  private static let any: UInt8 = 255

  /// Wants what a product is, in part.
  init(like facts: ProductFacts, _ vocabulary: ShopVocabulary, _ generator: inout SeededGenerator) {
    type = facts.type
    let slots = vocabulary.types[Int(type)].attributes.count
    wanted = Array(repeating: Self.any, count: slots)
    let u = generator.uniform()
    for _ in 0..<(u < 0.25 ? 0 : u < 0.75 ? 1 : 2) { add(likeSlotOf: facts, &generator) }
    if generator.uniform() < 0.15 { brand = facts.brand }
  }

  /// The attributes that are wanted: their slots and values.
  var constraints: [(slot: Int, value: UInt8)] {
    wanted.indices.compactMap { wanted[$0] == Self.any ? nil : ($0, wanted[$0]) }
  }

  /// How many wishes there are besides the type.
  var wishes: Int { wanted.count { $0 != Self.any } + (brand == nil ? 0 : 1) }

  /// Wants one more property of a product; earlier attributes are asked for more often.
  mutating func add(likeSlotOf facts: ProductFacts, _ generator: inout SeededGenerator) {
    let slot = min(wanted.count - 1, Int(generator.exponential() * 1.1))
    wanted[slot] = facts[slot]
  }

  /// Gives up one wish, the brand first.
  mutating func relax() {
    if brand != nil {
      brand = nil
    } else if let slot = wanted.lastIndex(where: { $0 != Self.any }) {
      wanted[slot] = Self.any
    }
  }

  /// How well a product fits: 3 all wishes, 2 at least half of them, 1 the right type, 0 another type.
  func grade(of facts: ProductFacts) -> Int {
    guard facts.type == type else { return 0 }
    var met = brand == facts.brand ? 1 : 0
    for slot in wanted.indices where wanted[slot] == facts[slot] { met += 1 }
    let wishes = wishes
    return met == wishes ? 3 : 2 * met >= wishes ? 2 : 1
  }

  /// A number that follows from the wishes alone.
  var hash: UInt64 {
    var hash = SplitMix64.mix(
      UInt64(UInt16(bitPattern: type)) << 32 | UInt64(UInt32(bitPattern: brand ?? -1)))
    for value in wanted { hash = SplitMix64.mix(hash ^ UInt64(value)) }
    return hash
  }
}
