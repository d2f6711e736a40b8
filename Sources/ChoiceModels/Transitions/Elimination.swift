/// Gaussian elimination of small systems I - P with P >= 0 whose rows sum to less than 1.
///
/// Such an M-matrix needs no pivoting: elimination in any order keeps its signs, so nothing cancels but on the diagonal
/// (W. Grassmann, M. Taksar, D. Heyman: "Regenerative analysis and steady state distributions for Markov chains",
/// Operations Research 33(5), 1985). For the systems of a few products that estimation solves by the million this saves
/// the calls of a library.
enum Elimination {
  /// Replaces the matrix by its factors: multipliers below the diagonal, the upper triangle, reciprocals on the
  /// diagonal.
  ///
  /// - Complexity: O(size^3)
  @inline(__always)
  static func factor(_ a: UnsafeMutablePointer<Double>, size: Int) {
    for pivot in 0..<size {
      let inverse = 1 / a[pivot * size + pivot]
      a[pivot * size + pivot] = inverse
      var row = pivot + 1
      while row < size {
        let factor = a[row * size + pivot] * inverse
        a[row * size + pivot] = factor
        var column = pivot + 1
        while column < size {
          a[row * size + column] -= factor * a[pivot * size + column]
          column += 1
        }
        row += 1
      }
    }
  }

  /// Solves `a x = b` in place with the factors.
  @inline(__always)
  static func solve(_ a: UnsafePointer<Double>, size: Int, _ b: UnsafeMutablePointer<Double>) {
    for row in 0..<size {
      var sum = b[row]
      for column in 0..<row { sum -= a[row * size + column] * b[column] }
      b[row] = sum
    }
    var row = size - 1
    while row >= 0 {
      var sum = b[row]
      var column = row + 1
      while column < size {
        sum -= a[row * size + column] * b[column]
        column += 1
      }
      b[row] = sum * a[row * size + row]
      row -= 1
    }
  }

  /// Solves `transposed(a) x = b` in place with the factors.
  @inline(__always)
  static func solveTransposed(_ a: UnsafePointer<Double>, size: Int, _ b: UnsafeMutablePointer<Double>) {
    for row in 0..<size {
      let value = b[row] * a[row * size + row]
      b[row] = value
      var column = row + 1
      while column < size {
        b[column] -= value * a[row * size + column]
        column += 1
      }
    }
    var row = size - 1
    while row > 0 {
      let value = b[row]
      for column in 0..<row { b[column] -= value * a[row * size + column] }
      row -= 1
    }
  }
}
