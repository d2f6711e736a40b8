/// Solves `matrix x = rightHandSides` in place for matrices I - P with P >= 0 whose rows sum to less than 1.
///
/// Such an M-matrix needs no pivoting: elimination in any order keeps its signs, so nothing cancels but on the diagonal
/// (W. Grassmann, M. Taksar, D. Heyman: "Regenerative analysis and steady state distributions for Markov chains",
/// Operations Research 33(5), 1985). For the small systems of offer sets it saves the calls of a library.
///
/// - Parameters:
///   - matrix: `size` rows; destroyed.
///   - rightHandSides: `size` rows of `columns` numbers each; replaced by the solutions.
/// - Complexity: O(size^3 + size^2 columns)
func eliminate(
  _ matrix: inout [Double], size: Int, rightHandSides: inout [Double], columns: Int
) {
  if size == 0 { return }
  matrix.withUnsafeMutableBufferPointer { a in
    rightHandSides.withUnsafeMutableBufferPointer { b in
      eliminate(a.baseAddress!, size: size, rightHandSides: b.baseAddress!, columns: columns)
    }
  }
}

/// The same on memory that the caller owns.
func eliminate(
  _ a: UnsafeMutablePointer<Double>, size: Int, rightHandSides b: UnsafeMutablePointer<Double>, columns: Int
) {
  for pivot in 0..<size {
    let inverse = 1 / a[pivot * size + pivot]
    for row in pivot + 1..<max(size, pivot + 1) {
      let factor = a[row * size + pivot] * inverse
      if factor == 0 { continue }
      for column in pivot + 1..<max(size, pivot + 1) { a[row * size + column] -= factor * a[pivot * size + column] }
      for column in 0..<columns { b[row * columns + column] -= factor * b[pivot * columns + column] }
    }
  }
  for pivot in stride(from: size - 1, through: 0, by: -1) {
    let inverse = 1 / a[pivot * size + pivot]
    for column in 0..<columns { b[pivot * columns + column] *= inverse }
    for row in 0..<pivot {
      let factor = a[row * size + pivot]
      if factor == 0 { continue }
      for column in 0..<columns { b[row * columns + column] -= factor * b[pivot * columns + column] }
    }
  }
}
