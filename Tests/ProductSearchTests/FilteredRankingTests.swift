import ExtremeRanking
import Learning
import Probability
import Testing

@testable import ProductSearch

private let shop = PropertyShop(products: 1200, pairs: 1500, seed: 21)

private let trained = Result<ProductSearchModel, any Error> {
  var recipe = ProductSearchRecipe()
  recipe.extremeRanking?.model.clustering.maximumLeafSize = 20
  recipe.extremeRanking?.model.clustering.branching = 4
  return try recipe.fit(ProductSearchTraining(data: shop.data))
}

/// Filters in every ranker, by brute force.
@Suite struct FilteredRankingTests {
  private let model: ProductSearchModel

  init() throws {
    model = try trained.get()
  }

  @Test func `a filter before ranking gives what a filter behind an exhaustive ranking gives`() throws {
    var generator = SeededGenerator(seed: 4)
    var texts = shopTexts(&generator, 30)
    texts.append("")
    for ranker in model.rankers.all where ranker.name != "xr" {
      var (all, found) = (ProductRanking(), ProductRanking())
      for text in texts {
        var query = RankingQuery(text, limit: 1200)
        try ranker.rank(query, into: &all)
        for share in [0.005, 0.1, 0.7] {
          query.filter = ProductFilter(products: 1200) { _ in generator.uniform() < share }
          query.limit = 1 + generator.integer(below: 30)
          try ranker.rank(query, into: &found)
          let wanted = all.products.indices.filter { query.filter!.allows(Int(all.products[$0])) }.prefix(
            query.limit)
          #expect(found.products == wanted.map { all.products[$0] }, "\(ranker.name) \(text)")
          #expect(found.scores == wanted.map { all.scores[$0] })
        }
      }
    }
  }

  @Test func `the tree returns as many allowed products as there are and no other`() throws {
    let ranker = try #require(model.rankers.extreme)
    var generator = SeededGenerator(seed: 6)
    var found = ProductRanking()
    for text in shopTexts(&generator, 25) {
      try ranker.rank(RankingQuery(text, limit: 10), into: &found)
      if found.products.isEmpty { continue }
      for share in [0.002, 0.01, 0.1, 0.7] {
        var query = RankingQuery(text, limit: 20)
        query.filter = ProductFilter(products: 1200) { _ in generator.uniform() < share }
        try ranker.rank(query, into: &found)
        #expect(found.products.allSatisfy { query.filter!.allows(Int($0)) })
        #expect(found.products.count == min(20, query.filter!.count), "\(share) \(text)")
        #expect(Set(found.products).count == found.products.count)
      }
    }
  }

  @Test func `a filter that allows nothing finds nothing, one that allows all changes nothing`() throws {
    var (plain, found) = (ProductRanking(), ProductRanking())
    for ranker in model.rankers.all {
      var query = RankingQuery("drill white", limit: 15)
      try ranker.rank(query, into: &plain)
      query.filter = ProductFilter(products: 1200) { _ in true }
      try ranker.rank(query, into: &found)
      // The tree looks at more of itself when it is filtered.
      if ranker.name != "xr" { #expect(found == plain) }
      query.filter = ProductFilter(products: 1200) { _ in false }
      try ranker.rank(query, into: &found)
      #expect(found.products.isEmpty, "\(ranker.name)")
    }
  }

  @Test func `alternatives count less than typed words and never twice`() {
    let lexical = model.rankers.lexical.scoped(to: .text)
    func ranked(_ query: RankingQuery) -> ProductRanking {
      var ranking = ProductRanking()
      lexical.rank(query, into: &ranking)
      return ranking
    }
    var query = RankingQuery("drill", limit: 1200)
    let drills = ranked(query)
    query.alternatives = [RankingQuery.WeightedWord("hammer", weight: 0.25)]
    let both = ranked(query)
    #expect(both.products.count > drills.products.count)
    let hammers = ranked(RankingQuery("hammer", limit: 1200))
    let scores = Dictionary(uniqueKeysWithValues: zip(both.products, both.scores))
    let (asDrill, asHammer) = (
      Dictionary(uniqueKeysWithValues: zip(drills.products, drills.scores)),
      Dictionary(uniqueKeysWithValues: zip(hammers.products, hammers.scores))
    )
    for (product, score) in scores {
      #expect(abs(score - (asDrill[product] ?? 0) - 0.25 * (asHammer[product] ?? 0)) < 1e-3)
    }
    query.alternatives = [
      RankingQuery.WeightedWord("drill", weight: 1), RankingQuery.WeightedWord("zzz", weight: 1),
    ]
    let same = ranked(query)
    #expect(same.products == drills.products)
  }

  private func shopTexts(_ generator: inout SeededGenerator, _ count: Int) -> [String] {
    (0..<count).map { _ in
      (0...generator.integer(below: 3)).map { _ in
        GeneratedShop.words[generator.integer(below: GeneratedShop.words.count)]
      }.joined(separator: " ")
    }
  }
}
