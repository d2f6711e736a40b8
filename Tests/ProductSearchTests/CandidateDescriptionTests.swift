import Glibc
import Learning
import Testing
import TextFeatures

@testable import ProductSearch

@Suite struct CandidateDescriptionTests {
  private let products = [
    SearchableProduct(id: "a", title: "Norden 12 ft white oak garden hose", brand: "Norden"),
    SearchableProduct(id: "b", title: "hose garden 20 ft"),
    SearchableProduct(id: "c", title: "oak table", description: "for the garden"),
    SearchableProduct(id: "d", title: "lamp"),
  ]

  /// The features of one product for a query, by name.
  private func features(
    _ text: String, _ product: Int, pairs: [QueryProductPair] = []
  ) throws -> (FusionFeature) -> Float {
    let data = ProductSearchData(products: products, pairs: pairs)
    let lexical = try LexicalRecipe().fit(data)
    let titles = TitleSequences(products, lexical)
    let description = CandidateDescription(
      rankerNames: ["bm25"], depths: [4], lexical: lexical, titles: titles,
      clicked: pairs.isEmpty ? nil : ClickedQueries(data, lexical, titles))
    let scratch = description.makeScratch()
    var all = ProductRanking()
    all.products = [0, 1, 2, 3]
    all.scores = [4, 2, 1, 0.5]
    scratch.rankings[0] = all
    description.describe(text, scratch)
    let row = scratch.columns.row(product)
    #expect(scratch.products == [0, 1, 2, 3])
    #expect(Array(row[0..<3]) == [all.scores[product], all.scores[product] / 4, 1])
    return { row[description.column($0)] }
  }

  @Test func `words in their order and place`() throws {
    let a = try features("garden hose", 0)
    #expect(a(.titleShare) == 1 && a(.allInTitle) == 1 && a(.pairsInOrder) == 1 && a(.compactness) == 1)
    #expect(
      a(.lastWord) == 1 && a(.lastWordNearEnd) == 1 && a(.lastTitleWord) == 1 && a(.heaviestMissing) == 0)
    #expect(
      a(.titleLength) == 7 && abs(a(.coveredWords) - 2 / 7) < 1e-6 && abs(a(.earliestMatch) - 1 / 6) < 1e-6)
    let b = try features("garden hose", 1)
    #expect(b(.titleShare) == 1 && b(.pairsInOrder) == 0 && b(.pairsEitherWay) == 1)
    #expect(b(.lastTitleWord) == 0 && abs(b(.lastWordNearEnd) - 0.25) < 1e-6 && b(.firstWordNearStart) == 0.5)
    let c = try features("garden hose", 2)
    #expect(c(.titleShare) == 0 && c(.anyFieldShare) > 0 && c(.descriptionShare) == c(.anyFieldShare))
    #expect(c(.heaviestMissing) > 0 && c(.compactness) == 0 && c(.lastWordNearEnd) == 0)
  }

  @Test func `weights are those of words in titles`() throws {
    // Two of four titles hold "hose", none holds "zebra".
    let b = try features("hose zebra", 1)
    let (hose, zebra) = (log(1 + 2.5 / 2.5), log(1 + 4.5 / 0.5))
    #expect(abs(Double(b(.titleShare)) - hose / (hose + zebra)) < 1e-5)
    #expect(abs(Double(b(.heaviestMissing)) - zebra) < 1e-5 && b(.unknownShare) == 0.5)
    #expect(abs(Double(b(.queryWeight)) - (hose + zebra)) < 1e-5 && b(.queryWords) == 2)
  }

  @Test func `numbers are compared with their units`() throws {
    let right = try features("12 ft hose", 0)
    #expect(right(.numberShare) == 1 && right(.numberBeforeSameWord) == 1 && right(.numberConflict) == 0)
    let wrong = try features("12 ft hose", 1)
    #expect(wrong(.numberShare) == 0 && wrong(.numberBeforeSameWord) == 0 && wrong(.numberConflict) == 1)
    let none = try features("hose", 1)
    #expect(none(.numberShare) == 1 && none(.numberBeforeSameWord) == 1 && none(.numberConflict) == 0)
  }

  @Test func `other fields count by themselves`() throws {
    let a = try features("norden lamp", 0)
    #expect(a(.brandShare) == a(.titleShare) && a(.categoryShare) == 0 && a(.attributesShare) == 0)
  }

  @Test func `clicked queries are compared with the query`() throws {
    let pairs = [
      QueryProductPair(query: "desk lamp", product: 3, weight: 3),
      QueryProductPair(query: "night light", product: 3, weight: 1),
    ]
    let same = try features("desk lamp", 3, pairs: pairs)
    #expect(same(.nearestQuery) > 0.999 && abs(same(.sameQuery) - log1p(3)) < 1e-5)
    #expect(abs(same(.clicks) - log1p(4)) < 1e-5 && abs(same(.meanNearness) - 0.75) < 0.01)
    #expect(same(.titleOrClickShare) == 1 && same(.clickShare) == 1)
    let other = try features("night table", 3, pairs: pairs)
    #expect(other(.sameQuery) == 0 && other(.nearestQuery) > 0.3 && other(.nearestQuery) < 0.9)
    #expect(
      other(.titleShare) == 0 && other(.titleOrClickShare) == other(.clickShare) && other(.clickShare) > 0)
    let unclicked = try features("desk lamp", 2, pairs: pairs)
    #expect(unclicked(.clicks) == 0 && unclicked(.nearestQuery) == 0)
  }

  @Test func `likeness to the best products grows with shared words`() throws {
    let table = try features("white", 2)
    let lamp = try features("white", 3)
    #expect(table(.feedback) > lamp(.feedback) && lamp(.feedback) >= 0)
    #expect(lamp(.headAgreement) == 1)
  }

  @Test func `what words are worth is theirs alone`() throws {
    let data = ProductSearchData(products: products)
    let lexical = try LexicalRecipe().fit(data)
    var description = CandidateDescription(
      rankerNames: ["bm25"], depths: [4], lexical: lexical, titles: TitleSequences(products, lexical),
      clicked: nil)
    var (held, matched) = (
      [Float](repeating: 0, count: lexical.vocabulary.count),
      [Float](repeating: 0, count: lexical.vocabulary.count)
    )
    held[lexical.vocabulary.id(of: "ft")!] = 4
    matched[lexical.vocabulary.id(of: "hose")!] = 0.5
    description.worth = WordWorth(held: held, matched: matched)
    let scratch = description.makeScratch()
    scratch.rankings[0].products = [1, 3]
    scratch.rankings[0].scores = [1, 0.5]
    description.describe("garden hose", scratch)
    let rows = [scratch.columns.row(0), scratch.columns.row(1)]
    #expect(rows.map { $0[description.column(.wordsHeld)] } == [2, 0])
    #expect(rows.map { $0[description.column(.wordsMatched)] } == [0.5, 0])
  }
}
