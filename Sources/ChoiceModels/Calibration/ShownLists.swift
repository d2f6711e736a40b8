internal import Learning

/// Result lists that customers were shown, with what they bought, and what is known of the products.
public struct ShownLists: Sendable, Equatable {
  /// One list.
  public struct List: Sendable, Equatable {
    /// The intent (query) that the list answered.
    public let intent: Int
    /// The products shown, best first.
    public let shown: [Int]
    /// The position that was bought; nil for nothing.
    public let bought: Int?

    /// Creates a list.
    public init(intent: Int, shown: [Int], bought: Int?) {
      self.intent = intent
      self.shown = shown
      self.bought = bought
    }
  }

  /// Category of each product, from 0.
  public let categories: [Int]

  /// Natural logarithm of each product's price, relative to a reference.
  public let logPrices: [Double]

  /// A row an intent: relevance of each product.
  public let relevance: [[Double]]

  /// The lists.
  public let lists: [List]

  /// Takes lists.
  ///
  /// - Throws: `InvalidInput` with sizes that do not fit, numbers that are not finite and up to 10 bad lists.
  public init(categories: [Int], logPrices: [Double], relevance: [[Double]], lists: [List]) throws {
    var problems = Violations()
    let n = categories.count
    problems.require(
      logPrices.count == n, "logPrices", given: "\(logPrices.count) products",
      expected: "\(n) as in the categories")
    problems.require(
      relevance.allSatisfy { $0.count == n }, "relevance", given: "rows of other lengths",
      expected: "\(n) products")
    problems.require(
      (logPrices + relevance.joined()).allSatisfy(\.isFinite), "logPrices, relevance",
      given: "NaN or infinity",
      expected: "finite numbers")
    problems.require(
      categories.allSatisfy { (0..<100_000).contains($0) }, "categories", given: "a number out of range",
      expected: "0 to 99999")
    for (number, list) in lists.enumerated() where problems.all.count < 10 {
      problems.require(
        relevance.indices.contains(list.intent) && list.shown.allSatisfy { (0..<n).contains($0) }
          && list.bought.map { list.shown.indices.contains($0) } ?? true, "list \(number + 1)",
        given: "an intent, product or position that is not there",
        expected: "intents, products and positions by number")
    }
    try problems.throwIfAny()
    self.categories = categories
    self.logPrices = logPrices
    self.relevance = relevance
    self.lists = lists
  }
}
