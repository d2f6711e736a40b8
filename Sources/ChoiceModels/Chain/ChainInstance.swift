internal import Learning
internal import LinearAlgebra

/// A chain with prices and costs in one little-endian file, for exchange with other programs.
///
/// `int32 n, int32 entries, f64 first[n], price[n], cost[n], leaving[n], int32 offsets[n + 1], columns[entries],
/// f64 values[entries]`.
public struct ChainInstance: Sendable, Equatable {
  /// The chain; products have no other names than their numbers.
  public let chain: SubstitutionChain

  /// Price of each product.
  public let prices: [Double]

  /// Unit cost of each product.
  public let costs: [Double]

  /// Takes the parts.
  ///
  /// - Throws: `InvalidInput` unless there are a price and a cost for each product.
  public init(chain: SubstitutionChain, prices: [Double], costs: [Double]) throws {
    var problems = Violations()
    for (name, values) in [("prices", prices), ("costs", costs)] {
      problems.require(
        values.count == chain.productCount, name, given: "\(values.count) products",
        expected: "\(chain.productCount) as in the chain")
      problems.require(
        values.allSatisfy { $0 >= 0 && $0.isFinite }, name,
        given: "a negative number or one that is not finite",
        expected: "numbers from 0 on")
    }
    try problems.throwIfAny()
    (self.chain, self.prices, self.costs) = (chain, prices, costs)
  }

  /// What a sale of each product earns.
  public var netRevenue: [Double] { zip(prices, costs).map { $0 - $1 } }

  /// Reads a file.
  ///
  /// - Throws: `FileError`, `FileFormatError`; `InvalidInput` when the numbers are not those of a chain.
  public init(contentsOf path: String) throws {
    let file = try MappedFile(path: path)
    func refused(_ expected: String) -> FileFormatError {
      FileFormatError(
        path: path, given: "\(file.count) bytes", expected: expected,
        advice: "The file is incomplete or of another kind.")
    }
    guard file.count >= 8 else { throw refused("8 bytes or more") }
    let (n, entries) = file.withUnsafeBytes {
      (
        Int(Int32(littleEndian: $0.loadUnaligned(as: Int32.self))),
        Int(Int32(littleEndian: $0.loadUnaligned(fromByteOffset: 4, as: Int32.self)))
      )
    }
    let size = 8 + 32 * n + 4 * (n + 1) + 12 * entries
    guard n >= 0, entries >= 0, file.count == size else {
      throw refused(
        n >= 0 && entries >= 0 ? "\(size) bytes for \(n) products and \(entries) entries" : "sizes from 0 on")
    }
    var position = 8
    func doubles(_ count: Int) -> [Double] {
      defer { position += 8 * count }
      return file.withUnsafeBytes { bytes in
        (0..<count).map {
          Double(
            bitPattern: UInt64(
              littleEndian: bytes.loadUnaligned(fromByteOffset: position + 8 * $0, as: UInt64.self)))
        }
      }
    }
    func integers(_ count: Int) -> [UInt32] {
      defer { position += 4 * count }
      return file.withUnsafeBytes { bytes in
        (0..<count).map {
          UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 4 * $0, as: UInt32.self))
        }
      }
    }
    let (first, prices, costs, leaving) = (doubles(n), doubles(n), doubles(n), doubles(n))
    let (offsets, columns) = (integers(n + 1), integers(entries))
    let rows = try SparseTransitions(checking: offsets, columns, doubles(entries))
    try self.init(
      chain: SubstitutionChain(firstChoice: first, transitions: .sparse(rows), leaving: leaving),
      prices: prices,
      costs: costs)
  }

  /// Writes a file.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String) throws {
    let rows = chain.transitions.sparseRows
    var bytes: [UInt8] = []
    func append(_ values: some Sequence<UInt32>) {
      for value in values { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
    }
    func append(_ values: [Double]) {
      for value in values {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    append([UInt32(chain.productCount), UInt32(rows.columns.count)])
    append(chain.firstChoice + prices + costs + chain.leaving)
    append(rows.offsets + rows.columns)
    append(rows.values)
    try bytes.withUnsafeBytes { try writeFile(path, [$0]) }
  }
}
