import LinearAlgebra
import Probability
import Testing

private func randomMatrix(
  _ rows: Int, _ columns: Int, density: Double, _ generator: inout SeededGenerator
) -> SparseMatrix {
  var builder = SparseMatrix.Builder(columns: columns)
  for _ in 0..<rows {
    var entries: [(column: Int, value: Float)] = []
    for column in 0..<columns where Double.random(in: 0..<1, using: &generator) < density {
      entries.append((column, Float.random(in: -1...1, using: &generator)))
    }
    builder.append(row: entries)
  }
  return builder.finish()
}

/// Rows of dense values; nil where nothing is stored.
private func denseProduct(_ a: SparseMatrix, _ b: SparseMatrix) -> [[Double?]] {
  var result = [[Double?]](repeating: [Double?](repeating: nil, count: b.columns), count: a.rows)
  for row in 0..<a.rows {
    for i in a.range(ofRow: row) {
      for j in b.range(ofRow: Int(a.indices[i])) {
        result[row][Int(b.indices[j]), default: 0] += Double(a.values[i]) * Double(b.values[j])
      }
    }
  }
  return result
}

extension Array where Element == Double? {
  fileprivate subscript(position: Int, default value: Double) -> Double {
    get { self[position] ?? value }
    set { self[position] = newValue }
  }
}

@Test func `a sparse product equals the dense product in entries and values`() throws {
  var generator = SeededGenerator(seed: 1)
  for (n, m, k) in [(1, 1, 1), (3, 5, 4), (40, 30, 70), (7, 200, 9_000), (0, 3, 2), (2, 0, 3), (5, 4, 0)] {
    let a = randomMatrix(n, m, density: 0.2, &generator)
    let b = randomMatrix(m, k, density: 0.1, &generator)
    let product = try a.multiplied(by: b, on: 1)
    #expect(product.rows == n && product.columns == k)
    let expected = denseProduct(a, b)
    for row in 0..<n {
      let found = product.row(row)
      #expect(found.indices == expected[row].indices.filter { expected[row][$0] != nil }.map { Int32($0) })
      for (column, value) in zip(found.indices, found.values) {
        #expect(abs(Double(value) - expected[row][Int(column)]!) < 1e-5)
      }
    }
  }
}

@Test func `a sparse product is the same bit for bit at one, two and four threads`() throws {
  var generator = SeededGenerator(seed: 2)
  let a = randomMatrix(900, 400, density: 0.1, &generator)
  let b = randomMatrix(400, 5_000, density: 0.03, &generator)
  let one = try a.multiplied(by: b, normalizingRows: .l2, on: 1)
  #expect(try a.multiplied(by: b, normalizingRows: .l2, on: 2) == one)
  #expect(try a.multiplied(by: b, normalizingRows: .l2, on: 4) == one)
  #expect(one.count > 2 << 20, "several blocks of work")
}

@Test(arguments: VectorNorm.allCases)
func `normalising within the product equals normalising after it`(norm: VectorNorm) throws {
  var generator = SeededGenerator(seed: 3)
  let a = randomMatrix(50, 20, density: 0.1, &generator)
  let b = randomMatrix(20, 60, density: 0.2, &generator)
  let product = try a.multiplied(by: b, on: 2)
  #expect(try a.multiplied(by: b, normalizingRows: norm, on: 2) == product.normalizingRows(norm))
}

@Test func `a checkpoint that throws stops the product`() {
  struct Stop: Error {}
  var generator = SeededGenerator(seed: 4)
  let a = randomMatrix(5, 5, density: 1, &generator)
  #expect(throws: Stop.self) { try a.multiplied(by: a, on: 2, checkpoint: { throw Stop() }) }
}
