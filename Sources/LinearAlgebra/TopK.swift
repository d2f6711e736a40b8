internal import CKernels

/// A score and an identifier in one integer: larger keys have higher scores, and among equal scores smaller
/// identifiers, so that sorting keys descending ranks and breaks ties at once.
///
///     var keys = [RankKey(score: 0.5, id: 7), RankKey(score: 0.9, id: 3)]
///     keys.keepLargest(1)          // id 3
public struct RankKey: Comparable, Sendable {
  /// Order-preserving bits of the score above, complement of the identifier below.
  public let bits: UInt64

  /// Packs a score that is not NaN and an identifier.
  @inlinable
  public init(score: Float, id: UInt32) {
    bits = UInt64(score.orderedBits) << 32 | UInt64(~id)
  }

  /// The key of the bits of another one.
  @inlinable
  public init(bits: UInt64) { self.bits = bits }

  /// The score.
  @inlinable public var score: Float { Float(orderedBits: UInt32(truncatingIfNeeded: bits >> 32)) }

  /// The identifier.
  @inlinable public var id: UInt32 { ~UInt32(truncatingIfNeeded: bits) }

  /// Whether the left key ranks behind the right one.
  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.bits < right.bits }
}

extension Float {
  /// Bits that ascend with the number: an unsigned comparison of them compares the numbers (-0 < +0).
  @inlinable public var orderedBits: UInt32 {
    let bits = bitPattern
    return bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
  }

  /// The number of ordered bits.
  @inlinable
  public init(orderedBits bits: UInt32) {
    self.init(bitPattern: bits >> 31 == 1 ? bits & 0x7FFF_FFFF : ~bits)
  }
}

extension Array where Element == RankKey {
  /// Keeps the `k` largest keys, in descending order.
  ///
  /// - Complexity: O(`count` + k log k)
  public mutating func keepLargest(_ k: Int) {
    guard k > 0 else {
      removeAll(keepingCapacity: true)
      return
    }
    withUnsafeMutableBufferPointer { keys in
      if k < keys.count { selectLargest(k, in: keys) }
    }
    if k < count { removeLast(count - k) }
    withUnsafeMutableBufferPointer { sortDescending($0) }
  }
}

/// Moves the `k` largest keys to the front, in no order.
///
/// - Precondition: 0 < `k` <= `keys.count`.
/// - Complexity: O(`keys.count`) on average
public func selectLargest(_ k: Int, in keys: UnsafeMutableBufferPointer<RankKey>) {
  precondition(k > 0 && k <= keys.count, "k in 1...\(keys.count)")
  withUnsafeTemporaryAllocation(of: UInt64.self, capacity: keys.count) { scratch in
    keys.withMemoryRebound(to: UInt64.self) {
      ck_select_largest($0.baseAddress!, $0.count, k, scratch.baseAddress!)
    }
  }
}

/// Sorts keys in descending order.
///
/// - Complexity: O(n log n)
public func sortDescending(_ keys: UnsafeMutableBufferPointer<RankKey>) {
  if keys.count <= CK_SORTED_KEYS {
    keys.withMemoryRebound(to: UInt64.self) {
      if let base = $0.baseAddress { ck_sort_descending(base, $0.count) }
    }
  } else {
    var keys = keys
    keys.sort(by: >)
  }
}
