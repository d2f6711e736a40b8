import Learning
import LinearAlgebra
import TestSupport
import Testing

@testable import TextFeatures

struct ContractTests {
  private let texts = [
    "red lamp 12 in.", "red table lamp", "blue lamp", "lamp lamp oil", "oil", "", "DW-735X saw", "saw blade",
  ]
  private let others = ["cordless drill", "drill bit set", "bit", "red drill"]
  private let queries = ["red lamp", "oil lamp", "drill", "", "zebra", "blue saw 12 inch"]

  @Test(arguments: ContractItem.allCases)
  func `text vectorisation keeps the estimator contract`(item: ContractItem) throws {
    var contract = EstimatorContract(
      TextVectorization.productSearch, input: texts, otherInput: others, queries: queries)
    contract.save = { model, path in
      try ModelArchive.write(to: path, kind: "text") { try model.write(to: &$0) }
    }
    contract.load = { try TextVectorizer(from: ModelArchive(contentsOf: $0, kind: "text")) }
    contract.batch = { model, queries in
      let rows = try model.transform(queries, on: Execution(threads: 2))
      return (0..<rows.rows).map(rows.row)
    }
    contract.inputWithRowsReversed = texts.reversed()
    contract.smallData = [
      ("no text", [], .isRefused("texts: given 0 texts, expected at least one")),
      ("one text", ["lamp"], .fits),
      ("only blank texts", ["", " "], .fits),
    ]
    contract.outOfRange = [.init("blocks", 0, allowed: "1 to 16") { $0.blocks = [] }]
    contract.withoutRange = [
      "norm", "lowercases", "foldsMarks", "foldsCompatibilityForms", "joinsUnits", "splitsCodes",
      "pairsUnspacedScripts", "separatesLettersFromDigits", "words",
    ]
    contract.exemptions = [.notFinite: "texts hold no numbers", .mismatch: "any text fits any model"]
    let failures = try contract.failures(of: item)
    #expect(failures == [])
  }

  @Test(arguments: ContractItem.allCases)
  func `vectorisation as in libpecos keeps the estimator contract`(item: ContractItem) throws {
    let recipe = PecosTextVectorization(blocks: [
      PecosNGramBlock(.word, lengths: 1...2), PecosNGramBlock(.characterInWords, lengths: 3...3),
    ])
    var contract = EstimatorContract(recipe, input: texts, otherInput: others, queries: queries)
    contract.save = { model, path in
      try ModelArchive.write(to: path, kind: "text") { try model.write(to: &$0) }
    }
    contract.load = { try PecosTextVectorizer(from: ModelArchive(contentsOf: $0, kind: "text")) }
    contract.batch = { model, queries in
      let rows = try model.transform(queries, on: Execution(threads: 2))
      return (0..<rows.rows).map(rows.row)
    }
    contract.inputWithRowsReversed = texts.reversed()
    contract.smallData = [
      ("no text", [], .isRefused("texts: given 0 texts, expected at least one")),
      ("one text", ["lamp"], .fits),
      ("only blank texts", ["", " "], .fits),
    ]
    contract.outOfRange = [.init("blocks", 0, allowed: "1 to 64") { $0.blocks = [] }]
    contract.withoutRange = ["norm"]
    contract.exemptions = [.notFinite: "texts hold no numbers", .mismatch: "any text fits any model"]
    let failures = try contract.failures(of: item)
    #expect(failures == [])
  }

  @Test func `every value of a block out of range is named`() {
    var block = NGramBlock(.words(0...4))
    block.minimumDocuments = -1
    block.maximumDocuments = 0
    block.minimumShare = 0.9
    block.maximumShare = 0.5
    block.maximumFeatures = 0
    block.weight = .nan
    let violations = TextVectorization(blocks: [NGramBlock(.characterTrigrams), block]).violations
    #expect(
      violations.map(\.description) == [
        "blocks[1].grams: given 0...4 words, expected lengths in 1...3",
        "blocks[1].minimumDocuments: given -1, expected 0 or more",
        "blocks[1].maximumDocuments: given 0, expected 1 or more and not below minimumDocuments",
        "blocks[1].minimumShare, maximumShare: given 0.9, 0.5, expected 0 <= minimumShare < maximumShare <= 1",
        "blocks[1].maximumFeatures: given 0, expected 1 or more",
        "blocks[1].weight: given nan, expected a finite number above 0",
      ])
  }
}
