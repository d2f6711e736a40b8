public import Learning
public import QueryCompletion
internal import StoreData

/// What the shop's search box saw: searches of many sessions with every key, and what a cleaning must leave out.
///
///     let log = try SampleShop(ShopRecipe()).searchBoxLog()
///     print(log.searches[0].typed)            // ["s", "sh", "she", …]
///
/// Lengths of sessions, gaps between searches and the mix of changes follow aggregates of a public log of web searches,
/// with more changes within a topic, as shops see them.
public struct SearchBoxLog: Sendable, Equatable {
  /// What is odd about a search.
  public enum Oddity: String, Sendable, CaseIterable {
    /// Says who someone is; every name and number is invented.
    case personal
    /// Was sent by a pause before it was typed to its end.
    case halfTyped
    /// Has a typing error.
    case misspelt
    /// Was sent by a program.
    case robot
  }

  /// The searches in the order of time.
  public internal(set) var searches: [LoggedSearch] = []
  /// What is odd about each; nil for nothing.
  public internal(set) var oddities: [Oddity?] = []
}

extension SampleShop {
  /// Plays the sessions of all customers.
  ///
  /// - Complexity: O(searches · keys)
  public func searchBoxLog(on execution: Execution = Execution()) throws -> SearchBoxLog {
    let simulation = SearchBoxSimulation(self)
    var entries: [SearchBoxSimulation.Entry] = []
    for customer in 0..<recipe.customers {
      if customer & 0x3FF == 0 {
        try execution.cancellation.check()
        execution.progress.report(
          ProgressEvent(stage: "playing sessions", completed: customer, total: recipe.customers))
      }
      entries += simulation.searches(ofCustomer: customer)
    }
    entries += simulation.robots()
    entries.sort {
      ($0.search.time, $0.search.user, $0.search.text) < ($1.search.time, $1.search.user, $1.search.text)
    }
    return SearchBoxLog(searches: entries.map(\.search), oddities: entries.map(\.oddity))
  }

  /// Writes `searches.jsonl.gz` with the columns of AmazonQAC, and into `truth/` which of them are odd.
  func writeSearchBoxLog(to folder: String, _ execution: Execution) throws -> Int {
    let log = try searchBoxLog(on: execution)
    try QueryLog(log.searches).write(to: "\(folder)/searches.jsonl.gz")
    let truth = try ByteSink(path: "\(folder)/truth/searches.tsv")
    for (number, oddity) in log.oddities.enumerated() {
      if let oddity { try truth.write("\(number)\t\(oddity.rawValue)\t\(log.searches[number].text)\n") }
    }
    try truth.finish()
    return log.searches.count
  }
}
