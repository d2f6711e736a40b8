/// Where a customer goes from a product that is not there: one row a product, in one of three storages.
///
/// Row i holds the probability of going on to product j; what is missing to 1 is the probability of leaving without
/// buying. The diagonal is 0.
public enum Transitions: Sendable, Equatable {
  /// Every pair: good up to some 2,000 products.
  case dense(DenseTransitions)
  /// The pairs that substitute each other.
  case sparse(SparseTransitions)
  /// A mixture of K logits: O(K) numbers a product, every pair substitutes.
  case lowRank(LowRankTransitions)

  /// How many products there are.
  public var productCount: Int {
    switch self {
    case .dense(let part): part.productCount
    case .sparse(let part): part.productCount
    case .lowRank(let part): part.productCount
    }
  }

  /// `result[j] = sum over i of mass[i] transitions(i, j)`: where mass that moves arrives.
  ///
  /// - Complexity: O(stored numbers)
  public func visit(_ mass: [Double]) -> [Double] {
    switch self {
    case .dense(let part): part.visit(mass)
    case .sparse(let part): part.visit(mass)
    case .lowRank(let part): part.visit(mass)
    }
  }

  /// `result[i] = sum over j of transitions(i, j) value[j]`: what a customer who moves on is worth.
  ///
  /// - Complexity: O(stored numbers)
  public func expect(_ value: [Double]) -> [Double] {
    switch self {
    case .dense(let part): part.expect(value)
    case .sparse(let part): part.expect(value)
    case .lowRank(let part): part.expect(value)
    }
  }

  /// Every row's successors with their probabilities, as sparse rows.
  ///
  /// - Complexity: O(products^2) in the dense and low-rank storages
  public var sparseRows: SparseTransitions {
    switch self {
    case .dense(let part): SparseTransitions(part)
    case .sparse(let part): part
    case .lowRank(let part): SparseTransitions(part.dense)
    }
  }

  /// Every pair.
  ///
  /// - Complexity: O(products^2)
  public var denseRows: DenseTransitions {
    switch self {
    case .dense(let part): part
    case .sparse(let part): DenseTransitions(part)
    case .lowRank(let part): part.dense
    }
  }
}
