import LinearAlgebra
import Testing

struct SparseVectorTests {
  @Test func `the entries of a vector are replaced all at once`() {
    var row = SparseVector(indices: [1], values: [1])
    [2, 5].withUnsafeBufferPointer { indices in
      [0.5, 0.25].withUnsafeBufferPointer { row.replace(indices: indices, values: $0) }
    }
    #expect(row == SparseVector(indices: [2, 5], values: [0.5, 0.25]))
    row.replace(
      indices: UnsafeBufferPointer(start: nil, count: 0), values: UnsafeBufferPointer(start: nil, count: 0))
    #expect(row.isEmpty)
  }
}
