/// A table of aligned text for people.
///
///     var table = TextTable(.right("score"), .left("product"))
///     table.add(0.8312.fixed(3), "cordless drill")
///     try console.print(table)
///
/// Cells are made printable, so a catalogue cannot play with the terminal.
struct TextTable {
  /// A column and how its cells are aligned.
  enum Column: Sendable {
    /// For words.
    case left(String)
    /// For numbers.
    case right(String)

    fileprivate var title: String {
      switch self {
      case .left(let title), .right(let title): title
      }
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  /// Creates a table without rows.
  init(_ columns: Column...) { self.init(columns) }

  /// Creates a table without rows.
  init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row with one cell for each column.
  mutating func add(_ cells: String...) { add(cells) }

  /// Adds a row with one cell for each column.
  mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count, "a row has a cell for every column")
    rows.append(cells.map(\.printable))
  }

  /// The lines: titles, then rows; columns are two spaces apart, the last one is not padded.
  ///
  /// - Complexity: O(size of the text)
  var text: String {
    let all = [columns.map(\.title)] + rows
    let widths = columns.indices.map { column in all.map { $0[column].displayWidth }.max() ?? 0 }
    return all.map { line(of: $0, widths) + "\n" }.joined()
  }

  private func line(of cells: [String], _ widths: [Int]) -> String {
    var line = ""
    for (place, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[place] - cell.displayWidth)
      switch columns[place] {
      case .left: line += cell + (place == cells.count - 1 ? "" : padding)
      case .right: line += padding + cell
      }
      if place < cells.count - 1 { line += "  " }
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}
