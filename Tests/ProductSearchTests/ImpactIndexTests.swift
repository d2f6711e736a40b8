import LinearAlgebra
import Probability
import Testing

@testable import ProductSearch

/// A found document and its total in steps.
struct Found: Equatable {
  let document: Int
  let total: Int
}

extension ImpactIndex {
  func found(_ query: [QueryTerm], limit: Int, pruning: Bool = true, scratch: ImpactScratch? = nil) -> [Found]
  {
    let scratch = scratch ?? ImpactScratch(windowLength: windowLength)
    return search(query, limit: limit, pruning: pruning, scratch: scratch).map {
      Found(document: BestDocuments.document($0), total: Int(BestDocuments.total($0)))
    }
  }

  /// Every document with a match by looking up every impact.
  func foundByBruteForce(_ query: [QueryTerm], limit: Int) -> [Found] {
    (0..<documents).map { document in
      Found(
        document: document,
        total: query.reduce(0) { $0 + Int($1.weight) * Int(impact(of: $1.term, in: document)) })
    }
    .filter { $0.total > 0 }
    .sorted { $0.total != $1.total ? $0.total > $1.total : $0.document < $1.document }
    .prefix(limit).map { $0 }
  }
}

/// Documents with words of Zipf's frequencies; `levels` > 0 makes few distinct impacts, hence many ties.
func randomImpacts(
  documents: Int, terms: Int, words: Int, levels: Int = 0, generator: inout SeededGenerator
) -> SparseMatrix {
  var builder = SparseMatrix.Builder(columns: terms)
  for _ in 0..<documents {
    var row: [Int: Float] = [:]
    for _ in 0..<(1 + generator.integer(below: words)) {
      let term = Int(Double(terms) * pow3(generator.uniform()))
      let impact = generator.uniform() * 4 / (1 + Double(terms - term) / Double(terms))
      row[term] = levels > 0 ? Float(1 + generator.integer(below: levels)) : Float(impact + 0.01)
    }
    builder.append(row: row.map { (column: $0, value: $1) })
  }
  return builder.finish()
}

private func pow3(_ x: Double) -> Double { x * x * x }

private func randomQuery(terms: Int, _ generator: inout SeededGenerator) -> [ImpactIndex.QueryTerm] {
  var query: [ImpactIndex.QueryTerm] = []
  for _ in 0..<(1 + generator.integer(below: 6)) {
    let term = Int(Double(terms) * pow3(generator.uniform()))
    if !query.contains(where: { $0.term == term }) {
      query.append(.init(term: term, weight: UInt32(1 + generator.integer(below: 3))))
    }
  }
  return query
}

@Suite struct ImpactIndexTests {
  @Test func `pruned answers equal exhaustive ones on 10,000 random queries`() throws {
    var generator = SeededGenerator(seed: 11)
    var cases = 0
    for (documents, terms, words, levels, shift) in [
      (3000, 200, 8, 0, 5), (3000, 40, 12, 3, 6), (20_000, 300, 6, 0, 10), (500, 1000, 30, 2, 4),
      (9000, 60, 5, 1, 13),
    ] {
      let matrix = randomImpacts(
        documents: documents, terms: terms, words: words, levels: levels, generator: &generator)
      let index = try ImpactIndex(matrix, windowShift: shift)
      let scratch = ImpactScratch(windowLength: index.windowLength)
      for _ in 0..<2000 {
        let query = randomQuery(terms: terms, &generator)
        let limit = [1, 3, 10, 100, 1000][generator.integer(below: 5)]
        let pruned = index.found(query, limit: limit, scratch: scratch)
        #expect(pruned == index.found(query, limit: limit, pruning: false, scratch: scratch))
        cases += 1
      }
      #expect(scratch.accumulators.allSatisfy { $0 == 0 })
    }
    #expect(cases == 10_000)
  }

  @Test func `exhaustive answers equal brute force`() throws {
    var generator = SeededGenerator(seed: 12)
    for levels in [0, 1, 4] {
      let matrix = randomImpacts(documents: 700, terms: 60, words: 6, levels: levels, generator: &generator)
      let index = try ImpactIndex(matrix, windowShift: 6)
      for limit in [1, 7, 100, 1000] {
        for _ in 0..<20 {
          let query = randomQuery(terms: 60, &generator)
          let expected = index.foundByBruteForce(query, limit: limit)
          #expect(index.found(query, limit: limit, pruning: false) == expected)
          #expect(index.found(query, limit: limit) == expected)
        }
      }
    }
  }

  @Test func `quantised impacts are within half a step and never lost`() throws {
    var generator = SeededGenerator(seed: 13)
    var matrix = randomImpacts(documents: 300, terms: 50, words: 9, generator: &generator)
    matrix = SparseMatrix(
      uncheckedRows: matrix.rows, columns: matrix.columns, offsets: matrix.offsets, indices: matrix.indices,
      values: matrix.values.enumerated().map { $0 % 50 == 0 ? 1e-9 : $1 })
    let index = try ImpactIndex(matrix, windowShift: 5)
    for row in 0..<matrix.rows {
      for i in matrix.range(ofRow: row) {
        let impact = index.impact(of: Int(matrix.indices[i]), in: row)
        #expect(impact > 0)
        #expect(abs(Float(impact) * index.step - matrix.values[i]) <= 0.501 * index.step || impact == 1)
      }
    }
    #expect(index.impact(of: -1, in: 0) == 0)
    #expect(index.impact(of: 50, in: 0) == 0)
    #expect(index.impact(of: 0, in: 5000) == 0)
  }

  @Test func `window length has no influence on answers`() throws {
    var generator = SeededGenerator(seed: 14)
    let matrix = randomImpacts(documents: 5000, terms: 100, words: 7, levels: 5, generator: &generator)
    let indexes = try [4, 8, 13, 16].map { try ImpactIndex(matrix, windowShift: $0) }
    for _ in 0..<200 {
      let query = randomQuery(terms: 100, &generator)
      let first = indexes[0].found(query, limit: 25)
      for index in indexes { #expect(index.found(query, limit: 25) == first) }
    }
  }

  @Test func `of equal totals the smaller documents are kept`() throws {
    var builder = SparseMatrix.Builder(columns: 1)
    for _ in 0..<1000 { builder.append(row: [(column: 0, value: 2)]) }
    let index = try ImpactIndex(builder.finish(), windowShift: 4)
    let query = [ImpactIndex.QueryTerm(term: 0, weight: 1)]
    #expect(index.found(query, limit: 10) == (0..<10).map { Found(document: $0, total: 65535) })
    #expect(index.found(query, limit: 1000).map(\.document) == Array(0..<1000))
  }

  @Test func `empty parts have empty answers`() throws {
    let none = try ImpactIndex(SparseMatrix.Builder(columns: 0).finish())
    #expect(none.found([.init(term: 0, weight: 1)], limit: 5).isEmpty)
    var builder = SparseMatrix.Builder(columns: 3)
    builder.append(row: [])
    builder.append(row: [(column: 1, value: 0)])
    let blank = try ImpactIndex(builder.finish())
    #expect(blank.found([.init(term: 1, weight: 1)], limit: 5).isEmpty)
    #expect(blank.found([], limit: 5).isEmpty)
  }

  @Test func `impacts that are negative or not numbers are refused`() {
    for value in [-1, Float.nan, .infinity] {
      var builder = SparseMatrix.Builder(columns: 1)
      builder.append(row: [(column: 0, value: value)])
      #expect {
        try ImpactIndex(builder.finish())
      } throws: { error in
        "\(error)" == "impacts: given \(value), expected finite numbers of 0 or more"
      }
    }
  }
}
