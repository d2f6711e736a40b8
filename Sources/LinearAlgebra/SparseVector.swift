/// A sparse vector: strictly ascending indices and one value for each.
///
/// The buffers are reused: `removeAll()` keeps their capacity, so that a vector filled again for every query
/// allocates nothing after the first few.
///
///     var x = SparseVector()
///     x.append(index: 3, value: 0.6)
///     x.append(index: 8, value: 0.8)
///     x.normalize()          // l2 norm 1
public struct SparseVector: Sendable, Equatable {
  /// Indices of the stored entries, strictly ascending, not negative.
  public private(set) var indices: [Int32]

  /// Values of the stored entries, parallel to `indices`.
  public private(set) var values: [Float]

  /// Creates an empty vector.
  public init() {
    indices = []
    values = []
  }

  /// Creates a vector from parallel arrays.
  ///
  /// - Precondition: both have the same length and `indices` ascend strictly from 0 or more.
  public init(indices: [Int32], values: [Float]) {
    precondition(indices.count == values.count, "one value for each index")
    precondition((indices.first ?? 0) >= 0, "indices are not negative")
    precondition(zip(indices, indices.dropFirst()).allSatisfy(<), "indices ascend strictly")
    self.indices = indices
    self.values = values
  }

  /// The number of stored entries.
  public var count: Int { indices.count }

  /// Whether nothing is stored.
  public var isEmpty: Bool { indices.isEmpty }

  /// Appends an entry behind the last one.
  ///
  /// - Precondition: `index` is larger than every stored index.
  public mutating func append(index: Int32, value: Float) {
    precondition(index > (indices.last ?? -1), "indices ascend strictly")
    indices.append(index)
    values.append(value)
  }

  /// Removes every entry and keeps the capacity.
  public mutating func removeAll() {
    indices.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }

  /// Replaces every entry by the given ones and keeps the capacity.
  ///
  /// - Precondition: both have the same length and `indices` ascend strictly from 0 or more.
  public mutating func replace(indices: UnsafeBufferPointer<Int32>, values: UnsafeBufferPointer<Float>) {
    precondition(indices.count == values.count, "one value for each index")
    var previous: Int32 = -1
    for index in indices {
      precondition(index > previous, "indices ascend strictly")
      previous = index
    }
    removeAll()
    self.indices.append(contentsOf: indices)
    self.values.append(contentsOf: values)
  }

  /// Multiplies every value by `factor`.
  public mutating func scale(by factor: Float) {
    for i in values.indices { values[i] *= factor }
  }

  /// Divides by the given norm; a vector of norm 0 stays as it is.
  ///
  /// - Complexity: O(`count`)
  public mutating func normalize(_ norm: VectorNorm = .l2) {
    let size = norm.of(values)
    if size > 0 { scale(by: 1 / size) }
  }
}

/// The norm that a row is divided by.
public enum VectorNorm: String, Codable, Sendable, CaseIterable {
  /// The row stays as it is.
  case none
  /// Sum of absolute values.
  case l1
  /// Square root of the sum of squares.
  case l2
  /// Largest absolute value.
  case max

  /// The norm of `values`, summed in double precision; 1 for `.none`.
  @inlinable
  public func of(_ values: some Sequence<Float>) -> Float {
    switch self {
    case .none: return 1
    case .l1: return Float(values.reduce(0.0) { $0 + Double(abs($1)) })
    case .l2: return Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    case .max: return values.reduce(0) { Swift.max($0, abs($1)) }
    }
  }
}
