/// The Markov chains of a membership's blocks, month by month.
public struct EngagementChains: Codable, Sendable, Equatable {
  /// For each block by name, for each of its classes, an n x n matrix of probabilities by rows.
  public var byBlock: [String: [String: [[Double]]]]

  /// Reads blocks by name, without a name around them.
  public init(from decoder: any Decoder) throws {
    byBlock = try decoder.singleValueContainer().decode([String: [String: [[Double]]]].self)
  }

  /// Writes blocks by name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(byBlock)
  }

  /// Creates chains.
  public init(_ byBlock: [String: [String: [[Double]]]]) { self.byBlock = byBlock }

  /// The chain of a ladder: from each level one up, one down, or stay.
  public static func ladder(levels: Int, up: Double, down: Double) -> [[Double]] {
    (0..<levels).map { i in
      var row = [Double](repeating: 0, count: levels)
      let (rise, fall) = (i < levels - 1 ? up : 0, i > 0 ? down : 0)
      row[min(i + 1, levels - 1)] += rise
      row[max(i - 1, 0)] += fall
      row[i] += 1 - rise - fall
      return row
    }
  }

  /// The matrix of a block for members or others, row by row in one list.
  func matrix(_ block: MembershipModel.Block, isMember: Bool) -> [Double] {
    let name = block.dependsOnClass ? MembershipModel.classes[isMember ? 0 : 1] : "always"
    return byBlock[block.name]?[name]?.flatMap { $0 } ?? []
  }
}

/// The product of two n x n matrices, row by row.
func squareProduct(_ a: [Double], _ b: [Double], _ n: Int) -> [Double] {
  var result = [Double](repeating: 0, count: n * n)
  for i in 0..<n {
    for k in 0..<n where a[i * n + k] != 0 {
      for j in 0..<n { result[i * n + j] += a[i * n + k] * b[k * n + j] }
    }
  }
  return result
}

/// A power of an n x n matrix.
func matrixPower(_ matrix: [Double], _ n: Int, _ exponent: Int) -> [Double] {
  var result = (0..<n * n).map { $0 / n == $0 % n ? 1.0 : 0.0 }
  var (factor, rest) = (matrix, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result = squareProduct(result, factor, n) }
    rest >>= 1
    if rest > 0 { factor = squareProduct(factor, factor, n) }
  }
  return result
}
