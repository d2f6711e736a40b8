public import Learning

/// How large the sample shop is and which one it is.
///
///     var recipe = ShopRecipe()
///     recipe.products = 20_000
///     try SampleShop(recipe).write(to: "shop")
///
/// The same recipe gives the same shop, byte for byte, on any number of threads.
public struct ShopRecipe: Codable, Sendable, Equatable {
  /// Products in the catalogue, 1 to 10,000,000.
  public var products = 5000

  /// Shoppers, 1 to 10,000,000.
  public var customers = 20_000

  /// Days that the log covers, 1 to 3,650.
  public var days = 90

  /// Visits that a shopper pays in those days on average, 0 to 100.
  public var sessionsPerCustomer = 1.2

  /// Share of searches whose results are ordered by chance, 0 to 1.
  public var randomisedShare = 0.1

  /// Queries with judgments, of which each half makes a split, 0 to 100,000.
  public var evaluationQueries = 600

  /// Which of the possible shops it is.
  public var seed: UInt64 = 1

  /// Creates the default recipe.
  public init() {}

  /// Every value out of range; empty when the recipe is usable.
  public var violations: [Violation] {
    var problems = Violations()
    func require(_ value: Int, _ range: ClosedRange<Int>, _ name: String) {
      problems.require(
        range.contains(value), name, given: value, expected: "\(range.lowerBound) to \(range.upperBound)")
    }
    require(products, 1...10_000_000, "products")
    require(customers, 1...10_000_000, "customers")
    require(days, 1...3650, "days")
    require(evaluationQueries, 0...100_000, "evaluationQueries")
    problems.require(
      (0...100).contains(sessionsPerCustomer), "sessionsPerCustomer", given: sessionsPerCustomer,
      expected: "0 to 100")
    problems.require(
      (0...1).contains(randomisedShare), "randomisedShare", given: randomisedShare, expected: "0 to 1")
    return problems.all
  }

  /// How many visits there are in all.
  var sessions: Int { Int((Double(customers) * sessionsPerCustomer).rounded()) }
}
