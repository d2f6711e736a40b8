/// A set of products out of `productCount`, by number: an assortment, what is on offer, what may be bought.
///
///     var offered = ProductSet(productCount: 5, [0, 3])
///     offered.insert(4)
///     offered.products          // [0, 3, 4]
public struct ProductSet: Sendable, Hashable {
  /// Whether each product is in the set.
  public private(set) var flags: [Bool]

  /// How many products are in the set.
  public private(set) var count: Int

  /// The set of the products whose flag is true.
  public init(flags: [Bool]) {
    self.flags = flags
    count = flags.count { $0 }
  }

  /// The set of the given products.
  ///
  /// - Precondition: every product is in 0..<`productCount`.
  public init(productCount: Int, _ products: some Sequence<Int>) {
    var flags = [Bool](repeating: false, count: productCount)
    for product in products { flags[product] = true }
    self.init(flags: flags)
  }

  /// Every product.
  public static func all(_ productCount: Int) -> Self {
    Self(flags: [Bool](repeating: true, count: productCount))
  }

  /// No product.
  public static func none(_ productCount: Int) -> Self {
    Self(flags: [Bool](repeating: false, count: productCount))
  }

  /// How many products there are in all.
  public var productCount: Int { flags.count }

  /// Whether no product is in the set.
  public var isEmpty: Bool { count == 0 }

  /// The products, ascending.
  public var products: [Int] { flags.indices.filter { flags[$0] } }

  /// The products that are not in the set.
  public var complement: Self { Self(flags: flags.map { !$0 }) }

  /// Whether a product is in the set.
  public func contains(_ product: Int) -> Bool { flags[product] }

  /// Adds a product.
  public mutating func insert(_ product: Int) {
    if !flags[product] { count += 1 }
    flags[product] = true
  }

  /// Takes a product out.
  public mutating func remove(_ product: Int) {
    if flags[product] { count -= 1 }
    flags[product] = false
  }

  /// The set with one product more.
  public func inserting(_ product: Int) -> Self {
    var copy = self
    copy.insert(product)
    return copy
  }

  /// The set with one product less.
  public func removing(_ product: Int) -> Self {
    var copy = self
    copy.remove(product)
    return copy
  }
}
