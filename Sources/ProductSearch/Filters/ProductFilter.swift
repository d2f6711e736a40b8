internal import Synchronization

/// The products that a search may answer; made once, used by every ranker.
public struct ProductFilter: Sendable, Equatable {
  /// Their bits.
  let allowed: ProductBitmap

  /// How many they are.
  public let count: Int

  /// Whether it leaves out nothing but products that went, which rankers that forget them need not be told.
  var leavesOutOnlyGone = false

  /// Tells one filter from another, for what rankers keep of it.
  let identity = Identity()

  final class Identity: Sendable {}

  init(_ allowed: ProductBitmap) {
    self.allowed = allowed
    count = allowed.count
  }

  /// Allows the products for which `isAllowed` is true.
  ///
  /// - Parameter products: number of products of the catalogue.
  public init(products: Int, where isAllowed: (Int) -> Bool) {
    self.init(
      ProductBitmap(products: products) { words in
        for product in 0..<products where isAllowed(product) {
          words[product >> 6] |= 1 << UInt64(product & 63)
        }
      })
  }

  /// Whether a product may be answered.
  public func allows(_ product: Int) -> Bool { allowed.contains(product) }

  /// Whether both allow the same products.
  public static func == (left: Self, right: Self) -> Bool {
    left.identity === right.identity || left.allowed == right.allowed
  }
}

/// Keeps the values that were asked for last, by name.
final class RecentValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entries {
    var values: [Key: (value: Value, used: UInt64)] = [:]
    var clock: UInt64 = 0
  }

  private let entries = Mutex(Entries())
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
  }

  /// The value of a key, made where it is not known; two threads may make it at once.
  func value(of key: Key, _ make: () throws -> Value) rethrows -> Value {
    let known = entries.withLock { entries -> Value? in
      entries.clock += 1
      guard let known = entries.values[key] else { return nil }
      entries.values[key]?.used = entries.clock
      return known.value
    }
    if let known { return known }
    let made = try make()
    entries.withLock { entries in
      if entries.values.count >= capacity,
        let oldest = entries.values.min(by: { $0.value.used < $1.value.used })
      {
        entries.values[oldest.key] = nil
      }
      entries.values[key] = (made, entries.clock)
    }
    return made
  }
}
