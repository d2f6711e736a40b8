extension SVGChart {
  /// One row of a heat map.
  struct HeatRow {
    let label: String
    /// Shares from 0 to 1, a cell each; nil is left white.
    let shares: [Double?]
    /// Whether nothing is known of the row, so that it is grey.
    var isUnknown = false
  }

  /// Shares as cells of growing darkness; rows and columns are numbered alike, the last column has a name of its own.
  init(title: String, summary: String, rows: [HeatRow], lastColumn: String, note: String) {
    self.init(title: title, summary: summary)
    text(note, x: 0, y: 36)
    let columns = Double(rows.map(\.shares.count).max() ?? 1)
    let left = 150.0
    let side = min(20, (Self.width - left) / max(1, columns))
    for number in stride(from: 5, through: Int(columns) - 1, by: 5) {
      text("\(number)", x: left + side * (Double(number) - 0.5), y: 56, anchor: "middle")
    }
    text(lastColumn, x: left + side * columns, y: 56, anchor: "end")
    for (number, row) in rows.enumerated() {
      let top = 62 + 16 * Double(number)
      text("\(number + 1) \(row.label.shortened(to: 18))", x: 0, y: top + 12)
      for (column, share) in row.shares.enumerated() {
        guard let share else { continue }
        bar(
          x: left + side * Double(column), y: top, width: side - 1, height: 15,
          colour: row.isUnknown ? "#bbbbbb" : Self.shade(share))
      }
    }
  }

  /// From white to dark blue; the root makes small shares visible.
  private static func shade(_ share: Double) -> String {
    let strength = min(1, max(0, share)).squareRoot()
    func channel(_ end: Double) -> String {
      let level = Int((255 + strength * (end - 255)).rounded())
      return (level < 16 ? "0" : "") + String(level, radix: 16)
    }
    return "#" + channel(0) + channel(60) + channel(120)
  }
}
