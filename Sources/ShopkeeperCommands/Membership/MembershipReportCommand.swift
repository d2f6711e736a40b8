internal import DynamicChoice
internal import FoundationEssentials
internal import Learning
internal import LinearAlgebra
internal import StoreData

/// `shopkeeper membership report`
struct MembershipReportCommand: Command {
  static let name = "report"
  static let summary =
    "Write one page about a membership: what benefits are worth, and what would happen under cases."
  static let details = [
    "One HTML file without scripts, fonts or network, with its charts inside; --charts also writes each as SVG."
  ]
  static let examples = [
    "shopkeeper membership report --estimate estimate --cases cases.json --out report.html"
  ]

  @Option("estimate", .folder(), "What membership estimate has written.") var estimate: String
  @Option("cases", .file(), "The cases: JSON, as membership counterfactual reads them.") var cases: String
  @Option("charts", .folder(), "A folder for the charts as SVG.") var charts: String?
  @Option("anchor-band", .number(0...100), "The largest reward of the anchor that is tried; 0 for no band.")
  var anchorBand =
    0.25
  @Option(.outFile) var out: String
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let estimate = try ChoiceEstimate(contentsOf: estimate)
    guard let membership = estimate.file.membership else {
      throw InvalidInput("--estimate", given: "a model of kind panel", expected: "one of kind membership")
    }
    var recipe = Counterfactual()
    recipe.anchorBand = anchorBand
    let report = try recipe.run(
      CounterfactualCase.read(JSONValue(fileAt: cases), for: membership), estimate, on: execution)
    let charts = MembershipCharts(estimate: estimate, report: report).all
    try execution.cancellation.check()
    if let folder = self.charts {
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw FileError(path: folder, operation: "create folder")
      }
      for (name, document) in charts { try write(document, to: "\(folder)/\(name)") }
    }
    try write(page(estimate, report, charts.map(\.document)), to: out)
    if out != "-" {
      try console.print(
        "\(charts.count.counted("chart")), \(report.cases.count.counted("case")); written to \(out)")
    }
  }

  private func write(_ text: String, to path: String) throws {
    let sink = try ByteSink(path: path)
    try sink.write(text)
    try sink.finish()
  }

  private func page(_ estimate: ChoiceEstimate, _ report: CounterfactualReport, _ charts: [String]) -> String
  {
    let price = estimate.priceCoefficient
    let rows = estimate.parameters.map { parameter -> String in
      func cell(_ number: Double?) -> String { "<td>\(number.map { $0.fixed(4) } ?? "-")</td>" }
      return "<tr><th>\(parameter.name.markupEscaped)</th>" + cell(parameter.value)
        + cell(parameter.standardError)
        + "<td>\(price.map { (parameter.value / $0).fixed(2) } ?? "-")</td><td>\(parameter.verdict.rawValue)</td></tr>"
    }
    let cases = report.cases.map { found -> String in
      let note =
        found.verdict == "not identified"
        ? " <strong>Not identified: the reward of the anchor decides about the sign of the surplus.</strong>"
        : ""
      return "<li>\(found.explanation.markupEscaped)\(note)</li>"
    }
    let withheld =
      price == nil
      ? "<p>Surplus in dollars is withheld: the price coefficient is not positive, or its interval covers 0.</p>"
      : ""
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Why members stay</title>
      <style>body{font-family:sans-serif;max-width:44rem;margin:1rem auto;padding:0 1rem;color:#222}svg{width:100%;max-width:36rem;\
      height:auto;display:block;margin:1.5rem 0}table{border-collapse:collapse}td,th{padding:.2rem .6rem;text-align:right;\
      border-bottom:1px solid #ccc}th:first-child,td:last-child{text-align:left}</style></head><body>
      <h1>Why members stay</h1>
      <p>\(estimate.report.decisions.grouped) choices of \(estimate.report.customers.counted("customer")); method \
      \(estimate.recipe.method.rawValue), \(estimate.status.word).</p>
      <table><tr><th>parameter</th><th>value</th><th>se</th><th>$ a month</th><th></th></tr>
      \(rows.joined(separator: "\n"))
      </table>
      <h2>What would happen</h2>
      <ul>
      \(cases.joined(separator: "\n"))
      </ul>
      \(withheld)\(charts.joined(separator: "\n"))
      <p>Thick bands: 95 % by the delta method, with the error of the estimated engagement chains. Thin bands: how far the reward of \
      not being a member, which no choice reveals, could move the figure.</p>
      </body></html>

      """
  }
}
