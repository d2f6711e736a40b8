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
/// Quickselect with a median of three and a partition without branches: which key is larger cannot be predicted, so
/// every key is swapped and the border moves by the comparison's outcome.
///
/// - Precondition: 0 < `k` <= `keys.count`; keys differ.
/// - Complexity: O(`keys.count`) on average
public func selectLargest(_ k: Int, in keys: UnsafeMutableBufferPointer<RankKey>) {
  guard let base = keys.baseAddress else { return }
  var (low, high) = (0, keys.count - 1)
  while low < high {
    let (a, b, c) = (base[low], base[(low + high) / 2], base[high])
    let pivot = max(min(a, b), min(max(a, b), c))
    var border = low
    for i in low...high {
      let key = base[i]
      base[i] = base[border]
      base[border] = key
      border += key > pivot ? 1 : 0
    }
    // [low, border) is larger than the pivot, which is among the others.
    if k == border { return }
    if k < border {
      high = border - 1
    } else {
      place(pivot, at: border, in: base, to: high)
      low = border + 1
      if k == low { return }
    }
  }
}

/// Swaps the key equal to `pivot` to `position`; it is there or behind.
private func place(_ pivot: RankKey, at position: Int, in keys: UnsafeMutablePointer<RankKey>, to last: Int) {
  var i = position
  while i < last, keys[i].bits != pivot.bits { i += 1 }
  (keys[i], keys[position]) = (keys[position], keys[i])
}

/// Sorts keys in descending order.
///
/// - Complexity: O(n log n); by insertion when there are few
public func sortDescending(_ keys: UnsafeMutableBufferPointer<RankKey>) {
  if keys.count > 24 {
    var keys = keys
    keys.sort(by: >)
    return
  }
  for i in 1..<max(1, keys.count) {
    let key = keys[i]
    var j = i
    while j > 0, keys[j - 1] < key {
      keys[j] = keys[j - 1]
      j -= 1
    }
    keys[j] = key
  }
}
