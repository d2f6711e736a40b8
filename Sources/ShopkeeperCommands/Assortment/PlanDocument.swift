internal import AssortmentPlanning
internal import ChoiceModels
internal import Learning

/// A plan as one document for machines; the page for people is made from it.
struct PlanDocument: Codable {
  struct Mean: Codable {
    let mean: Double
    let se: Double
  }
  struct Baseline: Codable {
    var name = "scale-tuned newsvendor"
    let profit: Double
    let gainPercent: Double
    let gainSe: Double
    let scale: Double
  }
  struct Bound: Codable {
    let mean: Double
    let upper: Double
  }
  struct Bounds: Codable {
    let fluid: Double
    let flow: Bound?
    let list: Bound?
    let used: Double
  }
  struct Paths: Codable {
    let selection: Int
    let validation: Int
    let test: Int
  }
  struct Line: Codable {
    let id: String
    let units: Int
    let unitCost: Double
    let spend: Double
    let price: Double
    let expectedSales: Double
    let sellThrough: Double
    let soldOutProbability: Double
    let leftover: Double
    let marginPlus: Double
    let marginMinus: Double?
    let reason: String
  }

  let status: SolveStatus
  let conflict: String?
  let profit: Mean
  let baseline: Baseline
  let bounds: Bounds
  let gapPercent: Double
  let products: Int
  let units: Int
  let spend: Double
  let paths: Paths
  let notes: [String]
  let plan: [Line]

  init(_ report: PlanReport, _ market: Market, bestAssortment: ProductSet) {
    status = report.status
    conflict = report.conflict?.description(naming: market.name)
    profit = Mean(mean: report.profit.mean, se: report.profit.standardError)
    baseline = Baseline(
      profit: report.baseline.profit.mean, gainPercent: report.baseline.gainPercent,
      gainSe: report.baseline.gainPercentError, scale: report.baseline.scale)
    bounds = Bounds(
      fluid: report.bounds.fluid, flow: report.bounds.flow.map { Bound(mean: $0.mean, upper: $0.upper) },
      list: report.bounds.list.map { Bound(mean: $0.mean, upper: $0.upper) }, used: report.bounds.used)
    gapPercent = report.gapPercent
    plan = report.products.map { outlook in
      let item = market.economics[outlook.product]
      return Line(
        id: market.ids[outlook.product], units: outlook.units,
        unitCost: item.spend(on: outlook.units) / Double(max(1, outlook.units)),
        spend: item.spend(on: outlook.units), price: item.price, expectedSales: outlook.sales,
        sellThrough: outlook.sellThrough, soldOutProbability: outlook.soldOutProbability,
        leftover: outlook.leftover,
        marginPlus: outlook.marginMore, marginMinus: outlook.marginLess,
        reason: bestAssortment.contains(outlook.product)
          ? "in the best assortment" : "serves customers whose first wish is not carried")
    }
    products = plan.count
    units = plan.reduce(0) { $0 + $1.units }
    spend = plan.reduce(0) { $0 + $1.spend }
    paths = Paths(
      selection: report.paths.selection, validation: report.paths.validation, test: report.paths.test)
    notes = report.notes
  }

  /// The lines, those of most units first.
  var mostUnitsFirst: [Line] { plan.sorted { ($1.units, $0.id) < ($0.units, $1.id) } }

  /// Units bought and sold of the products of most units.
  var sellThroughChart: SVGChart {
    SVGChart(
      title: "Units and expected sales",
      summary: "Wide bars: units bought. Narrow bars: units sold on average.",
      bars: mostUnitsFirst.prefix(40).map { line in
        .init(
          label: line.id, value: Double(line.units), part: line.expectedSales,
          note: "\(line.units) bought, sold out in \((100 * line.soldOutProbability).fixed(0)) %")
      })
  }

  /// The plan as CSV.
  func csv(fingerprint: String?) -> String {
    var text =
      "id,units,unit_cost,spend,price,expected_sales,sell_through,sold_out_probability,leftover,margin_plus,margin_minus,"
      + "reason,catalogue\n"
    for line in plan {
      let numbers: [String] = [
        "\(line.units)", "\(line.unitCost)", line.spend.fixed(2), "\(line.price)",
        line.expectedSales.fixed(4),
        line.sellThrough.fixed(4), line.soldOutProbability.fixed(4), line.leftover.fixed(4),
        line.marginPlus.fixed(4),
        line.marginMinus?.fixed(4) ?? "",
      ]
      text += ([line.id.csvField] + numbers + [line.reason, fingerprint ?? ""]).joined(separator: ",") + "\n"
    }
    return text
  }
}

extension String {
  /// The text as a field of a CSV file.
  var csvField: String {
    contains(where: { $0 == "," || $0 == "\"" || $0.isNewline })
      ? "\"\(replacing("\"", with: "\"\""))\"" : self
  }
}
