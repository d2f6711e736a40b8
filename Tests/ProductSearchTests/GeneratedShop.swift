import Probability
import ProductSearch

/// A small made-up shop whose words follow Zipf's law.
struct GeneratedShop {
  var products: [SearchableProduct] = []
  var pairs: [QueryProductPair] = []
  var generator: SeededGenerator

  static let words = [
    "drill", "saw", "hammer", "cordless", "lamp", "white", "steel", "kit", "door", "paint", "brush", "screw",
    "wood",
    "black", "garden", "hose", "light", "led", "bulb", "shelf", "tile", "grout", "pipe", "valve", "faucet",
  ]

  init(products count: Int, pairs pairCount: Int = 0, seed: UInt64 = 1) {
    generator = SeededGenerator(seed: seed)
    for number in 0..<count {
      let title = text(1 + generator.integer(below: 7))
      let rich = generator.integer(below: 2) == 0
      products.append(
        SearchableProduct(
          id: "p\(number)", title: title, brand: rich ? text(1) : "", category: text(2),
          description: rich ? text(12) : "", attributes: text(3)))
    }
    for _ in 0..<pairCount where count > 0 {
      let product = generator.integer(below: count)
      // Half of the queries are words of the title, half are slang that no title holds.
      let words = products[product].title.split(separator: " ")
      let slang = "slang\(product % 10)"
      pairs.append(
        QueryProductPair(
          query: generator.integer(below: 2) == 0
            ? words.prefix(2).joined(separator: " ") : slang + " " + text(1),
          product: product, weight: Float(1 + generator.integer(below: 3))))
    }
  }

  var data: ProductSearchData { ProductSearchData(products: products, pairs: pairs) }

  mutating func text(_ count: Int) -> String {
    (0..<count).map { _ in
      let u = generator.uniform()
      return Self.words[Int(Double(Self.words.count) * u * u)]
    }.joined(separator: " ")
  }
}
