import ExtremeRanking
import Learning
import LinearAlgebra
import Probability
import Testing

/// Unit vectors around a few directions.
private func embedding(_ count: Int, seed: UInt64) -> SparseMatrix {
  var generator = SeededGenerator(seed: seed)
  var builder = SparseMatrix.Builder(columns: 20)
  for _ in 0..<count {
    let topic = generator.integer(below: 4) * 5
    builder.append(
      row: (0..<4).map { _ in (topic + generator.integer(below: 5), Float(generator.uniform() + 0.2)) }
        + [(generator.integer(below: 20), 0.3)])
  }
  return builder.finish().normalizingRows()
}

/// Sum of cosines of every row to the centre of its own half.
private func objective(_ z: SparseMatrix, right: (Int) -> Bool) -> Double {
  var sums = [[Double]](repeating: [Double](repeating: 0, count: z.columns), count: 2)
  for row in 0..<z.rows {
    for i in z.range(ofRow: row) { sums[right(row) ? 1 : 0][Int(z.indices[i])] += Double(z.values[i]) }
  }
  // The sum of cosines to the unit centre of a set of unit vectors is the norm of their sum.
  return sums.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}

@Suite struct BalancedClusteringTests {
  private func index(_ z: SparseMatrix, leaf: Int, branching: Int = 4, seed: UInt64 = 0, threads: Int = 1)
    throws
    -> LabelTree
  {
    var clustering = BalancedClustering()
    clustering.maximumLeafSize = leaf
    clustering.branching = branching
    return try clustering.index(z, seed: seed, on: Execution(threads: threads))
  }

  @Test(arguments: [1, 2, 3, 7, 31, 32, 33, 100, 257])
  func `sizes of leaf clusters differ by at most one and every label is there once`(count: Int) throws {
    let tree = try index(embedding(count, seed: 3), leaf: 6)
    let level = tree.depth - 1
    let sizes = (0..<tree.parentCount(level: level)).map { tree.children(of: $0, level: level).count }
    #expect(sizes.max()! - sizes.min()! <= 1)
    #expect(sizes.max()! <= 6)
    #expect(Set(tree.labels) == Set(0..<Int32(count)))
    for level in 0..<(tree.depth - 1) {
      for parent in 0..<tree.parentCount(level: level) {
        #expect(tree.children(of: parent, level: level).count <= 4)
      }
    }
  }

  @Test func `labels that fit one leaf make a tree of one level`() throws {
    let tree = try index(embedding(9, seed: 1), leaf: 9)
    #expect(tree.depth == 1)
    #expect(tree.children(of: 0, level: 0) == 0..<9)
  }

  @Test func `the tree is the same at any number of threads and differs by seed`() throws {
    let z = embedding(300, seed: 5)
    let one = try index(z, leaf: 5)
    for threads in [2, 4] { #expect(try index(z, leaf: 5, threads: threads) == one) }
    #expect(try index(z, leaf: 5, seed: 1) != one)
  }

  @Test func `more rounds never lower the objective`() throws {
    for seed in 0..<20 as Range<UInt64> {
      let z = embedding(60, seed: seed)
      var last = 0.0
      for rounds in 1...8 {
        var clustering = BalancedClustering()
        clustering.maximumLeafSize = 30
        clustering.maximumRounds = rounds
        let tree = try clustering.index(z, seed: seed, on: Execution(threads: 1))
        let right = Set(tree.labels[30...])
        let reached = objective(z) { right.contains(Int32($0)) }
        #expect(reached >= last - 1e-4)
        last = reached
      }
    }
  }

  @Test func `on twelve labels the objective is near the best balanced split`() throws {
    var ratios = 0.0
    for seed in 0..<100 as Range<UInt64> {
      let z = embedding(12, seed: seed)
      let tree = try index(z, leaf: 6, branching: 2, seed: seed)
      let right = Set(tree.labels[6...])
      let reached = objective(z) { right.contains(Int32($0)) }
      var best = 0.0
      for mask in 0..<(1 << 12) where mask.nonzeroBitCount == 6 {
        best = max(best, objective(z) { mask >> $0 & 1 == 1 })
      }
      ratios += reached / best
    }
    #expect(ratios / 100 >= 0.95)
  }

  @Test func `identical labels and empty rows end`() throws {
    let same = SparseMatrix(
      [SparseVector](repeating: SparseVector(indices: [3], values: [1]), count: 50), columns: 5)
    #expect(try index(same, leaf: 4).labelCount == 50)
    let empty = SparseMatrix([SparseVector](repeating: SparseVector(), count: 50), columns: 5)
    #expect(try index(empty, leaf: 4).labelCount == 50)
  }

  @Test func `a tree that is none is refused`() {
    #expect(throws: InvalidInput.self) { try LabelTree(childOffsets: [[0, 2], [0, 2, 1]], labels: [0]) }
    #expect(throws: InvalidInput.self) { try LabelTree(childOffsets: [[0, 2]], labels: [0, 0]) }
    #expect(throws: InvalidInput.self) { try LabelTree(childOffsets: [], labels: [0]) }
  }
}
