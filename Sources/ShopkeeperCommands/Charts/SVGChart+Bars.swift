extension SVGChart {
  /// One bar of a list: its name and a note above it.
  struct Bar {
    let label: String
    /// What the wide bar shows.
    let value: Double
    /// What the narrow bar in front of it shows.
    var part: Double?
    /// Text at the right.
    let note: String
  }

  /// A list of horizontal bars from 0 to the largest value; what is below 0 has no bar.
  init(title: String, summary: String, bars: [Bar]) {
    self.init(title: title, summary: summary)
    let most = max(bars.map(\.value).max() ?? 0, .leastNormalMagnitude)
    func length(_ value: Double) -> Double { Self.width * max(0, value) / most }
    for (row, bar) in bars.enumerated() {
      let top = 26 + 38 * Double(row)
      text(bar.label.shortened(to: 26), x: 0, y: top + 14)
      text(bar.note, x: Self.width, y: top + 14, anchor: "end")
      self.bar(x: 0, y: top + 18, width: length(bar.value), height: 14, colour: "#9db8d2")
      if let part = bar.part {
        self.bar(x: 0, y: top + 21, width: length(part), height: 8, colour: Self.colours[0])
      }
    }
  }
}

extension String {
  /// At most so many characters that can be seen.
  func shortened(to length: Int) -> String {
    let text = printable
    return text.count <= length ? text : text.prefix(length - 1) + "…"
  }
}
