import Foundation
import Learning
import LinearAlgebra
import Probability
import StoreData
import TestSupport
import Testing

@testable import StoreSimulator

private func smallRecipe() -> ShopRecipe {
  var recipe = ShopRecipe()
  recipe.products = 1500
  recipe.customers = 3000
  recipe.days = 20
  recipe.evaluationQueries = 80
  return recipe
}

@Test func `the same recipe gives the same files, another seed others`() throws {
  try withTemporaryFolder { folder in
    let recipe = smallRecipe()
    var other = recipe
    other.seed = 2
    try SampleShop(recipe).write(to: "\(folder)/a", on: Execution(threads: 1))
    try SampleShop(recipe).write(to: "\(folder)/b", on: Execution(threads: 4))
    try SampleShop(other).write(to: "\(folder)/c")
    let names = try files(inFolder: "\(folder)/a")
    #expect(
      names == [
        "catalogue.jsonl", "members.csv", "membership.json", "products.csv", "sales.csv", "searches.jsonl.gz",
        "test/judgments.qrels", "test/queries.tsv",
        "truth/attractiveness.tsv", "truth/choice.json", "truth/membership.json",
        "truth/positions.json", "truth/searches.tsv", "truth/synonyms.tsv", "ubi_events.jsonl",
        "ubi_queries.jsonl",
        "validation/judgments.qrels", "validation/queries.tsv",
      ])
    for name in names {
      #expect(try bytes(ofFile: "\(folder)/a/\(name)") == bytes(ofFile: "\(folder)/b/\(name)"), "\(name)")
    }
    #expect(
      try bytes(ofFile: "\(folder)/a/ubi_events.jsonl") != bytes(ofFile: "\(folder)/c/ubi_events.jsonl"))
    #expect(try bytes(ofFile: "\(folder)/a/catalogue.jsonl") != bytes(ofFile: "\(folder)/c/catalogue.jsonl"))
  }
}

@Test func `every file is read back without a rejected line, and the parts fit together`() throws {
  try withTemporaryFolder { folder in
    let summary = try SampleShop(smallRecipe()).write(to: folder)
    let (catalogue, report) = try Catalogue.read(contentsOf: "\(folder)/catalogue.jsonl")
    #expect(report.rejected == 0 && report.ignoredFields.isEmpty && catalogue.count == 1500)
    #expect(try catalogue == SampleShop(smallRecipe()).catalogue())
    let (log, reports) = try SearchLog.read(contentsOf: [
      "\(folder)/ubi_queries.jsonl", "\(folder)/ubi_events.jsonl",
    ])
    #expect(reports.allSatisfy { $0.rejected == 0 } && log.queries.count == summary.queries)
    #expect(log.events.count == summary.events.values.reduce(0, +))
    #expect(log.events.compactMap(\.product).allSatisfy { catalogue.position(of: $0) != nil })
    let queries = Set(log.queries.map(\.id))
    #expect(
      queries.count == log.queries.count && log.events.compactMap(\.query).allSatisfy { queries.contains($0) }
    )
    let times = log.events.compactMap(\.time)
    #expect(times.count == log.events.count && times == times.sorted())
    #expect(log.queries.compactMap(\.time) == log.queries.compactMap(\.time).sorted())
    let end = SampleShop.start.milliseconds + 20 * 86_400_000
    #expect(times.first! >= SampleShop.start && times.last!.milliseconds < end)
    var judgedTexts: Set<String> = []
    for split in ["validation", "test"] {
      let queries = try QuerySet.read(contentsOf: "\(folder)/\(split)/queries.tsv")
      let judgments = try RelevanceJudgments.read(contentsOf: "\(folder)/\(split)/judgments.qrels")
      #expect(queries.report.rejected == 0 && judgments.report.rejected == 0)
      #expect(queries.value.queries.map(\.id) == judgments.value.queries && queries.value.queries.count == 40)
      for query in queries.value.queries {
        #expect(judgedTexts.insert(query.text).inserted, "in both splits")
      }
    }
    let truth = try ClickLog.read(contentsOf: "\(folder)/truth/attractiveness.tsv")
    #expect(truth.report.rejected == 0 && truth.value.entries.count > 500)
  }
}

@Test func `words of shoppers are in no title, and titles have the words of their attributes`() throws {
  var recipe = smallRecipe()
  recipe.products = 20_000
  let catalogue = try SampleShop(recipe).catalogue()
  let slang = ShopVocabulary.standard.types.flatMap(\.slang)
  #expect(slang.count > 80 && Set(slang).count == slang.count)
  let nouns = Set(ShopVocabulary.standard.types.flatMap(\.nouns))
  #expect(nouns.isDisjoint(with: slang))
  let texts = catalogue.products.map {
    " \($0.title) \($0.description) ".lowercased().map { $0.isLetter || $0 == "-" ? $0 : " " }
  }
  let all = String(texts.joined(separator: [" ", " "]))
  for word in slang { #expect(!all.contains(" \(word) "), "\(word) is in a title or description") }
  #expect(Set(catalogue.products.map(\.id)).count == 20_000)
  #expect(
    catalogue.products.allSatisfy {
      (3...4).contains($0.category.count) && $0.price! > $0.cost! && $0.cost! > 0
    })
  let drill = try #require(
    catalogue.products.first { $0.category.contains("Drills") && $0.attributes["voltage"] == 20 })
  #expect(drill.title.contains("20") && drill.title.lowercased().contains("drill"))
}

@Test func `clicks by position follow the known examination curve where the order is random`() throws {
  var recipe = smallRecipe()
  recipe.customers = 30_000
  recipe.randomisedShare = 1
  let shop = try SampleShop(recipe)
  var simulation = SearchSimulation(shop)
  var clicks = [Double](repeating: 0, count: SearchSimulation.shown)
  var shown = clicks
  for number in 0..<recipe.sessions {
    for event in ShopSession(number: number, in: shop, &simulation).events {
      guard let position = event.position else { continue }
      if event.action == .impression { shown[position - 1] += 1 }
      if event.action == .click { clicks[position - 1] += 1 }
    }
  }
  let rate = zip(clicks, shown).map { $0 / $1 }
  for (position, theta) in SampleShop.positionCurve.enumerated() {
    // Three standard errors of a ratio of two binomial shares, and the few clicks cut off at the end of the log.
    let error = 3 * theta * (1 / clicks[position] + 1 / clicks[0]).squareRoot()
    #expect(abs(rate[position] / rate[0] - theta) < error + 0.005, "position \(position + 1)")
  }
}

@Test func `the demand for products falls as Zipf's law says`() throws {
  let shop = try SampleShop(smallRecipe())
  var generator = SeededGenerator(seed: 4)
  var counts = [Double](repeating: 0, count: shop.count)
  for _ in 0..<2_000_000 { counts[Int(shop.facts[shop.demand.draw(using: &generator)].demandRank)] += 1 }
  // Slope of log count over log (rank + 10), the shift that flattens the head.
  let points = (0..<1000).map { (x: log(Double($0 + 10)), y: log(counts[$0])) }
  let (mx, my) = (points.map(\.x).reduce(0, +) / 1000, points.map(\.y).reduce(0, +) / 1000)
  let slope =
    points.map { ($0.x - mx) * ($0.y - my) }.reduce(0, +)
    / points.map { ($0.x - mx) * ($0.x - mx) }.reduce(0, +)
  #expect(abs(slope + SampleShop.demandExponent) < 0.03, "slope \(slope)")
}

@Test func `shoppers reformulate, mistype, use other words, put into carts and buy later`() throws {
  let shop = try SampleShop(smallRecipe())
  var simulation = SearchSimulation(shop)
  let visits = (0..<shop.recipe.sessions).map { ShopSession(number: $0, in: shop, &simulation) }
  let events = visits.flatMap(\.events)
  #expect(
    visits.contains { $0.queries.count == 3 } && visits.count { $0.queries.count > 1 } > visits.count / 10)
  let carts = events.count { $0.action == .addToCart }
  let purchases = events.filter { $0.action == .purchase }
  #expect(events.count { $0.action == .click } > 3 * carts && carts > purchases.count)
  #expect(
    purchases.contains { $0.query == nil } && purchases.contains { $0.session?.hasSuffix("-later") == true })
  let random = visits.flatMap(\.queries).count(where: \.isRandomised)
  #expect(abs(Double(random) / Double(visits.flatMap(\.queries).count) - 0.1) < 0.02)
  let slang = ShopVocabulary.standard.types.flatMap(\.slang)
  let texts = visits.flatMap(\.queries).map(\.text)
  let odd = texts.count { text in slang.contains { text.contains($0) } }
  #expect(Double(odd) / Double(texts.count) > 0.12 && Double(odd) / Double(texts.count) < 0.3)
}

@Test func `candidates are graded by how many wishes they meet`() throws {
  let shop = try SampleShop(smallRecipe())
  var generator = SeededGenerator(seed: 8)
  for _ in 0..<500 {
    let target = shop.facts[shop.demand.draw(using: &generator)]
    var intent = ShopperIntent(like: target, shop.vocabulary, &generator)
    #expect(intent.grade(of: target) == 3, "a shopper's wishes fit the product they came from")
    for facts in shop.facts where facts.type != intent.type { #expect(intent.grade(of: facts) == 0) }
    while intent.wishes > 0 { intent.relax() }
    #expect(shop.productsOfType[Int(intent.type)].allSatisfy { intent.grade(of: shop.facts[Int($0)]) == 3 })
  }
  for facts in shop.facts {
    for grade in 0...3 {
      #expect((0.01...0.6).contains(SearchSimulation.attractiveness(grade: grade, appeal: facts.appeal)))
    }
  }
}

@Test func `tiny shops work and recipes out of range name every value`() throws {
  var recipe = ShopRecipe()
  recipe.products = 1
  recipe.customers = 3
  recipe.days = 1
  try withTemporaryFolder { folder throws in
    #expect(try SampleShop(recipe).write(to: folder).products == 1)
    #expect(try SearchLog.read(contentsOf: "\(folder)/ubi_events.jsonl").report.rejected == 0)
  }
  recipe.products = 0
  recipe.days = 0
  recipe.sessionsPerCustomer = -.infinity
  let error = #expect(throws: InvalidInput.self) { try SampleShop(recipe) }
  #expect(error?.violations.map(\.subject) == ["products", "days", "sessionsPerCustomer"])
  #expect(error?.violations.first?.description == "products: given 0, expected 1 to 10000000")
  let copy = try JSONDecoder().decode(ShopRecipe.self, from: JSONEncoder().encode(smallRecipe()))
  #expect(copy == smallRecipe())
}

@Test func `a cancelled shop leaves no file that is not complete`() throws {
  let cancellation = Cancellation()
  cancellation.cancel()
  try withTemporaryFolder { folder throws in
    #expect(throws: CancellationError.self) {
      try SampleShop(smallRecipe()).write(to: folder, on: Execution(cancellation: cancellation))
    }
    #expect(try files(inFolder: folder) == [])
  }
}

@Test func `sales tell what was on offer, and stock-outs change it`() throws {
  var recipe = smallRecipe()
  (recipe.customers, recipe.days) = (4_000, 90)
  let sales = try SampleShop(recipe).sales()
  let rows = sales.train + sales.test
  #expect(!sales.train.isEmpty && Set(rows.map(\.offered)).count > 3)
  #expect(rows.allSatisfy { row in row.count > 0 && (row.bought.map { row.offered.contains($0) } ?? true) })
  #expect(rows.contains { $0.bought == nil } && rows.contains { $0.bought != nil })
  // Most products were missing at times, so that their substitutes can be told.
  let missed = sales.positions.indices.filter { place in rows.contains { !$0.offered.contains(place) } }
  #expect(2 * missed.count > sales.positions.count)
}
