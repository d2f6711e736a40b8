/// What a benchmark prints: named figures; one that could not be had is left out.
struct BenchFigures {
  let bench: String
  private(set) var names: [String] = []
  private(set) var values: [String: Double] = [:]

  init(_ bench: String) { self.bench = bench }

  /// Sets a figure.
  subscript(name: String) -> Double? {
    get { values[name] }
    set {
      guard let newValue, newValue.isFinite else { return }
      if values[name] == nil { names.append(name) }
      values[name] = newValue
    }
  }

  /// Prints one JSON object, or a table.
  func print(json: Bool, on console: Console) throws {
    struct Document: Encodable {
      let bench: String
      let figures: [String: Double]
    }
    if json { return try console.print(json: Document(bench: bench, figures: values)) }
    var table = TextTable(.left("figure"), .right("value"))
    for name in names { table.add(name, values[name]!.significant(4)) }
    try console.print(table)
  }
}

extension Double {
  /// The number with about so many significant digits, without an exponent.
  func significant(_ digits: Int) -> String {
    guard isFinite, self != 0 else { return fixed(0) }
    var (decimals, bound) = (digits - 1, 10.0)
    while decimals > 0, abs(self) >= bound { (decimals, bound) = (decimals - 1, bound * 10) }
    bound = 1
    while abs(self) < bound, decimals < 12 { (decimals, bound) = (decimals + 1, bound / 10) }
    return fixed(decimals)
  }
}
