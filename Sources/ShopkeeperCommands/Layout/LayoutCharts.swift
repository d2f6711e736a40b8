internal import Bandits
internal import Learning
internal import Probability

/// What a page has learned, as charts.
struct LayoutCharts {
  let policy: LayoutPolicy
  /// Layouts in the order of their decisions.
  let shown: [[Int]]

  /// Charts with the names of their files.
  var all: [(name: String, document: String)] {
    [("posterior.svg", posterior), ("traffic.svg", traffic), ("pairs.svg", pairs)].compactMap { name, chart in
      chart.map { (name, $0) }
    }
  }

  /// Effect of every content with its 50 and 95 % interval.
  private var posterior: String? {
    let names = policy.space.featureNames
    let groups = policy.space.groups
    let variance = policy.posterior.variance
    let effects = groups.indices.filter { groups[$0] == 1 }.prefix(200).map {
      (name: names[$0], mean: policy.posterior.mean[$0], deviation: variance[$0].squareRoot())
    }
    let reach = effects.map { abs($0.mean) + 1.96 * $0.deviation }.max() ?? 1
    let (left, right) = (150.0, 330.0)
    func x(_ value: Double) -> Double { left + (value / max(reach, 1e-9) + 1) / 2 * (right - left) }
    var chart = SVGChart(
      title: "Effect of each content (probit scale, 50 and 95 %)",
      summary: effects.map { "\($0.name): \($0.mean.fixed(3))" }.joined(separator: "; "))
    chart.line(x(0), 26, x(0), 34 + 22 * Double(effects.count))
    for (place, effect) in effects.enumerated() {
      let y = 44 + 22 * Double(place)
      chart.text(Self.shortened(effect.name, 20), x: 0, y: y)
      for (factor, width) in [(1.959964, 2.0), (0.674490, 5)] {
        chart.line(
          x(effect.mean - factor * effect.deviation), y - 4, x(effect.mean + factor * effect.deviation),
          y - 4,
          colour: SVGChart.colours[0], width: width)
      }
      chart.text(effect.mean.fixed(3), x: SVGChart.width, y: y, anchor: "end")
    }
    return chart.document
  }

  /// How often the layouts that are shown most were shown in each twentieth of the decisions.
  private var traffic: String? {
    guard !shown.isEmpty else { return nil }
    let steps = min(20, shown.count)
    var totals: [[Int]: Int] = [:]
    for layout in shown { totals[layout, default: 0] += 1 }
    let order = totals.sorted { ($1.value, $0.key.description) < ($0.value, $1.key.description) }
    let top = order.prefix(SVGChart.colours.count - 1).map(\.key)
    let names = top.map { layout in policy.space.named(layout).map(\.content).joined(separator: ", ") }
    var chart = SVGChart(
      title: "Share of decisions over time",
      summary: zip(names, top).map { name, layout in
        "\(name): \((100 * Double(totals[layout]!) / Double(shown.count)).fixed(1)) %"
      }.joined(separator: "; "))
    let width = SVGChart.width / Double(steps)
    for step in 0..<steps {
      let part = shown[step * shown.count / steps..<(step + 1) * shown.count / steps]
      var y = 30.0
      for (place, layout) in top.enumerated() {
        let height = 160 * Double(part.count { $0 == layout }) / Double(part.count)
        if height > 0 {
          chart.bar(
            x: Double(step) * width, y: y, width: width - 1, height: height, colour: SVGChart.colours[place])
        }
        y += height
      }
      if y < 189.9 {
        chart.bar(x: Double(step) * width, y: y, width: width - 1, height: 190 - y, colour: "#BBBBBB")
      }
    }
    _ = chart.legend(names.map { Self.shortened($0, 44) }, y: 212)
    return chart.document
  }

  /// Effects of pairs of contents; grey where the 95 % interval covers 0.
  private var pairs: String? {
    let names = policy.space.featureNames
    let groups = policy.space.groups
    let variance = policy.posterior.variance
    guard policy.recipe.model != .mainEffects else { return nil }
    let found = groups.indices.filter { groups[$0] == 2 }.map {
      (name: names[$0], mean: policy.posterior.mean[$0], deviation: variance[$0].squareRoot())
    }.sorted { (abs($1.mean), $0.name) < (abs($0.mean), $1.name) }.prefix(20)
    guard let largest = found.first.map({ max(abs($0.mean), 1e-9) }) else { return nil }
    var chart = SVGChart(
      title: "Pairs of contents with the largest effects",
      summary: found.map { "\($0.name): \($0.mean.fixed(3))" }.joined(separator: "; "))
    for (place, pair) in found.enumerated() {
      let y = 42 + 22 * Double(place)
      let isKnown = abs(pair.mean) > 1.96 * pair.deviation
      let colour = !isKnown ? "#BBBBBB" : pair.mean > 0 ? SVGChart.colours[2] : SVGChart.colours[5]
      chart.text(Self.shortened(pair.name, 32), x: 0, y: y)
      chart.bar(x: 230, y: y - 11, width: 90 * abs(pair.mean) / largest, height: 14, colour: colour)
      chart.text(pair.mean.fixed(3), x: SVGChart.width, y: y, anchor: "end")
    }
    return chart.document
  }

  /// A name in the room there is for it.
  private static func shortened(_ name: String, _ length: Int) -> String {
    name.count <= length ? name : name.prefix(length - 1) + "…"
  }
}
