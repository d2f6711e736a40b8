internal import CKernels
internal import ChoiceModels
internal import Learning
internal import Probability

/// A chain prepared for drawing walks: one alias table for the first wish and one for each row.
struct ChainWalk: Sendable {
  let productCount: Int
  private let first: [ck_alias]
  private let rows: [ck_alias]
  private let offsets: [UInt32]
  private let allowed: [UInt8]

  /// Columns that the tables may have, 12 bytes each.
  static let mostColumns = 1 << 27

  /// Prepares a chain; only allowed products come onto lists.
  ///
  /// - Throws: `InvalidInput` when the chain has too many transitions to be walked.
  init(_ chain: SubstitutionChain, allowed: ProductSet) throws {
    let n = chain.productCount
    if case .sparse = chain.transitions {
    } else if n * n > Self.mostColumns {
      throw InvalidInput(
        "chain", given: "\(n) products that all substitute each other", expected: "at most 11,585",
        advice: "Keep the strongest substitutes of each product in a sparse chain.")
    }
    productCount = n
    self.allowed = allowed.flags.map { $0 ? 1 : 0 } + [0]
    first = Self.columns(chain.firstChoice + [chain.noWish]) { UInt32($0) }
    let sparse = chain.transitions.sparseRows
    var rows: [ck_alias] = []
    rows.reserveCapacity(sparse.columns.count + n)
    var offsets: [UInt32] = [0]
    offsets.reserveCapacity(n + 1)
    for i in 0..<n {
      let range = sparse.range(ofRow: i)
      let weights = Array(sparse.values[range]) + [chain.leaving[i]]
      rows += Self.columns(weights) {
        $0 == range.count ? UInt32(n) : sparse.columns[range.lowerBound + $0]
      }
      offsets.append(UInt32(rows.count))
    }
    self.rows = rows
    self.offsets = offsets
  }

  private static func columns(_ weights: [Double], _ state: (Int) -> UInt32) -> [ck_alias] {
    let table = AliasSampler(weights: weights)
    return weights.indices.map { position in
      let (keep, alias) = table.column(position)
      return ck_alias(
        cut: UInt32(min(keep * 0x1p32, 0xFFFF_FFFF)), here: state(position), other: state(alias))
    }
  }

  /// Calls `body` with the tables as the kernels take them.
  func withKernel<Result>(_ body: (ck_walk) throws -> Result) rethrows -> Result {
    try first.withUnsafeBufferPointer { first in
      try rows.withUnsafeBufferPointer { rows in
        try offsets.withUnsafeBufferPointer { offsets in
          try allowed.withUnsafeBufferPointer { allowed in
            try body(
              ck_walk(
                products: UInt32(productCount), first: first.baseAddress, rows: rows.baseAddress,
                offsets: offsets.baseAddress, allowed: allowed.baseAddress))
          }
        }
      }
    }
  }
}
