import LinearAlgebra
import Probability
import TestSupport
import Testing

struct DenseMatrixProductTests {
  @Test func `products in single precision are those of double precision`() throws {
    var generator = SeededGenerator(seed: 3)
    func random(_ rows: Int, _ columns: Int) throws -> (DenseMatrix, DoubleMatrix) {
      let values = (0..<rows * columns).map { _ in Float(generator.normal()) }
      return (
        try DenseMatrix(rows: rows, columns: columns, values: values),
        try DoubleMatrix(rows: rows, columns: columns, values: values.map(Double.init))
      )
    }
    let ((a, x), (b, y)) = (try random(7, 5), try random(5, 3))
    let wide = x.multiplied(by: y).values.map { Float($0) }
    #expect(difference(of: a.multiplied(by: b).values, from: wide, absolute: 1e-5) == nil)
    let (at, bt) = (
      try DenseMatrix(rows: 5, columns: 7, values: x.transposed().values.map { Float($0) }),
      try DenseMatrix(rows: 3, columns: 5, values: y.transposed().values.map { Float($0) })
    )
    #expect(difference(of: at.transposedMultiplied(by: b).values, from: wide, absolute: 1e-5) == nil)
    #expect(difference(of: a.multiplied(byTransposed: bt).values, from: wide, absolute: 1e-5) == nil)
    #expect(DenseMatrix(rows: 0, columns: 4).multiplied(by: DenseMatrix(rows: 4, columns: 2)).values.isEmpty)
  }
}
