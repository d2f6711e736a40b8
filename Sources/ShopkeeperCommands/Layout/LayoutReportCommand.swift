internal import Bandits
internal import FoundationEssentials
internal import Learning
internal import LinearAlgebra
internal import Probability
internal import StoreData

/// `shopkeeper layout report`
struct LayoutReportCommand: Command {
  static let name = "report"
  static let summary = "Say what a page has learned: contents, pairs, and the layouts it shows most."
  static let details = [
    "The effect of a content is on the probit scale: its mean and standard deviation under the posterior. Spread: how much the"
      + " contents, pairs and contexts of the page are believed to differ, learned from the data.",
    "--out writes report.html, one file without scripts, fonts or network, and its charts as SVG: posterior, traffic, pairs.",
  ]
  static let examples = [
    "shopkeeper layout report --state page --json", "shopkeeper layout report --state page --out report",
  ]

  @Option(.layoutState) var folder: String
  @Option(.limit) var limit: Int
  @Option("out", .folder(), "Also write the page and its charts to this folder.") var out: String?
  @Option(.json) var json: Bool

  private struct Document: Encodable {
    struct Effect: Encodable { let widget, content: String; let mean, sd: Double }
    struct Shown: Encodable {
      let layout: [String: String]
      let propensity, probability, low, high: Double
    }
    let decisions, conversions, refreshes: Int
    let spread: [String: Double]
    let contents: [Effect]
    let layouts: [Shown]
  }

  func run(_ console: Console) throws {
    let open = try OpenLayout(folder, console)
    var policy = open.state.policy
    let space = policy.space
    let variance = policy.posterior.variance
    var effects: [Document.Effect] = []
    var feature = 1
    for widget in space.widgets {
      for content in widget.contents {
        effects.append(
          .init(
            widget: widget.name, content: content, mean: policy.posterior.mean[feature],
            sd: variance[feature].squareRoot()))
        feature += 1
      }
    }
    var shown: [Document.Shown] = []
    let context = space.context.map { _ in 0 }
    for (layout, propensity) in policy.likeliest(limit, context: context) {
      let prediction = try policy.predict(layout: layout, context: context)
      let reach = 1.959963984540054 * prediction.scoreVariance.squareRoot()
      shown.append(
        .init(
          layout: Dictionary(uniqueKeysWithValues: space.named(layout).map { ($0.widget, $0.content) }),
          propensity: propensity, probability: prediction.probability,
          low: StandardNormal.cumulative(prediction.scoreMean - reach),
          high: StandardNormal.cumulative(prediction.scoreMean + reach)))
    }
    let document = Document(
      decisions: policy.totals.decisions, conversions: policy.totals.conversions, refreshes: policy.version,
      spread: Dictionary(
        uniqueKeysWithValues: zip(LayoutSpace.groupNames, policy.priors).dropFirst().map {
          ($0, $1.variance.squareRoot())
        }), contents: effects, layouts: shown)
    if let out { try write(document, policy, to: out) }
    if json { return try console.print(json: document) }
    try console.print(
      "\(document.decisions.counted("decision")), \(document.conversions.counted("conversion")),"
        + " \(document.refreshes.counted("refresh", "refreshes"))")
    var contents = TextTable(.left("widget"), .left("content"), .right("effect"), .right("± sd"))
    for effect in effects {
      contents.add(effect.widget, effect.content, effect.mean.fixed(4), effect.sd.fixed(4))
    }
    try console.print(contents)
    var layouts = TextTable(.left("layout"), .right("shown"), .right("expected"), .left("95 %"))
    for one in shown {
      let names = space.widgets.map { "\($0.name)=\(one.layout[$0.name] ?? "")" }.joined(separator: " ")
      layouts.add(
        names, one.propensity.fixed(4), one.probability.fixed(4),
        "\(one.low.fixed(4)) to \(one.high.fixed(4))")
    }
    try console.print(layouts)
  }

  private func write(_ document: Document, _ policy: LayoutPolicy, to out: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    } catch {
      throw FileError(path: out, operation: "create folder")
    }
    let shown = try LayoutState.decisions(in: folder, policy.space).map(\.layout)
    let charts = LayoutCharts(policy: policy, shown: shown).all
    for (name, chart) in charts { try write(chart, to: "\(out)/\(name)") }
    let rows = document.layouts.map { one -> String in
      let names = policy.space.widgets.map { "\($0.name)=\(one.layout[$0.name] ?? "")" }
      return "<tr><th>\(names.joined(separator: " ").markupEscaped)</th><td>\(one.propensity.fixed(4))</td>"
        + "<td>\(one.probability.fixed(4))</td><td>\(one.low.fixed(4)) to \(one.high.fixed(4))</td></tr>"
    }
    try write(
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <title>What the page has learned</title>
      <style>body{font-family:sans-serif;max-width:44rem;margin:1rem auto;padding:0 1rem;color:#222}svg{width:100%;max-width:36rem;\
      height:auto;display:block;margin:1.5rem 0}table{border-collapse:collapse}td,th{padding:.2rem .6rem;text-align:right;\
      border-bottom:1px solid #ccc}th:first-child{text-align:left}</style></head><body>
      <h1>What the page has learned</h1>
      <p>\(document.decisions.counted("decision")), \(document.conversions.counted("conversion")), \
      \(document.refreshes.counted("refresh", "refreshes")).</p>
      <table><tr><th>layout</th><th>shown</th><th>expected</th><th>95 %</th></tr>
      \(rows.joined(separator: "\n"))
      </table>
      \(charts.map(\.document).joined(separator: "\n"))
      </body></html>

      """, to: out + "/report.html")
  }

  private func write(_ text: String, to path: String) throws {
    let sink = try ByteSink(path: path)
    try sink.write(text)
    try sink.finish()
  }
}
