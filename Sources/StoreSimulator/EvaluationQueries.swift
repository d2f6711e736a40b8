internal import Probability
internal import StoreData

/// Queries with complete judgments, cut into two splits: models are chosen on one and reported on the other.
struct EvaluationQueries {
  /// A split's queries and the true grade of every product that fits them.
  struct Split {
    var queries = QuerySet()
    var judgments = RelevanceJudgments()
  }

  var validation = Split()
  var test = Split()

  /// Judgments of one query at the most; the best grades and the most wanted products come first.
  static let judgedProducts = 500

  /// Draws queries as shoppers type them, each text once.
  init(of shop: SampleShop) {
    var generator = SeededGenerator(seed: shop.recipe.seed, stream: 3)
    let words = ShopperWords(vocabulary: shop.vocabulary, brands: shop.brands)
    var seen: Set<String> = []
    // A small shop has fewer different queries than were asked for.
    for _ in 0..<20 * shop.recipe.evaluationQueries where seen.count < shop.recipe.evaluationQueries {
      let target = shop.facts[shop.demand.draw(using: &generator)]
      let intent = ShopperIntent(like: target, shop.vocabulary, &generator)
      let text = words.wording(of: intent, &generator).text
      guard seen.insert(text).inserted else { continue }
      if seen.count.isMultiple(of: 2) {
        test.append(text, intent, shop)
      } else {
        validation.append(text, intent, shop)
      }
    }
  }
}

extension EvaluationQueries.Split {
  fileprivate mutating func append(_ text: String, _ intent: ShopperIntent, _ shop: SampleShop) {
    let id = "q\(queries.queries.count + 1)"
    queries.queries.append(.init(id: id, text: text))
    var left = EvaluationQueries.judgedProducts
    let ofType = shop.productsOfType[Int(intent.type)]
    for grade in [3, 2, 1] {
      for product in ofType where left > 0 && intent.grade(of: shop.facts[Int(product)]) == grade {
        judgments.set(Double(grade), of: shop.id(at: Int(product)), for: id)
        left -= 1
      }
    }
  }
}
