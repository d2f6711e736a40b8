internal import Learning
internal import LinearAlgebra

/// `shopkeeper assortment report`
struct AssortmentReportCommand: Command {
  static let name = "report"
  static let summary = "Make one page for people of a plan: what it earns, what is bought, what sells out."
  static let examples = ["shopkeeper assortment report --plan plan --out plan.html"]

  @Option("plan", .folder(), "A folder written by assortment plan.") var plan: String
  @Option(.outFile) var out: String

  func run(_ console: Console) throws {
    let path = plan + "/plan.json"
    let file = try MappedFile(path: path)
    let plan: PlanDocument
    do {
      plan = try file.withUnsafeBytes { try JSONValue(parsing: $0) }.decoded(as: PlanDocument.self)
    } catch {
      throw FileFormatError(
        path: path, given: "another document", expected: "a plan as written by assortment plan",
        advice: "Plan again; plans vendor by vendor have no report.")
    }
    // Plans of earlier versions have no map.
    let map = try? MappedFile(path: self.plan + "/transference.svg")
    let transference = map?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } ?? ""
    try Array(page(plan, transference).utf8).withUnsafeBytes { try writeFile(out, [$0]) }
    try console.print("\(plan.products.counted("product")) on one page; written to \(out)")
  }

  private func page(_ plan: PlanDocument, _ transference: String) -> String {
    let money = SVGChart(
      title: "Expected profit",
      summary: "The plan beside the scale-tuned newsvendor and the bound on every plan.",
      bars: [
        .init(
          label: "scale-tuned newsvendor", value: plan.baseline.profit,
          note: plan.baseline.profit.fixed(2)),
        .init(
          label: "this plan", value: plan.profit.mean,
          note: "\(plan.profit.mean.fixed(2)) ± \((1.96 * plan.profit.se).fixed(2))"),
        .init(
          label: "no plan earns more than", value: plan.bounds.used,
          note: plan.bounds.used.fixed(2)),
      ])
    let sales = plan.sellThroughChart
    var rows = ""
    for line in plan.mostUnitsFirst {
      rows +=
        "<tr><td>\(line.id.printable.markupEscaped)</td><td>\(line.units)</td><td>\(line.spend.fixed(2))</td>"
        + "<td>\(line.expectedSales.fixed(2))</td><td>\((100 * line.soldOutProbability).fixed(0)) %</td>"
        + "<td>\(line.leftover.fixed(2))</td><td>\(line.marginPlus.fixed(2))</td></tr>\n"
    }
    let notes = plan.notes.map { "<li>\($0.printable.markupEscaped)</li>" }.joined()
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>Buy plan</title><style>
      body{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
      table{border-collapse:collapse;width:100%}td,th{padding:.2em .6em;border-bottom:1px solid #ddd;text-align:right}
      td:first-child,th:first-child{text-align:left}svg{width:100%;max-width:30em;display:block;margin:1em 0}
      </style></head><body><h1>Buy plan</h1>
      <p>\(plan.products.counted("product")), \(plan.units.counted("unit")), spend \(plan.spend.fixed(2)). Gain over the
      scale-tuned newsvendor on the same customers \(plan.baseline.gainPercent.fixed(2)) ±
      \((1.96 * plan.baseline.gainSe).fixed(2)) %. Gap to the bound \(plan.gapPercent.fixed(1)) %; how much of it is slack of the bound
      is not known.</p><ul>\(notes)</ul>
      \(money.document)\(sales.document)\(transference)
      <table><tr><th>product</th><th>units</th><th>spend</th><th>sales</th><th>sold out</th><th>left</th><th>one more</th></tr>
      \(rows)</table></body></html>

      """
  }
}
