import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import ProductSearch

/// Rows of l2 norm 1 with entries of 0 or more.
private func randomEmbedding(rows: Int, columns: Int, entries: Int, _ generator: inout SeededGenerator)
  -> SparseMatrix
{
  var builder = SparseMatrix.Builder(columns: columns)
  for _ in 0..<rows {
    var row: [Int: Float] = [:]
    for _ in 0..<generator.integer(below: entries) {
      row[generator.integer(below: columns)] = Float(generator.uniform())
    }
    builder.append(row: row.map { (column: $0, value: $1) })
  }
  return builder.finish().normalizingRows()
}

private func dense(_ vector: SparseVector, _ width: Int) -> [Double] {
  var dense = [Double](repeating: 0, count: width)
  for (index, value) in zip(vector.indices, vector.values) { dense[Int(index)] = Double(value) }
  return dense
}

@Suite struct CentroidTests {
  @Test func `scores are cosines with the embeddings`() throws {
    var generator = SeededGenerator(seed: 31)
    let matrix = randomEmbedding(rows: 400, columns: 80, entries: 12, &generator)
    let index = try CentroidIndex(matrix, keeping: 64)
    #expect(index.retention == CentroidIndex.Retention(mean: 1, least: 1))
    let scratch = ImpactScratch(windowLength: index.impacts.windowLength)
    var terms: [ImpactIndex.QueryTerm] = []
    for _ in 0..<100 {
      var query = SparseVector()
      for column in 0..<80 where generator.integer(below: 10) == 0 {
        query.append(index: Int32(column), value: Float(generator.uniform()) * 7)
      }
      let step = index.weigh(query, into: &terms)
      query.normalize()
      let wanted = dense(query, 80)
      for key in index.impacts.search(terms, limit: 1000, scratch: scratch) {
        let row = dense(matrix.row(BestDocuments.document(key)), 80)
        let cosine = zip(row, wanted).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(Double(Float(BestDocuments.total(key)) * step) - cosine) < 2e-3)
      }
    }
  }

  @Test func `totals stay within 32 bits for small entries and long queries`() throws {
    // 5,000 equal entries: the step is tiny, so that weights of full size would overflow.
    let width = 5000
    let value = Float(1 / Double(width).squareRoot())
    var builder = SparseMatrix.Builder(columns: width)
    let row = SparseVector(
      indices: (0..<Int32(width)).map { $0 }, values: Array(repeating: value, count: width))
    builder.append(row)
    let index = try CentroidIndex(builder.finish(), keeping: width)
    var terms: [ImpactIndex.QueryTerm] = []
    let step = index.weigh(row, into: &terms)
    let found = index.impacts.found(terms, limit: 1)
    #expect(found.count == 1 && abs(Float(found[0].total) * step - 1) < 0.02)
  }

  @Test func `only the largest entries are kept and the loss is told`() throws {
    var builder = SparseMatrix.Builder(columns: 4)
    builder.append(row: [(0, 0.1), (1, 0.7), (2, 0.5), (3, 0.5)])
    builder.append(row: [(0, 1)])
    builder.append(row: [])
    let index = try CentroidIndex(builder.finish(), keeping: 2)
    #expect((0..<4).map { index.impacts.impact(of: $0, in: 0) > 0 } == [false, true, true, false])
    #expect(abs(index.retention.least - 0.74) < 1e-6)
    #expect(abs(index.retention.mean - 0.87) < 1e-6)
  }

  @Test func `a clicked query finds its product by words that are in no title`() throws {
    let data = ProductSearchData(
      products: ["red drill", "blue saw", "green lamp", ""].enumerated().map {
        .init(id: "\($0)", title: $1)
      },
      pairs: [.init(query: "zippy zapper", product: 1, weight: 2), .init(query: "saw zapper", product: 1)])
    let ranker = try CentroidRecipe().fit(data)
    #expect(try ranker.rank("zippy", limit: 3).products == [1])
    #expect(try ranker.rank("green zapper", limit: 3).products.sorted() == [1, 2])
    let unknown = try ranker.rank("unheard", limit: 3)
    #expect(unknown.products.isEmpty && unknown.words == 1 && unknown.knownWords == 0)
    #expect(ranker.retainedShare == 1)
  }

  @Test func `long queries are cut at 64 words`() throws {
    let ranker = try CentroidRecipe().fit(GeneratedShop(products: 50, pairs: 120).data)
    let text = Array(repeating: "drill", count: 64).joined(separator: " ")
    let (whole, cut) = (try ranker.rank(text, limit: 9), try ranker.rank(text + " lamp lamp", limit: 9))
    #expect(!whole.isTruncated && cut.isTruncated)
    #expect(whole.products == cut.products && whole.scores == cut.scores)
  }

  @Test func `recipes out of range are refused`() {
    var recipe = CentroidRecipe()
    recipe.prior = -1
    recipe.entries = 0
    #expect(
      recipe.violations.map(\.description) == [
        "prior: given -1.0, expected 0 or more", "entries: given 0, expected 1...65535",
      ])
  }
}
