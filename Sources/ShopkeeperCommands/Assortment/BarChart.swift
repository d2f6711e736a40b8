/// A chart of horizontal bars as SVG: no scripts, the same bytes for the same input.
struct BarChart {
  /// One line of the chart.
  struct Bar {
    let label: String
    /// What the wide bar shows.
    let value: Double
    /// What the narrow bar in front of it shows.
    let part: Double?
    /// Text behind the bar.
    let note: String
  }

  let title: String
  let description: String
  let bars: [Bar]

  private static let rowHeight = 22
  private static let labelWidth = 190
  private static let barWidth = 380
  private static let noteWidth = 230

  /// The picture, text at least 11 pixels high.
  var svg: String {
    let width = Self.labelWidth + Self.barWidth + Self.noteWidth
    let height = 34 + Self.rowHeight * bars.count
    let most = max(bars.map(\.value).max() ?? 0, 1e-300)
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" role="img" font-family="sans-serif" \
      font-size="12"><title>\(title.escapedForXML)</title><desc>\(description.escapedForXML)</desc>
      <text x="0" y="16" font-size="14" font-weight="bold">\(title.escapedForXML)</text>

      """
    for (row, bar) in bars.enumerated() {
      let top = 28 + row * Self.rowHeight
      func length(_ value: Double) -> String { (Double(Self.barWidth) * max(0, value) / most).fixed(1) }
      text +=
        "<text x=\"\(Self.labelWidth - 8)\" y=\"\(top + 14)\" text-anchor=\"end\">\(bar.label.shortened.escapedForXML)</text>"
      text +=
        "<rect x=\"\(Self.labelWidth)\" y=\"\(top + 3)\" width=\"\(length(bar.value))\" height=\"14\" fill=\"#9db8d2\"/>"
      if let part = bar.part {
        text +=
          "<rect x=\"\(Self.labelWidth)\" y=\"\(top + 6)\" width=\"\(length(part))\" height=\"8\" fill=\"#1f4e79\"/>"
      }
      text +=
        "<text x=\"\(Self.labelWidth + Self.barWidth + 8)\" y=\"\(top + 14)\">\(bar.note.escapedForXML)</text>\n"
    }
    return text + "</svg>\n"
  }
}

extension String {
  /// The text without characters that mean something in XML or HTML.
  var escapedForXML: String {
    var text = ""
    for character in printable {
      switch character {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      default: text.append(character)
      }
    }
    return text
  }

  /// At most 26 characters.
  fileprivate var shortened: String { count <= 26 ? self : prefix(25) + "…" }
}
