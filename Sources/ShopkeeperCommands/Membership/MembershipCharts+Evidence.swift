internal import DynamicChoice

extension MembershipCharts {
  /// Profile likelihoods, two in a row: how much the data lose when a parameter is held elsewhere.
  var profile: String {
    var chart = SVGChart(
      title: "What the data say of each parameter",
      summary: profiles.map { found in
        let ends = [found.low, found.high].map { $0.map { $0.fixed(4) } ?? "no bound" }
        return "\(found.name): \(ends[0]) to \(ends[1])"
      }.joined(separator: "; "))
    chart.text("log-likelihood below its maximum; grey line: 95 % interval", x: 0, y: 36)
    let (width, height, depth) = (180.0, 84.0, 6.0)
    for (place, found) in profiles.enumerated() {
      let (left, top) = (Double(place % 2) * (SVGChart.width - width), 62 + Double(place / 2) * (height + 46))
      let best = found.points.map(\.logLikelihood).max() ?? 0
      let axis = Axis(
        from: found.points.first?.value ?? 0, to: found.points.last?.value ?? 1, left: left,
        right: left + width)
      func y(_ value: Double) -> Double { top + height * min(1, max(0, (best - value) / depth)) }
      chart.text(found.name, x: left, y: top - 6, isBold: true)
      chart.line(left, top + height, left + width, top + height)
      // Half of the .95 quantile of chi-squared with one degree of freedom.
      chart.line(left, y(best - 1.92), left + width, y(best - 1.92), colour: "#bbbbbb")
      for (a, b) in zip(found.points, found.points.dropFirst())
      where min(best - a.logLikelihood, best - b.logLikelihood) < depth {
        chart.line(
          axis.x(a.value), y(a.logLikelihood), axis.x(b.value), y(b.logLikelihood),
          colour: SVGChart.colours[0],
          width: 2)
      }
      chart.text((found.points.first?.value ?? 0).fixed(3), x: left, y: top + height + 16)
      chart.text(
        (found.points.last?.value ?? 0).fixed(3), x: left + width, y: top + height + 16, anchor: "end")
    }
    return chart.document
  }

  /// How far the surplus of each case could move as the reward of the anchor may be larger.
  var anchor: String? {
    let shown = report.cases.indices.filter { report.cases[$0].surplus != nil }
    guard !anchorRanges.isEmpty, !shown.isEmpty else { return nil }
    var ends = [0.0]
    for k in shown {
      ends.append(report.cases[k].surplus ?? 0)
      for range in anchorRanges { if let band = range.cases[k] { ends += [band.low, band.high] } }
    }
    let axis = Axis(from: ends.min() ?? 0, to: ends.max() ?? 1, left: 130, right: 320)
    let shades = [SVGChart.colours[5], SVGChart.colours[1], SVGChart.colours[6]]
    var chart = SVGChart(
      title: "What no data can tell",
      summary: shown.map { k in
        let band = anchorRanges.last?.cases[k]
        return "\(report.cases[k].name): \(band.map { "\($0.low.fixed(2)) to \($0.high.fixed(2))" } ?? "-")"
      }.joined(separator: "; "))
    chart.text("Surplus $, if being outside is worth up to", x: 0, y: 36)
    var y = chart.legend(anchorRanges.map { "\($0.width)" }, y: 56, colours: shades) + 4
    chart.line(axis.x(0), y - 6, axis.x(0), y + 26 * Double(shown.count) - 6)
    for k in shown {
      chart.text(report.cases[k].name, x: 0, y: y + 12)
      for (place, range) in anchorRanges.enumerated().reversed() {
        guard let band = range.cases[k] else { continue }
        chart.line(
          axis.x(band.low), y + 8, axis.x(band.high), y + 8, colour: shades[place % shades.count],
          width: 10 - 2 * Double(place))
      }
      chart.dot(x: axis.x(report.cases[k].surplus ?? 0), y: y + 8, colour: "#000000")
      chart.text((report.cases[k].surplus ?? 0).fixed(0), x: SVGChart.width, y: y + 12, anchor: "end")
      y += 26
    }
    return chart.document
  }
}
