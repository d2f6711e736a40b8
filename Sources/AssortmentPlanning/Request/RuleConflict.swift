/// Rules that nothing keeps together, as few as were found.
public enum RuleConflict: Sendable, Equatable {
  /// A product must be carried and is excluded.
  case excluded(product: Int)
  /// A product must be carried and may have fewer units than its least order.
  case noUnits(product: Int)
  /// More products must be carried than may be.
  case products(must: [Int], most: Int)
  /// More products of a group must be carried than may be.
  case group(name: String, must: [Int], most: Int)
  /// The least orders of what must be carried need more units than there may be.
  case units(needed: Int, most: Int)
  /// The least orders of what must be carried cost more than the budget.
  case budget(needed: Double, most: Double)
  /// What must be carried takes more space, or weighs more, than is allowed.
  case space(needed: Double, most: Double)

  /// The conflict in words, with products as `name` calls them; at most ten are named.
  public func description(naming name: (Int) -> String) -> String {
    func names(_ products: [Int]) -> String {
      products.prefix(10).map(name).joined(separator: ", ") + (products.count > 10 ? ", ..." : "")
    }
    switch self {
    case .excluded(let product): return "\(name(product)) must be carried and is excluded"
    case .noUnits(let product): return "\(name(product)) must be carried and may not have its least order"
    case .products(let must, let most):
      return "\(must.count) products must be carried and at most \(most) may be: \(names(must))"
    case .group(let group, let must, let most):
      return
        "\(must.count) products of group \(group) must be carried and at most \(most) may be: \(names(must))"
    case .units(let needed, let most):
      return "what must be carried needs \(needed) units and at most \(most) are allowed"
    case .budget(let needed, let most):
      return "what must be carried costs \(needed) and the budget is \(most)"
    case .space(let needed, let most):
      return "what must be carried needs space \(needed) and there is \(most)"
    }
  }
}

extension RuleConflict: CustomStringConvertible {
  /// The conflict in words, products by number.
  public var description: String { description { "product \($0)" } }
}
