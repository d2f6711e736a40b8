import Learning
import Probability

@testable import QueryCompletion

/// A small shop's searches: types, colours and brands, each session a chain of changes.
enum CompletionWorld {
  static let types = [
    "running shoes", "hiking boots", "rain jacket", "desk lamp", "coffee maker", "rug", "running socks",
  ]
  static let colours = ["black", "blue", "red", "green", "brown"]
  static let brands = ["acra", "bolo", "cintra", "duma"]

  /// A product of each kind, with its category.
  static var titles: [CatalogueTitle] {
    types.flatMap { type in
      zip(colours, brands + ["acra"]).map { colour, brand in
        CatalogueTitle("\(brand) \(colour) \(type)".uppercased(), category: type)
      }
    }
  }

  static func log(_ count: Int, seed: UInt64) -> [CompletionExample] {
    var generator = SeededGenerator(seed: seed)
    func pick(_ list: [String]) -> String {
      let u = generator.uniform()
      return list[Int(u * u * Double(list.count))]
    }
    var examples: [CompletionExample] = []
    while examples.count < count {
      var (colour, brand, type) = (pick(colours), pick(brands), pick(types))
      var history: [String] = []
      let user = "u\(generator.integer(below: 60))"
      for _ in 0...generator.integer(below: 4) {
        let query =
          generator.uniform() < 0.3
          ? type : generator.uniform() < 0.5 ? "\(colour) \(type)" : "\(brand) \(type)"
        if history.last != query {
          var example = CompletionExample(
            query, history: Array(history.suffix(3)), user: user, time: Double(examples.count) * 600)
          example.prefix = String(query.prefix(1 + generator.integer(below: query.count - 1)))
          examples.append(example)
          history.append(query)
        }
        switch generator.integer(below: 3) {
        case 0: colour = pick(colours)
        case 1: brand = pick(brands)
        default: type = pick(types)
        }
      }
    }
    return examples
  }

  static func data(seed: UInt64 = 1) -> CompletionData {
    CompletionData(training: log(1200, seed: seed), validation: log(250, seed: seed + 100))
  }

  /// Models that several tests ask.
  static let shared = Result { try model() }
  static let anonymous = Result { try model(anonymity: 5) }

  static func recipe(anonymity: Int = 1) -> QueryCompletion {
    var recipe = QueryCompletion()
    recipe.anonymity = anonymity
    return recipe
  }

  static func model(anonymity: Int = 1, seed: UInt64 = 1) throws -> CompletionModel {
    try recipe(anonymity: anonymity).fit(data(seed: seed), on: Execution(threads: 2))
  }
}
