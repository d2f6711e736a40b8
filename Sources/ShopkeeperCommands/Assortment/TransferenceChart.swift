internal import AssortmentPlanning
internal import ChoiceModels

/// Who takes over a product's customers when it is not there.
struct TransferenceChart {
  private let market: Market
  private let units: [Int]

  /// Products that have a row, those of most units.
  private static let rows = 30

  init(_ market: Market, units: [Int]) { (self.market, self.units) = (market, units) }

  var document: String {
    let carried = units.indices.filter { units[$0] > 0 }
      .sorted { (units[$1], $0) < (units[$0], $1) }.prefix(Self.rows)
    let offered = ProductSet(flags: units.map { $0 > 0 })
    let rows = carried.map { product in
      let shares = market.chain.transference(of: product, offered: offered)
      let lost = max(0, 1 - shares.reduce(0, +))
      return SVGChart.HeatRow(
        label: market.ids[product], shares: carried.map { $0 == product ? nil : shares[$0] } + [lost],
        isUnknown: market.notIdentified.contains(market.ids[product]))
    }
    var summary =
      "Each row: where the customers of one product go when it alone is missing, to the numbered products or lost."
    if !market.notIdentified.isEmpty {
      summary += " Grey rows: the sales say nothing of the product's substitutes."
    }
    if case .lowRank(let part) = market.chain.transitions, part.shares.count == 1 {
      summary += " A logit knows no specific substitutes: the map shows popularity only."
    }
    return SVGChart(
      title: "Who takes over", summary: summary, rows: rows, lastColumn: "lost",
      note: "The \(carried.count.counted("product")) of most units; darker is more."
    ).document
  }
}
