internal import LinearAlgebra

/// A set of products: one bit for each position in the catalogue.
struct ProductBitmap: Sendable, Equatable {
  /// Number of products in the catalogue.
  let products: Int

  /// 64 products in each word, lowest bit first; bits behind the last product are 0.
  let words: StoredArray<UInt64>

  /// Fills the words in place; they begin as 0.
  init(products: Int, _ fill: (UnsafeMutableBufferPointer<UInt64>) -> Void) {
    self.products = products
    words = StoredArray(count: (products + 63) / 64, fill)
  }

  /// Nothing.
  static func none(of products: Int) -> ProductBitmap { ProductBitmap(products: products) { _ in } }

  /// Everything.
  static func all(of products: Int) -> ProductBitmap { !none(of: products) }

  /// Some products; positions outside the catalogue are not there.
  init(products: Int, _ members: some Sequence<Int>) {
    self.init(products: products) { words in
      for member in members where member >= 0 && member < products {
        words[member >> 6] |= 1 << UInt64(member & 63)
      }
    }
  }

  /// Whether a product is in the set.
  func contains(_ product: Int) -> Bool { words[product >> 6] >> UInt64(product & 63) & 1 == 1 }

  /// Whether some of the products at these positions may be in the set; sure only where the answer is no.
  func hasAny(_ positions: Range<Int>) -> Bool {
    let first = min(positions.lowerBound >> 6, words.count)
    let end = min((positions.upperBound + 63) >> 6, words.count)
    return words.withUnsafeBufferPointer { words in
      for i in first..<max(first, end) where words[i] != 0 { return true }
      return false
    }
  }

  /// How many products are in the set.
  var count: Int { words.withUnsafeBufferPointer { $0.reduce(0) { $0 + $1.nonzeroBitCount } } }

  /// Whether no product is in the set.
  var isEmpty: Bool { words.withUnsafeBufferPointer { $0.allSatisfy { $0 == 0 } } }

  static func & (left: Self, right: Self) -> Self { combined(left, right) { $0 & $1 } }

  static func | (left: Self, right: Self) -> Self { combined(left, right) { $0 | $1 } }

  static prefix func ! (set: Self) -> Self {
    ProductBitmap(products: set.products) { words in
      for i in words.indices { words[i] = ~set.words.unsafeBaseAddress[i] }
      let last = set.products & 63
      if last > 0 { words[words.count - 1] &= 1 << UInt64(last) - 1 }
    }
  }

  @inline(__always)
  private static func combined(_ left: Self, _ right: Self, _ combine: (UInt64, UInt64) -> UInt64) -> Self {
    precondition(left.products == right.products, "sets of one catalogue")
    return ProductBitmap(products: left.products) { words in
      let (a, b) = (left.words.unsafeBaseAddress, right.words.unsafeBaseAddress)
      for i in words.indices { words[i] = combine(a[i], b[i]) }
    }
  }

  /// Calls `body` with every product of the set, ascending.
  @inline(__always)
  func forEach(_ body: (Int) -> Void) {
    words.withUnsafeBufferPointer { words in
      for i in words.indices {
        var word = words[i]
        while word != 0 {
          body(i << 6 | word.trailingZeroBitCount)
          word &= word - 1
        }
      }
    }
  }
}
