/// What became of a log when pairs were learned from it.
public struct PairReport: Codable, Sendable, Equatable {
  /// Distinct searches.
  public internal(set) var searches = 0

  /// Impressions that count: distinct products of distinct searches.
  public internal(set) var impressions = 0

  /// How many of them stood in a random order.
  public internal(set) var randomisedImpressions = 0

  /// Impressions that were acted upon.
  public internal(set) var actedUpon = 0

  /// Clicks, carts and purchases of products that no event shows; left out where the log has impressions.
  public internal(set) var actionsWithoutImpression = 0

  /// Searches and events that repeat another one in everything.
  public internal(set) var duplicates = 0

  /// Clients that search like robots.
  public internal(set) var robots = 0

  /// Searches and events of robots, left out.
  public internal(set) var ofRobots = 0

  /// Events of products that are not in the catalogue, left out.
  public internal(set) var unknownProducts = 0

  /// Events that name no product, left out.
  public internal(set) var withoutProduct = 0

  /// Events that name no search and follow none within the time of attribution, left out.
  public internal(set) var unattributed = 0

  /// Events that name no search and were attributed to one.
  public internal(set) var attributed = 0

  /// Key strokes and other events that teach nothing.
  public internal(set) var ignored = 0

  /// Pairs that were acted upon, before any was left out.
  public internal(set) var pairs = 0

  /// Pairs left out because they were shown too rarely.
  public internal(set) var rarelyShown = 0

  /// Pairs left out because they weigh too little.
  public internal(set) var belowMinimumWeight = 0

  /// What the pairs weigh: the recipe's, or raw where positions are not identified.
  public internal(set) var weight = PairRecipe.Weight.raw
}
