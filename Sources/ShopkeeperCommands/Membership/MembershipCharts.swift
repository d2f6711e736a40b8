internal import DynamicChoice

/// The charts of a membership: rewards, renewal, cases, months ahead; with more, profiles and what the anchor decides.
struct MembershipCharts {
  let estimate: ChoiceEstimate
  let report: CounterfactualReport
  /// Profile likelihoods; none without an examination of the data.
  var profiles: [IdentificationReport.Profile] = []
  /// Ranges of each case's surplus as the anchor's reward may be larger, the smallest first.
  var anchorRanges: [(width: Double, cases: [Band?])] = []

  /// File names and documents, in the order of the report.
  var all: [(name: String, document: String)] {
    var charts: [(name: String, document: String)] = []
    if let reward { charts.append(("reward.svg", reward)) }
    charts.append(("renewal.svg", renewal))
    charts.append(("counterfactuals.svg", counterfactuals))
    if let anchor { charts.append(("anchor.svg", anchor)) }
    if let paths { charts.append(("paths.svg", paths)) }
    if !profiles.isEmpty { charts.append(("profile.svg", profile)) }
    return charts
  }

  var plans: [String] {
    estimate.file.actions.map(\.name)
      + Set(report.cases.flatMap { $0.outcomes.shares.keys }).subtracting(estimate.file.actions.map(\.name))
      .sorted()
  }

  /// Dollars a month of one more level of each benefit, with 95 % intervals.
  private var reward: String? {
    guard let price = estimate.priceCoefficient, let model = estimate.file.membership else { return nil }
    let flows = zip(model.features, estimate.parameters).filter {
      if case .flow = $0.0.kind { return true }
      return false
    }.map(\.1)
    guard !flows.isEmpty else { return nil }
    var ends = [0.0]
    for flow in flows { ends += [(flow.low ?? flow.value) / price, (flow.high ?? flow.value) / price] }
    let axis = Axis(from: ends.min() ?? 0, to: ends.max() ?? 1, left: 110, right: 330)
    var chart = SVGChart(
      title: "Worth of each benefit, $ a month and level",
      summary: flows.map { "\($0.name): \(($0.value / price).fixed(2))" }.joined(separator: "; "))
    chart.line(axis.x(0), 26, axis.x(0), 34 + 26 * Double(flows.count))
    for (place, parameter) in flows.enumerated() {
      let y = 46 + 26 * Double(place)
      chart.text(parameter.name, x: 0, y: y)
      if let low = parameter.low, let high = parameter.high {
        chart.line(
          axis.x(low / price), y - 4, axis.x(high / price), y - 4, colour: SVGChart.colours[0], width: 3)
      }
      chart.dot(x: axis.x(parameter.value / price), y: y - 4, colour: SVGChart.colours[0])
      chart.text((parameter.value / price).fixed(2), x: SVGChart.width, y: y, anchor: "end")
    }
    return chart.document
  }

  /// Renewal in each status and at each level of engagement, with bands.
  private var renewal: String {
    let outcomes = report.base.outcomes
    let model = estimate.file.membership
    let statuses = (model?.statuses ?? []).compactMap { name in
      (outcomes.renewalByStatus[name] ?? nil).map {
        (label: name, rate: $0, figure: "renewal_status_\(name)")
      }
    }
    let levels = (model?.components ?? []).flatMap { component in
      (outcomes.renewalByLevel[component.name] ?? []).enumerated().compactMap { level, rate in
        rate.map {
          (label: "\(component.name) \(level)", rate: $0, figure: "renewal_level_\(component.name)_\(level)")
        }
      }
    }
    var chart = SVGChart(
      title: "Who chooses a membership again",
      summary: (statuses + levels).map { "\($0.label): \((100 * $0.rate).fixed(1)) %" }.joined(
        separator: "; "))
    let axis = Axis(from: 0, to: 1, left: 80, right: 330)
    var y = 40.0
    for (heading, rows) in [
      ("by status: what was chosen last", statuses), ("of members, by engagement", levels),
    ]
    where !rows.isEmpty {
      chart.text(heading, x: 0, y: y, isBold: true)
      for row in rows {
        y += 24
        chart.text(row.label, x: 0, y: y)
        chart.bar(
          x: axis.x(0), y: y - 12, width: axis.x(row.rate) - axis.x(0), height: 16,
          colour: SVGChart.colours[4])
        if let band = report.base.samplingBand?[row.figure] {
          chart.line(
            axis.x(max(0, band.low)), y - 4, axis.x(min(1, band.high)), y - 4, colour: "#000000", width: 2)
        }
        chart.text("\((100 * row.rate).fixed(1)) %", x: SVGChart.width, y: y, anchor: "end")
      }
      y += 30
    }
    return chart.document
  }

  /// Plan mix of each case, and its surplus with both bands.
  private var counterfactuals: String {
    let all = [report.base] + report.cases
    var chart = SVGChart(
      title: "Plan mix, and gain of a new customer",
      summary: report.cases.map(\.explanation).joined(separator: " "))
    var y = chart.legend(plans, y: 36) + 6
    let axis = Axis(from: 0, to: 1, left: 130, right: SVGChart.width)
    for found in all {
      chart.text(found.name, x: 0, y: y + 12)
      var left = 0.0
      for (place, plan) in plans.enumerated() {
        let share = found.outcomes.shares[plan] ?? 0
        chart.bar(
          x: axis.x(left), y: y, width: axis.x(left + share) - axis.x(left), height: 16,
          colour: SVGChart.colours[place % SVGChart.colours.count])
        left += share
      }
      y += 24
    }
    let withSurplus = report.cases.filter { $0.surplus != nil }
    guard !withSurplus.isEmpty else { return chart.document }
    var ends = [0.0]
    for found in withSurplus {
      ends.append(found.surplus ?? 0)
      for band in [found.samplingBand?["surplus_usd"], found.anchorBand?["surplus_usd"]] {
        if let band { ends += [band.low, band.high] }
      }
    }
    let dollars = Axis(from: ends.min() ?? 0, to: ends.max() ?? 1, left: 130, right: 320)
    y += 22
    chart.text("Surplus, $ (thick: 95 %, thin: anchor)", x: 0, y: y, isBold: true)
    y += 8
    chart.line(dollars.x(0), y, dollars.x(0), y + 26 * Double(withSurplus.count))
    for found in withSurplus {
      chart.text(found.name, x: 0, y: y + 18)
      if let band = found.anchorBand?["surplus_usd"] {
        chart.line(dollars.x(band.low), y + 14, dollars.x(band.high), y + 14, colour: SVGChart.colours[5])
      }
      if let band = found.samplingBand?["surplus_usd"] {
        chart.line(
          dollars.x(band.low), y + 14, dollars.x(band.high), y + 14, colour: SVGChart.colours[0], width: 4)
      }
      chart.dot(x: dollars.x(found.surplus ?? 0), y: y + 14, colour: "#000000")
      chart.text((found.surplus ?? 0).fixed(0), x: SVGChart.width, y: y + 18, anchor: "end")
      y += 26
    }
    return chart.document
  }

  /// Where numbers lie between two places.
  struct Axis {
    let from, to, left, right: Double

    func x(_ value: Double) -> Double {
      to > from ? left + (right - left) * (min(max(value, from), to) - from) / (to - from) : left
    }
  }
}
