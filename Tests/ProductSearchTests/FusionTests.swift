import ExtremeRanking
import Glibc
import Learning
import LinearAlgebra
import Probability
import TabularLearning
import TestSupport
import Testing

@testable import ProductSearch

/// Judged queries over a generated shop: a word of the title and a colour that two products in three lack.
private struct JudgedShop {
  let data: ProductSearchData
  let training: RankingTask
  let validation: RankingTask

  /// - Parameter seesPairs: whether the positive judgments of the training queries are the rankers' pairs.
  init(products count: Int = 90, seesPairs: Bool = true, seed: UInt64 = 51) {
    var generator = SeededGenerator(seed: seed)
    let kinds = Array(GeneratedShop.words.prefix(8))
    let colours = ["red", "green", "blue"]
    let products = (0..<count).map { number in
      let filler = (0..<generator.integer(below: 4)).map { _ in "extra\(generator.integer(below: 9))" }
      return SearchableProduct(
        id: "p\(number)",
        title: ([colours[number % 3], "new"] + filler + [kinds[number % kinds.count]]).joined(separator: " "))
    }
    func queries(_ count: Int, _ name: String) -> [JudgedQuery] {
      (0..<count).map { number in
        let (kind, colour) = (generator.integer(below: kinds.count), generator.integer(below: 3))
        let good = products.indices.filter { $0 % kinds.count == kind && $0 % 3 == colour }
        // Of the good ones only some were judged, as everywhere.
        let judged = good.filter { _ in generator.integer(below: 3) > 0 }
        let text = "\(colours[colour]) \(kinds[kind])" + (number % 2 == 0 ? " number\(number)" : "")
        return JudgedQuery(
          id: "\(name)\(number)", text: text, judgments: judged.map { (document: "p\($0)", relevance: 1) })
      }
    }
    training = RankingTask(queries: queries(60, "t"), metrics: .clicks)
    validation = RankingTask(queries: queries(30, "v"), metrics: .clicks)
    let pairs = training.queries.flatMap { query in
      query.documents.map { QueryProductPair(query: query.text, product: Int($0.dropFirst())!) }
    }
    data = ProductSearchData(products: products, pairs: seesPairs ? pairs : [])
  }
}

private let recipe: ProductSearchRecipe = {
  var recipe = ProductSearchRecipe()
  recipe.extremeRanking?.model.clustering.maximumLeafSize = 20
  recipe.extremeRanking?.model.clustering.branching = 4
  recipe.fusion = fusion
  return recipe
}()

private let fusion: FusionRecipe = {
  var fusion = FusionRecipe()
  // Little of everything, because unoptimised code is slow.
  (fusion.trees.trees, fusion.trees.leastRows, fusion.trees.bins) = (4, 20, 16)
  (fusion.folds, fusion.linear.iterations, fusion.words.passes) = (2, 4, 1)
  (fusion.lexicalCandidates, fusion.otherCandidates, fusion.learnedCandidates) = (20, 12, 20)
  (fusion.calibration.leastOutcomes, fusion.leastQueries) = (10, 20)
  return fusion
}()

/// A shop whose fusion was learned from its judgments, for tests that only ask.
private let learned = Result {
  let shop = JudgedShop()
  let training = ProductSearchTraining(data: shop.data, evidence: .judgments(shop.training))
  return (shop: shop, training: training, model: try recipe.fit(training, on: Execution(threads: 2)))
}

@Suite struct FusionTests {
  @Test func `a leak gets weight without cross-fitting and none with it`() throws {
    let shop = JudgedShop()
    let rankers = try ProductSearchModel.Rankers(recipe, shop.data, on: Execution(threads: 2))
    func weight(crossFitted: Bool) throws -> (leak: Double, validation: Double) {
      let ranker = try #require(
        try fusion.fit(
          .judgments(shop.training), shop.data, rankers: rankers, recipe: recipe, crossFitted: crossFitted,
          on: Execution(threads: 2)))
      let leak = ranker.report.columns.first { $0.name == FusionFeature.sameQuery.label }?.weight ?? 0
      return (leak, try shop.validation.evaluate(ranker, ids: shop.data.products.map(\.id)).mean.ndcg)
    }
    // The pair of a judged product is in the index: "clicked after the same query" gives the judgment away.
    let leaking = try weight(crossFitted: false)
    #expect(leaking.leak > 0.5)
    let honest = try weight(crossFitted: true)
    #expect(honest.leak == 0)
    #expect(honest.validation > leaking.validation - 0.02)
  }

  @Test func `a fold's products have pairs of other queries or lost theirs by chance`() throws {
    let shop = JudgedShop()
    let rankers = try ProductSearchModel.Rankers(recipe, shop.data, on: Execution(threads: 2))
    let description = CandidateDescription(rankers, shop.data, fusion)
    let examples = try fusion.examples(
      .judgments(shop.training), shop.data, rankers: rankers, description: description, recipe: recipe,
      crossFitted: true, on: Execution(threads: 2))
    let clicks = description.column(.clicks)
    for (group, range) in examples.groups.enumerated() {
      let others = shop.data.pairs.filter { fusion.fold(of: $0.query) != examples.folds[group] }
      let counts = Dictionary(others.map { (Int32($0.product), 1) }, uniquingKeysWith: +)
      let all = Set(shop.data.pairs.map { Int32($0.product) })
      for row in range {
        let known = examples.rows[row * examples.columns + clicks]
        let product = examples.products[row]
        #expect(all.contains(product))
        // As many clicks as other folds gave, or none for the products that lose all of them.
        #expect(known == 0 || abs(known - Float(log1p(Double(counts[product, default: 0])))) < 1e-5)
      }
    }
    let cold = examples.gains.indices.count { examples.rows[$0 * examples.columns + clicks] == 0 }
    #expect(cold > 0 && Double(cold) < 0.3 * Double(examples.gains.count))
  }

  @Test func `what words are worth is learned and helps other queries`() throws {
    // "extra" words say nothing, the colour everything, and both are as rare.
    let shop = JudgedShop(seesPairs: false)
    let training = ProductSearchTraining(
      data: shop.data, validation: shop.validation, evidence: .judgments(shop.training))
    let model = try recipe.fit(training, on: Execution(threads: 2))
    #expect(model.rankerNames == ["bm25", "fusion"])
    let (words, fused) = (model.reports[0].metrics.ndcg, model.reports[1].metrics.ndcg)
    #expect(fused >= words)
    let report = try #require(model.fusionReport)
    #expect(report.models.map(\.model) == ["linear", "trees"] && report.queries > 40)
    #expect(report.models.contains { $0.model == report.chosen })
    #expect(report.models.map(\.ndcg).max() == report.models.first { $0.model == report.chosen }?.ndcg)
  }

  @Test func `explanations add up to the score, of weights and of trees`() throws {
    let model = try learned.get().model
    let ranker = try #require(model.rankers.fusion)
    let columns = ranker.description.columns
    var generator = SeededGenerator(seed: 3)
    let examples = GroupedExamples(
      features: try DenseMatrix(
        rows: 100, columns: columns, values: (0..<100 * columns).map { _ in Float(3 * generator.uniform()) }),
      gains: (0..<100).map { _ in Float(generator.integer(below: 3)) },
      groupSizes: Array(repeating: 20, count: 5))
    let linear = try fusion.linear.fit(examples)
    for part in [FusionModel.linear(linear), .trees(linear, try fusion.trees.fit(examples)), ranker.model] {
      let other = FusedRanker(
        recipe: ranker.recipe, report: ranker.report, rankers: ranker.rankers,
        description: ranker.description,
        model: part, curve: ranker.curve,
        // Half of the products are newcomers, whose part must add up too.
        newcomers: try Newcomers(bonus: 0.5).adding(
          learned.get().shop.data.products.prefix(45).map {
            CatalogueAddition(product: $0, queries: [], replaced: nil)
          },
          first: 45))
      for text in ["red drill", "blue lamp extra3", "hose"] {
        let ranking = try other.rank(text, limit: 20)
        #expect(zip(ranking.scores, ranking.scores.dropFirst()).allSatisfy(>=))
        #expect(ranking.scores.allSatisfy { $0 >= 0 && $0 <= 1 })
        for (product, score) in zip(ranking.products, ranking.scores) {
          let why = try #require(try other.explain(RankingQuery(text, limit: 20), product: Int(product)))
          #expect(abs(why.base + why.parts.reduce(0) { $0 + $1.score } - why.score) < 1e-4)
          #expect(why.probability == score && why.model == part.name)
        }
      }
    }
    let why = try model.explain(SearchRequest("red drill"), product: "p0")
    let words = try model.explainWords("red drill", product: "p0")
    #expect(why.fusion != nil && why.words == words)
    #expect(try model.explain(SearchRequest("red drill", ranker: "bm25"), product: "p0").fusion == nil)
  }

  @Test func `the fusion orders what the rankers find, whatever was asked before`() throws {
    let model = try learned.get().model
    #expect(model.chosen == "fusion")
    let ranker = try #require(model.rankers.fusion)
    let texts = ["red drill", "green extra1 lamp", "", "zzz", "blue", "new new new saw", "red drill"]
    let first = try texts.map { try ranker.rank($0, limit: 30) }
    // Fresh memory gives the same answers as memory that described other queries.
    let again = try texts.reversed().map { text in
      try FusedRanker(
        recipe: ranker.recipe, report: ranker.report, rankers: ranker.rankers,
        description: ranker.description,
        model: ranker.model, curve: ranker.curve, newcomers: Newcomers(bonus: 0)
      ).rank(text, limit: 30)
    }
    #expect(first == again.reversed())
    #expect(first[0] == first[6] && first[2].products.isEmpty && first[3].products.isEmpty)
    for (text, ranking) in zip(texts, first) {
      let found = Set(try ranker.rankers.flatMap { try $0.rank(text, limit: 30).products })
      #expect(Set(ranking.products).isSubset(of: found) && ranking.products.count == min(30, found.count))
    }
    // Asking for more adds candidates and changes no score.
    let deep = try ranker.rank("red drill", limit: 80)
    #expect(deep.products.count > 30)
    let scores = Dictionary(uniqueKeysWithValues: zip(deep.products, deep.scores))
    for (product, score) in zip(first[0].products, first[0].scores) { #expect(scores[product] == score) }
  }

  @Test func `a saved fusion answers as the fusion itself, at any number of threads`() throws {
    let (_, training, model) = try learned.get()
    let other = try recipe.fit(training, on: Execution(threads: 1))
    #expect(model.fusionReport == other.fusionReport)
    try withTemporaryFolder { folder in
      try model.write(to: folder + "/m")
      let opened = try ProductSearchModel(contentsOf: folder + "/m")
      #expect(opened.fusionReport == model.fusionReport && opened.chosen == "fusion")
      for text in ["red drill", "blue lamp", "extra2", "nothing"] {
        let request = SearchRequest(text, limit: 40)
        #expect(try opened.search(request) == model.search(request))
        #expect(try other.search(request) == model.search(request))
      }
      let request = SearchRequest("red drill")
      #expect(try opened.explain(request, product: "p3") == model.explain(request, product: "p3"))
    }
  }

  @Test func `altered fusions are refused or answer, and never stop the process`() throws {
    let model = try learned.get().model
    var generator = SeededGenerator(seed: 52)
    try withTemporaryFolder { folder in
      let path = folder + "/m"
      try model.write(to: path)
      let names = try files(inFolder: path).filter { $0.hasPrefix("fusion") || $0 == "model.json" }
      #expect(names.count > 10)
      for round in 0..<80 {
        let name = path + "/" + names[round % names.count]
        let original = try bytes(ofFile: name)
        try write(Mutation.damaged(original, using: &generator), toFile: name)
        if let damaged = try? ProductSearchModel(contentsOf: path) {
          for text in ["red drill", "blue extra3 lamp"] {
            _ = try? damaged.search(SearchRequest(text, limit: 20, ranker: "fusion"))
          }
        }
        try write(original, toFile: name)
      }
    }
  }

  @Test func `hyper-parameters out of range are named`() {
    var wrong = FusionRecipe()
    (wrong.lexicalCandidates, wrong.folds, wrong.coldShare, wrong.words.passes) = (0, 1, 0.6, 0)
    var recipe = ProductSearchRecipe()
    recipe.fusion = wrong
    #expect {
      try recipe.fit(ProductSearchTraining(data: ProductSearchData(products: [])))
    } throws: { error in
      "\(error)" == """
        lexicalCandidates: given 0, expected 1...1000
        folds: given 1, expected 2...20
        coldShare: given 0.6, expected 0...0.5
        passes: given 0, expected 1...50
        catalogue: given no products, expected at least one
        """
    }
  }

  @Test func `evidence that teaches nothing gives no fusion`() throws {
    let shop = JudgedShop(products: 60, seesPairs: false)
    let strangers = RankingTask(
      queries: [JudgedQuery(id: "q", text: "red drill", judgments: [(document: "elsewhere", relevance: 1)])],
      metrics: .clicks)
    for evidence in [FusionEvidence.judgments(strangers), .clicks(earlier: [], later: [])] {
      let model = try recipe.fit(ProductSearchTraining(data: shop.data, evidence: evidence))
      #expect(model.rankerNames == ["bm25"] && model.fusionReport == nil)
    }
  }
}

@Suite struct FusionEvidenceTests {
  private let pairs = (0..<400).map {
    QueryProductPair(query: "q\($0 % 50)", product: $0 % 30, weight: Float($0 % 4) + ($0 % 8 == 0 ? 0.5 : 1))
  }

  @Test func `the last part of a log keeps its order`() {
    guard case .clicks(let earlier, let later) = FusionEvidence.lastPart(of: pairs) else { return }
    #expect(earlier + later == pairs && later.count == 80)
  }

  @Test func `the last part of events goes by time, and an event with its search`() throws {
    var log = InteractionLog { Int($0) }
    for hour in 0..<40 {
      // Appended in no order; a search that lasts over the cut stays whole.
      let time = Int64((hour * 7) % 40) * 3_600_000
      let id = "s\(hour)"
      log.append(LoggedSearch(id: id, text: time < 32 * 3_600_000 ? "oak desk" : "red lamp", time: time))
      for action in [Interaction.Action.impression, .click] {
        var event = Interaction(action, search: id, product: time < 32 * 3_600_000 ? "1" : "2", position: 1)
        event.time = time + 3_000_000
        log.append(event)
      }
    }
    var recipe = PairRecipe()
    recipe.minimumImpressions = 1
    guard case .clicks(let earlier, let later)? = try FusionEvidence.lastPart(of: log, recipe) else {
      Issue.record("no evidence")
      return
    }
    #expect(earlier.map(\.query) == ["oak desk"] && earlier.map(\.product) == [1])
    #expect(later.map(\.query) == ["red lamp"] && later.map(\.product) == [2])
  }

  @Test func `events without times have no last part`() throws {
    var log = InteractionLog { Int($0) }
    for number in 0..<20 { log.append(Interaction(.click, search: "s\(number)", product: "1", position: 1)) }
    if try FusionEvidence.lastPart(of: log) != nil { Issue.record("a part of what has no time") }
  }

  @Test func `a random part splits clicks, loses none and depends on the pair alone`() {
    guard case .clicks(let earlier, let later) = FusionEvidence.randomPart(of: pairs),
      case .clicks(_, let again) = FusionEvidence.randomPart(of: pairs.reversed())
    else { return }
    let weight = { (part: [QueryProductPair]) in part.reduce(0) { $0 + $1.weight } }
    #expect(abs(weight(earlier) + weight(later) - weight(pairs)) < 1e-3)
    #expect((0.12...0.28).contains(weight(later) / weight(pairs)))
    #expect(later == again.reversed())
    // Whole weights are single clicks, of which some stay and some go.
    let split = Set(later.map { "\($0.query) \($0.product)" }).intersection(
      earlier.map { "\($0.query) \($0.product)" })
    #expect(split.count > 10)
  }
}
