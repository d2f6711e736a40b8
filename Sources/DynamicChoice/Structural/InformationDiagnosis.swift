internal import Glibc
public import LinearAlgebra

/// What the information about several parameters says of each: which are told apart, and which combinations are known.
///
/// The information is scaled to a unit diagonal; the square root of the ratio of its largest to its smallest eigenvalue is
/// the condition index (D. Belsley, E. Kuh, R. Welsch: "Regression Diagnostics", chapter 3, 1980). Above 30, or where the
/// information is singular, features with a weight above .3 in a small direction are not separately identified.
public struct InformationDiagnosis: Sendable, Equatable {
  /// One direction in the space of parameters.
  public struct Direction: Sendable, Equatable {
    /// sqrt(largest / own eigenvalue); nil where the own one is 0.
    public let index: Double?
    /// The weight of each parameter, in units of its own standard error alone.
    public let weights: [Double]
  }

  /// The largest condition index; nil where the information is singular.
  public let conditionIndex: Double?

  /// All directions, the worst one first.
  public let directions: [Direction]

  /// What the data can say of each parameter.
  public let verdicts: [Verdict]

  /// The inverse of the information; where it is singular, its pseudo-inverse.
  public let covariance: DoubleMatrix

  /// Sets of parameters that are only known in combination, ascending.
  public let inseparable: [[Int]]

  /// Above this index, parameters are not separately identified.
  static let limit = 30.0
  /// Above this index, parameters are weakly identified.
  static let weakLimit = 20.0
  /// Eigenvalues of the scaled information below this are 0.
  static let singular = 1e-10
  /// Weights in a small direction that matter.
  static let weight = 0.3

  /// Diagnoses an information matrix.
  ///
  /// - Precondition: the matrix is square and finite.
  /// - Complexity: O(K^3)
  public init(_ information: DoubleMatrix) {
    let count = information.rows
    let diagonal = information.diagonal
    let scale = diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    var scaled = information
    for i in 0..<count { for j in 0..<count { scaled[i, j] *= scale[i] * scale[j] } }
    guard count > 0, let eigen = SymmetricEigen(scaled) else {
      (conditionIndex, directions, verdicts, inseparable) = (count == 0 ? 1 : nil, [], [], [])
      covariance = DoubleMatrix(rows: count, columns: count)
      return
    }
    let largest = eigen.values[count - 1]
    var verdicts = diagonal.map { $0 > 0 ? Verdict.separate : .notIdentified }
    var (directions, inseparable) = ([Direction](), [[Int]]())
    var inverse = DoubleMatrix(rows: count, columns: count)
    for place in 0..<count {
      let value = eigen.values[place]
      let vector = Array(eigen.vectors.row(place))
      let isZero = value <= Self.singular * max(1, largest)
      let index = isZero ? nil : (largest / value).squareRoot()
      directions.append(Direction(index: index, weights: vector))
      if !isZero {
        for i in 0..<count {
          for j in 0..<count { inverse[i, j] += vector[i] * vector[j] / value * scale[i] * scale[j] }
        }
      }
      guard index.map({ $0 > Self.weakLimit }) ?? true else { continue }
      let heavy = vector.indices.filter { abs(vector[$0]) > Self.weight && diagonal[$0] > 0 }
      let verdict = index.map { $0 > Self.limit } ?? true ? Verdict.notSeparate : .weak
      for k in heavy where verdicts[k] == .separate || verdict == .notSeparate { verdicts[k] = verdict }
      if verdict == .notSeparate, heavy.count > 1, !inseparable.contains(heavy) { inseparable.append(heavy) }
    }
    conditionIndex = directions[0].index
    (self.directions, self.verdicts, self.inseparable, covariance) = (
      directions, verdicts, inseparable, inverse
    )
  }
}
