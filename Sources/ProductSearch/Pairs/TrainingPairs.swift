public import Learning

/// Pairs of a query and a product with what they weigh, learned from what shoppers were shown and did.
///
///     let pairs = try TrainingPairs(log)
///     pairs.positions.status                  // .identified
///     let data = ProductSearchData(products: products, pairs: pairs.pairs)
public struct TrainingPairs: Sendable, Equatable {
  /// The pairs, ascending by normalised query and product. The query is its most frequent spelling.
  public let pairs: [QueryProductPair]

  /// How likely each position is looked at, and whether that is known.
  public let positions: PositionModel

  /// What became of the log.
  public let report: PairReport

  /// Learns pairs from a log.
  ///
  /// Without impressions, or where each product always stood at one position, position bias is not identified:
  /// ``PositionModel/status`` says so, and pairs weigh what was clicked.
  ///
  /// - Throws: ``InvalidInput`` listing every violation of the recipe; `CancellationError`.
  /// - Complexity: O(n log n + rounds x m) for n events and m distinct (query, product, position)
  public init(
    _ log: InteractionLog, _ recipe: PairRecipe = PairRecipe(), on execution: Execution = Execution()
  )
    throws
  {
    try Violations(recipe.violations).throwIfAny()
    execution.progress.report(ProgressEvent(stage: "joining events", completed: 0, total: nil))
    var report = PairReport()
    let shown = ShownProducts(log, recipe, &report)
    try execution.cancellation.check()
    report.ignored = log.count(of: .keystroke) + log.count(of: .other)
    report.unknownProducts = log.unknownProducts
    report.withoutProduct = log.withoutProduct

    execution.progress.report(ProgressEvent(stage: "learning positions", completed: 0, total: nil))
    let cells = PairCells(shown.all)
    report.impressions = shown.all.count { $0.isShown }
    report.randomisedImpressions = shown.all.count { $0.isShown && $0.isRandomised }
    report.actedUpon = shown.all.count { $0.isShown && $0.isActedUpon }
    report.actionsWithoutImpression = shown.all.count { !$0.isShown }
    let usesRandomisedAlone =
      recipe.evidence == .randomised && report.randomisedImpressions >= Self.leastRandomised
    var positions = PositionModel(
      usesRandomisedAlone ? PairCells(shown.all) { $0.isRandomised } : cells)
    positions.usesRandomisedAlone = usesRandomisedAlone
    try execution.cancellation.check()

    let weighing = PairWeighing(cells, positions, recipe, hasImpressions: report.impressions > 0)
    report.weight = weighing.weight
    var pairs: [QueryProductPair] = []
    for cell in cells.cells {
      guard weighing.actions(of: cell) > 0 else { continue }
      report.pairs += 1
      if report.impressions > 0, cell.shown < recipe.minimumImpressions {
        report.rarelyShown += 1
        continue
      }
      let weight = weighing.weight(of: cell)
      guard weight > 0, weight >= recipe.minimumWeight else {
        report.belowMinimumWeight += 1
        continue
      }
      pairs.append(
        QueryProductPair(
          query: shown.spellings[Int(cell.query)], product: Int(cell.product), weight: Float(weight)))
    }
    self.pairs = pairs
    self.positions = positions
    self.report = report
  }

  /// With fewer impressions in random order than this, positions are learned from all of them.
  public static let leastRandomised = 2000
}

/// What pairs weigh.
struct PairWeighing {
  private let cells: PairCells
  private let positions: PositionModel
  private let recipe: PairRecipe
  private let hasImpressions: Bool
  private var clickRates: [Double] = []
  private let meanValue: Double

  /// What pairs weigh: the recipe's choice where it can be had.
  let weight: PairRecipe.Weight

  init(_ cells: PairCells, _ positions: PositionModel, _ recipe: PairRecipe, hasImpressions: Bool) {
    self.cells = cells
    self.positions = positions
    self.recipe = recipe
    self.hasImpressions = hasImpressions
    let needsPositions = recipe.weight == .gamma || recipe.weight == .inversePropensity
    let isPossible = needsPositions ? positions.status.isIdentified : positions.status != .noPositions
    weight = hasImpressions && isPossible ? recipe.weight : .raw
    var (shown, acted) = ([Double](repeating: 0, count: PairCells.positions + 1), 0.0)
    var clicks = shown
    for row in cells.position.indices {
      shown[Int(cells.position[row])] += cells.shown[row]
      clicks[Int(cells.position[row])] += cells.acted[row]
    }
    clickRates = zip(shown, clicks).map { $0 > 0 ? $1 / $0 : 0 }
    var value = 0.0
    for cell in cells.cells {
      acted += Double(cell.acted)
      value += cell.value
    }
    meanValue = acted > 0 ? value / acted : 0
  }

  /// How often a pair was acted upon: where the log has impressions, on what it shows.
  func actions(of cell: PairCells.Cell) -> Double {
    Double(hasImpressions ? cell.acted : cell.unshownActions)
  }

  /// The weight of a pair that was acted upon.
  func weight(of cell: PairCells.Cell) -> Double {
    guard hasImpressions else { return cell.unshownValue }
    let attraction = attraction(of: cell)
    guard meanValue > 0 else { return attraction }
    let value = (cell.value + recipe.actionPrior * meanValue) / (Double(cell.acted) + recipe.actionPrior)
    return attraction * value / meanValue
  }

  private func attraction(of cell: PairCells.Cell) -> Double {
    let raw = Double(cell.acted) / Double(cell.shown)
    let placed = cells.placed(cell)
    guard placed > 0 else { return raw }
    switch weight {
    case .raw: return raw
    case .gamma: return positions.attraction(of: cell, in: cells)
    case .inversePropensity:
      let sum = cell.rows.reduce(0) {
        $0 + cells.acted[$1] / max(0.1, positions.examination(at: cells.position[$1]))
      }
      return sum / placed
    case .clicksOverExpected:
      let expected = cell.rows.reduce(0) { $0 + cells.shown[$1] * clickRates[Int(cells.position[$1])] }
      return (cells.placedActions(cell) + 1) / (expected + 1)
    }
  }
}
