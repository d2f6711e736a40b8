public import DynamicChoice

/// Writes panels as CSV.
public enum PanelWriter {
  /// Writes a panel, customers by number; gzip where the name ends in `.gz`, standard output for "-".
  ///
  /// - Precondition: the rows are those of the layout.
  /// - Throws: ``FileError``; what was at the path is then untouched.
  /// - Complexity: O(rows x columns)
  public static func write(_ rows: PanelRows, layout: PanelLayout, to path: String) throws {
    let sink = try ByteSink(path: path)
    let titles = [layout.customer, layout.time] + layout.states.map(\.name) + [layout.action]
    try sink.write(titles.joined(separator: ",") + "\n")
    let states = layout.states.map { column in (0..<column.levels).map { text(of: $0, column) } }
    for row in 0..<rows.count {
      var line = "\(rows.customers[row]),\(rows.months[row])"
      for (column, codes) in rows.states.enumerated() {
        line += ","
        line += states[column][Int(codes[row])]
      }
      let action = rows.actions[row]
      line += ","
      line += action == PanelRows.locked ? "locked" : layout.actions[Int(action)][0]
      line += "\n"
      try sink.write(line)
    }
    try sink.finish()
  }

  private static func text(of code: Int, _ column: PanelLayout.Column) -> String {
    if case .names(let names) = column.content { return names[code] }
    let number = column.number(of: code)
    return Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}
