internal import Learning
internal import ProductSearch
internal import StoreData

/// The options that say how pairs are learned from events.
struct PairOptions: OptionGroup {
  @Option(
    "pair-weight", .choice(), "What a pair of query and product weighs.",
    details:
      "gamma: how attractive the product is where it is looked at, by the position model; inverse-propensity: clicks"
      + " divided by how likely their positions are looked at; clicks-over-expected: over the clicks that the positions"
      + " let expect, which over-corrects good rankings; raw: clicks by impressions.")
  var weight = PairRecipe.Weight.gamma

  @Option(
    "action-weights", .actionWeights, "What each action counts.",
    details:
      "A product whose clicks end in more purchases than the average weighs more; 1,1,1 counts clicks alike.")
  var actions = PairRecipe.ActionWeights()

  @Option("min-impressions", .integer(1...1_000_000), "Pairs that were shown more rarely are left out.")
  var minimumImpressions = 2

  @Option(
    "positions-from", .choice(), "Which impressions positions are learned from.",
    details: "randomised needs \(TrainingPairs.leastRandomised) impressions in random order; else all count.")
  var evidence = PairRecipe.Evidence.all

  /// The recipe that the options describe.
  func recipe(minimumWeight: Double) -> PairRecipe {
    var recipe = PairRecipe()
    recipe.weight = weight
    recipe.actions = actions
    recipe.evidence = evidence
    recipe.minimumWeight = minimumWeight
    recipe.minimumImpressions = minimumImpressions
    return recipe
  }
}

extension PairRecipe.Weight: OptionChoice {}

extension PairRecipe.Evidence: OptionChoice {}

extension PairRecipe.ActionWeights: OptionValue {
  typealias Single = Self

  var optionText: String? { [click, cart, purchase].map(\.shortText).joined(separator: ",") }
}

extension ValueKind where Element == PairRecipe.ActionWeights {
  /// Three numbers: weights of click, cart and purchase.
  fileprivate static var actionWeights: Self {
    Self("CLICK,CART,PURCHASE", expected: "three numbers of 0 or more, as in 1,3,5") { text in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      let numbers = parts.compactMap { $0 }.filter { $0.isFinite && $0 >= 0 }
      guard parts.count == 3, numbers.count == 3 else { return nil }
      var weights = PairRecipe.ActionWeights()
      (weights.click, weights.cart, weights.purchase) = (numbers[0], numbers[1], numbers[2])
      return weights
    }
  }
}

extension LoggedSearch {
  /// A query of a log.
  init(_ query: SearchQuery) {
    self.init(
      id: query.id, text: query.text, time: query.time?.milliseconds, client: query.client,
      isRandomised: query.isRandomised)
  }
}

extension Interaction {
  /// An event of a log.
  init(_ event: SearchEvent) {
    let action: Action =
      switch event.action {
      case .impression: .impression
      case .click: .click
      case .addToCart: .cart
      case .purchase: .purchase
      case .search: .keystroke
      case .other: .other
      }
    self.init(action, search: event.query, product: event.product, position: event.position)
    text = event.queryText
    time = event.time?.milliseconds
    client = event.client
    session = event.session
  }
}

extension TrainingPairs {
  /// What became of the events, a line for each matter.
  var notes: [String] {
    var lines = [
      "\(pairs.count.counted("pair")) of \(report.searches.counted("search", "searches")), \(report.impressions.counted("impression"))"
        + ", \(report.actedUpon.counted("of them acted upon", "of them acted upon")); weights: \(report.weight.rawValue)"
    ]
    lines.append(positionNote)
    let leftOut = [
      (report.rarelyShown.counted("pair"), report.rarelyShown, "shown too rarely"),
      (report.belowMinimumWeight.counted("pair"), report.belowMinimumWeight, "below the least weight"),
      (report.duplicates.counted("repetition"), report.duplicates, ""),
      (
        report.ofRobots.counted("record"), report.ofRobots,
        "of \(report.robots.counted("robot"))"
      ),
      (report.unknownProducts.counted("event"), report.unknownProducts, "of products not in the catalogue"),
      (report.withoutProduct.counted("event"), report.withoutProduct, "without a product"),
      (report.unattributed.counted("event"), report.unattributed, "without a search"),
      (
        report.actionsWithoutImpression.counted("action"),
        report.impressions > 0 ? report.actionsWithoutImpression : 0, "without an impression"
      ),
      (report.ignored.counted("event"), report.ignored, "that teach nothing"),
    ].filter { $0.1 > 0 }.map { $0.2.isEmpty ? $0.0 : "\($0.0) \($0.2)" }
    if !leftOut.isEmpty { lines.append("left out: " + leftOut.joined(separator: ", ")) }
    return lines
  }

  private var positionNote: String {
    let wherefrom = positions.usesRandomisedAlone ? "impressions in random order" : "impressions"
    switch positions.status {
    case .identified, .notConverged:
      let shown = positions.examination.prefix(10).map { $0.fixed(2) }.joined(separator: " ")
      let unlinked = positions.unlinkedPositions
      return "positions looked at: \(shown) (from \(positions.impressions.grouped) \(wherefrom))"
        + (positions.status == .notConverged ? "; not converged" : "")
        + (unlinked.isEmpty ? "" : "; not identified for \(unlinked.count.counted("position"))")
    case .fixedPositions:
      return "position bias is not identified: each product always stood at one position"
    case .fewMoves:
      return "position bias is not identified: too few products were seen at several positions"
    case .noPositions: return "position bias is not identified: no impression has a position"
    case .noImpressions: return "position bias is not identified: the log has no impressions"
    }
  }
}
