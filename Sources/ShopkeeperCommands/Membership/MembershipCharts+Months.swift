internal import DynamicChoice

extension MembershipCharts {
  /// Plan mix month by month from today's customers as things are, and membership under each case.
  var paths: String? {
    let months = report.base.outcomes.sharesByMonth
    guard months.count > 1, let model = estimate.file.membership else { return nil }
    var chart = SVGChart(
      title: "The months ahead",
      summary:
        "Share of customers on each plan in each of the next \(months.count) months if nothing changes, and the share of"
        + " members under each case.")
    let axis = Axis(from: 0, to: Double(months.count - 1), left: 40, right: SVGChart.width - 4)
    chart.text("plans if nothing changes", x: 0, y: 38, isBold: true)
    let top = chart.legend(plans.filter { plan in months.contains { ($0[plan] ?? 0) > 0 } }, y: 58) + 4
    func y(_ share: Double) -> Double { top + 140 * (1 - share) }
    var below = [Double](repeating: 0, count: months.count)
    for (place, plan) in plans.enumerated() {
      let above = months.indices.map { below[$0] + (months[$0][plan] ?? 0) }
      let upper = months.indices.map { (x: axis.x(Double($0)), y: y(above[$0])) }
      let lower = months.indices.reversed().map { (x: axis.x(Double($0)), y: y(below[$0])) }
      chart.area(upper + lower, colour: SVGChart.colours[place % SVGChart.colours.count])
      below = above
    }
    for share in [0.0, 0.5, 1] { chart.text("\(Int(100 * share)) %", x: 0, y: y(share) + 4) }
    chart.text("month 1", x: 40, y: y(0) + 18)
    chart.text("month \(months.count)", x: SVGChart.width, y: y(0) + 18, anchor: "end")
    members(model, axis, top: y(0) + 48, &chart)
    return chart.document
  }

  /// Lines of the share of members, of the base and of each case.
  private func members(_ model: MembershipModel, _ axis: Axis, top: Double, _ chart: inout SVGChart) {
    let outside = Set(model.plans.filter { !$0.isMember }.map(\.name))
    let lines = ([report.base] + report.cases).map { found in
      (
        name: found.name,
        shares: found.outcomes.sharesByMonth.map { month in
          month.reduce(0) { $0 + (outside.contains($1.key) ? 0 : $1.value) }
        }
      )
    }.filter { $0.shares.count > 1 }
    let all = lines.flatMap(\.shares)
    guard let low = all.min(), let high = all.max() else { return }
    chart.text("members under each case", x: 0, y: top, isBold: true)
    let start = chart.legend(lines.map(\.name), y: top + 20) + 4
    let (from, to) = (max(0, low - 0.02), min(1, high + 0.02))
    func y(_ share: Double) -> Double { start + 140 * (to - share) / max(1e-9, to - from) }
    for share in [from, (from + to) / 2, to] {
      chart.text("\((100 * share).fixed(0)) %", x: 0, y: y(share) + 4)
      chart.line(40, y(share), SVGChart.width, y(share), colour: "#dddddd")
    }
    for (place, line) in lines.enumerated() {
      for month in 1..<line.shares.count {
        chart.line(
          axis.x(Double(month - 1)), y(line.shares[month - 1]), axis.x(Double(month)), y(line.shares[month]),
          colour: SVGChart.colours[place % SVGChart.colours.count], width: place == 0 ? 3 : 2)
      }
    }
    chart.text("month 1", x: 40, y: y(from) + 18)
    chart.text("month \((axis.to + 1).fixed(0))", x: SVGChart.width, y: y(from) + 18, anchor: "end")
  }
}
