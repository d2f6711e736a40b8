internal import Learning

/// The products of a shop, in order, each id once.
///
///     let (catalogue, report) = try Catalogue.read(contentsOf: "products.jsonl.gz")
///     catalogue[id: "100123"]?.title
public struct Catalogue: Sendable, Equatable {
  /// The products in the order of the file.
  public let products: [Product]

  private let positions: [String: Int32]

  /// Creates a catalogue.
  ///
  /// - Throws: ``InvalidInput`` naming every product without an id or with one that came before, up to ten.
  public init(_ products: [Product]) throws {
    var positions: [String: Int32] = [:]
    positions.reserveCapacity(products.count)
    var problems = Violations()
    for (position, product) in products.enumerated() where problems.all.count < 10 {
      problems.require(
        positions.updateValue(Int32(position), forKey: product.id) == nil, "product \(position)",
        given: "an id that an earlier product has", expected: "unique ids")
      problems.require(!product.id.isEmpty, "product \(position)", given: "an empty id", expected: "an id")
    }
    try problems.throwIfAny()
    self.init(products, positions: positions)
  }

  init(_ products: [Product], positions: [String: Int32]) {
    self.products = products
    self.positions = positions
  }

  /// How many products there are.
  public var count: Int { products.count }

  /// Where the product of an id is in ``products``.
  ///
  /// - Complexity: O(1)
  public func position(of id: String) -> Int? { positions[id].map(Int.init) }

  /// The product of an id.
  ///
  /// - Complexity: O(1)
  public subscript(id id: String) -> Product? { positions[id].map { products[Int($0)] } }

  /// Whether both hold equal products in the same order.
  public static func == (left: Self, right: Self) -> Bool { left.products == right.products }
}
