import LinearAlgebra
import Probability
import TestSupport
import Testing

@Suite struct DenseEquationTests {
  private static func random(_ rows: Int, _ columns: Int, seed: UInt64) -> DoubleMatrix {
    var generator = SeededGenerator(seed: seed)
    var matrix = DoubleMatrix(rows: rows, columns: columns)
    for i in 0..<rows { for j in 0..<columns { matrix[i, j] = generator.normal() } }
    return matrix
  }

  private func vector(_ count: Int) -> [Double] {
    Array(Self.random(1, count, seed: 99).row(0))
  }

  @Test(arguments: [(1, 1, 1), (3, 5, 2), (17, 4, 9)])
  func `products equal sums over rows and columns`(rows: Int, inner: Int, columns: Int) {
    let (a, b) = (Self.random(rows, inner, seed: 1), Self.random(inner, columns, seed: 2))
    var expected = DoubleMatrix(rows: rows, columns: columns)
    for i in 0..<rows {
      for j in 0..<columns { expected[i, j] = (0..<inner).reduce(0) { $0 + a[i, $1] * b[$1, j] } }
    }
    #expect(difference(of: a.multiplied(by: b).values, from: expected.values, absolute: 1e-13) == nil)
    #expect(
      difference(
        of: a.transposed().transposedMultiplied(by: b).values, from: expected.values, absolute: 1e-13)
        == nil)
    let x = vector(inner)
    let column = try! DoubleMatrix(rows: inner, columns: 1, values: x)
    #expect(
      difference(of: a.multiplied(by: x), from: a.multiplied(by: column).values, absolute: 1e-13) == nil)
    #expect(
      difference(of: a.transposed().transposedMultiplied(by: x), from: a.multiplied(by: x), absolute: 1e-13)
        == nil)
  }

  @Test func `a weighted cross product is symmetric and equals the product`() {
    let a = Self.random(11, 6, seed: 3)
    let weights = (0..<11).map(Double.init)
    let gram = a.gram(weights: weights)
    #expect(gram == gram.transposed())
    let expected = a.transposedMultiplied(by: DoubleMatrix(diagonal: weights)).multiplied(by: a)
    #expect(difference(of: gram.values, from: expected.values, absolute: 1e-12) == nil)
  }

  @Test(arguments: [1, 2, 7, 40]) func `a Cholesky factor solves, inverts and draws`(order: Int) throws {
    var a = Self.random(order + 3, order, seed: 5).gram()
    a.addToDiagonal(0.1)
    let factor = try #require(CholeskyFactor(a))
    let lower = factor.lower
    #expect(
      difference(of: lower.multiplied(by: lower.transposed()).values, from: a.values, absolute: 1e-12) == nil)
    let b = vector(order)
    #expect(difference(of: a.multiplied(by: factor.solve(b)), from: b, absolute: 1e-9) == nil)
    #expect(difference(of: factor.multiplyLower(factor.solveLower(b)), from: b, absolute: 1e-10) == nil)
    #expect(
      difference(of: lower.transposed().multiplied(by: factor.solveUpper(b)), from: b, absolute: 1e-10) == nil
    )
    let inverse = factor.inverse()
    #expect(inverse == inverse.transposed())
    let identity = DoubleMatrix.identity(order)
    #expect(difference(of: a.multiplied(by: inverse).values, from: identity.values, absolute: 1e-9) == nil)
    #expect(difference(of: factor.solve(identity).values, from: inverse.values, absolute: 1e-9) == nil)
    let eigen = try #require(SymmetricEigen(a))
    let logarithms = eigen.values.map {
      2 * LUFactor(DoubleMatrix(diagonal: [$0.squareRoot()]))!.logAbsoluteDeterminant
    }
    #expect(isClose(factor.logDeterminant, to: logarithms.reduce(0, +), relative: 1e-10, absolute: 1e-10))
  }

  @Test func `what is not positive definite has no Cholesky factor`() {
    #expect(CholeskyFactor(DoubleMatrix(diagonal: [1, -1])) == nil)
    #expect(CholeskyFactor(DoubleMatrix(diagonal: [1, 0])) == nil)
    #expect(CholeskyFactor(DoubleMatrix(diagonal: [1, .nan])) == nil)
    #expect(CholeskyFactor(DoubleMatrix(diagonal: [.infinity])) == nil)
    #expect(CholeskyFactor(DoubleMatrix(diagonal: []))?.solve([]) == [])
  }

  @Test(arguments: [1, 2, 5, 30]) func `elimination solves both ways`(order: Int) throws {
    let a = Self.random(order, order, seed: 8)
    let factor = try #require(LUFactor(a))
    let b = vector(order)
    #expect(difference(of: a.multiplied(by: factor.solve(b)), from: b, absolute: 1e-9) == nil)
    #expect(
      difference(of: a.transposedMultiplied(by: factor.solveTransposed(b)), from: b, absolute: 1e-9) == nil)
    let identity = DoubleMatrix.identity(order)
    #expect(
      difference(of: a.multiplied(by: factor.inverse()).values, from: identity.values, absolute: 1e-9) == nil)
    let norms = [a, factor.inverse()].map { m in
      (0..<order).map { m.row($0).reduce(0) { $0 + abs($1) } }.max()!
    }
    let condition = 1 / (norms[0] * norms[1])
    let bounds = condition * 0.999...condition * 3
    #expect(bounds.contains(factor.reciprocalCondition))
  }

  @Test func `a singular matrix has no factors`() throws {
    #expect(LUFactor(try DoubleMatrix(rows: 2, columns: 2, values: [1, 2, 2, 4])) == nil)
    #expect(LUFactor(DoubleMatrix(diagonal: [.nan, 1])) == nil)
  }

  @Test func `eigenvectors rebuild the matrix`() throws {
    let a = Self.random(9, 7, seed: 4).gram()
    let eigen = try #require(SymmetricEigen(a))
    #expect(eigen.values == eigen.values.sorted())
    let rebuilt = eigen.vectors.transposedMultiplied(by: DoubleMatrix(diagonal: eigen.values)).multiplied(
      by: eigen.vectors)
    #expect(difference(of: rebuilt.values, from: a.values, absolute: 1e-12) == nil)
    #expect(SymmetricEigen(DoubleMatrix(diagonal: [.nan])) == nil)
  }

  @Test(arguments: [(8, 3), (3, 8), (5, 5)])
  func `least squares leave a residual orthogonal to the columns`(rows: Int, columns: Int) throws {
    let a = Self.random(rows, columns, seed: 6)
    let y = vector(rows)
    let fit = try #require(LeastSquares(a, y))
    #expect(fit.rank == min(rows, columns) && fit.coefficients.count == columns)
    let residual = zip(y, a.multiplied(by: fit.coefficients)).map { $0 - $1 }
    #expect(a.transposedMultiplied(by: residual).allSatisfy { abs($0) < 1e-10 })
  }

  @Test func `columns that repeat share their coefficient and lower the rank`() throws {
    let a = try DoubleMatrix(rows: 3, columns: 2, values: [1, 1, 2, 2, 3, 3])
    let fit = try #require(LeastSquares(a, [2, 4, 6]))
    #expect(fit.rank == 1)
    #expect(difference(of: fit.coefficients, from: [1, 1], absolute: 1e-12) == nil)
    #expect(LeastSquares(a, [2, .nan, 6]) == nil)
  }

  @Test func `values that do not fill a matrix are refused with the numbers`() {
    #expect(throws: MatrixError.self) { try DoubleMatrix(rows: 2, columns: 2, values: [1, 2, 3]) }
  }
}
