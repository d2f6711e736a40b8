/// A chart as SVG: no scripts, fonts or network, the same bytes for the same input, readable from 390 pixels on.
struct SVGChart {
  /// Width of all charts in their own units; text of 12 units is 12 pixels on a phone.
  static let width = 390.0

  /// Colours that colour-blind people tell apart (M. Okabe, K. Ito: "Color Universal Design", 2008).
  static let colours = [
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000",
  ]

  private let title: String
  private let summary: String
  private var body = ""
  private var height = 0.0

  /// Starts a chart; screen readers are told its title and summary.
  init(title: String, summary: String) {
    (self.title, self.summary) = (title, summary)
    text(title, x: 0, y: 16, size: 14, isBold: true)
  }

  /// Places a text.
  mutating func text(
    _ text: String, x: Double, y: Double, size: Double = 12, anchor: String = "start", isBold: Bool = false
  ) {
    body +=
      "<text x=\"\(x.coordinate)\" y=\"\(y.coordinate)\" font-size=\"\(size.coordinate)\" text-anchor=\"\(anchor)\""
      + (isBold ? " font-weight=\"bold\"" : "") + ">\(text.markupEscaped)</text>\n"
    height = max(height, y + 6)
  }

  /// Places a filled rectangle.
  mutating func bar(x: Double, y: Double, width: Double, height: Double, colour: String) {
    body +=
      "<rect x=\"\(x.coordinate)\" y=\"\(y.coordinate)\" width=\"\(max(0, width).coordinate)\""
      + " height=\"\(height.coordinate)\" fill=\"\(colour)\"/>\n"
    self.height = max(self.height, y + height + 4)
  }

  /// Places a line.
  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, colour: String = "#555555", width: Double = 1
  ) {
    body +=
      "<line x1=\"\(x1.coordinate)\" y1=\"\(y1.coordinate)\" x2=\"\(x2.coordinate)\" y2=\"\(y2.coordinate)\""
      + " stroke=\"\(colour)\" stroke-width=\"\(width.coordinate)\"/>\n"
    height = max(height, max(y1, y2) + 4)
  }

  /// Places a dot.
  mutating func dot(x: Double, y: Double, colour: String) {
    body += "<circle cx=\"\(x.coordinate)\" cy=\"\(y.coordinate)\" r=\"4\" fill=\"\(colour)\"/>\n"
    height = max(height, y + 6)
  }

  /// Places a filled area between points.
  mutating func area(_ points: [(x: Double, y: Double)], colour: String) {
    let path = points.map { "\($0.x.coordinate),\($0.y.coordinate)" }.joined(separator: " ")
    body += "<polygon points=\"\(path)\" fill=\"\(colour)\"/>\n"
    height = max(height, (points.map(\.y).max() ?? 0) + 4)
  }

  /// Explains colours in a row from a place on; the place below it.
  mutating func legend(_ names: [String], y: Double, colours: [String] = Self.colours) -> Double {
    var (x, y) = (0.0, y)
    for (place, name) in names.enumerated() {
      let needed = 24 + 7 * Double(name.count)
      if x + needed > Self.width { (x, y) = (0, y + 18) }
      bar(x: x, y: y - 10, width: 12, height: 12, colour: colours[place % colours.count])
      text(name, x: x + 16, y: y)
      x += needed
    }
    return y + 14
  }

  /// The document.
  var document: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width.coordinate) \(height.coordinate)" role="img" \
    font-family="sans-serif" fill="#222222">
    <title>\(title.markupEscaped)</title>
    <desc>\(summary.markupEscaped)</desc>
    \(body)</svg>

    """
  }
}

extension Double {
  /// With one decimal, as coordinates need it.
  fileprivate var coordinate: String {
    let text = fixed(1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension String {
  /// With the characters that mean something in markup replaced.
  var markupEscaped: String {
    var escaped = ""
    for character in self {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
