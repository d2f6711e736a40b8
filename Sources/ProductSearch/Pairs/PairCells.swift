/// How often each pair of a query and a product was shown and acted upon, by position.
///
/// Pairs ascend by query and product, a pair's rows by position: sums over them do not depend on the log's order.
struct PairCells {
  /// Positions behind this one count as one.
  static let positions = 100

  /// What is known of a pair, its rows apart.
  struct Cell {
    let query: Int32
    let product: Int32
    var rows: Range<Int>
    /// Impressions, with a known position or not.
    var shown = 0
    /// Impressions that were acted upon.
    var acted = 0
    /// Summed weights of the actions on them.
    var value = 0.0
    /// Actions on products that no event shows.
    var unshownActions = 0
    /// Summed weights of those.
    var unshownValue = 0.0
  }

  private(set) var cells: [Cell] = []
  private(set) var position: [Int32] = []
  private(set) var shown: [Double] = []
  private(set) var acted: [Double] = []

  /// Groups what was shown.
  ///
  /// - Parameter include: whether a shown product counts.
  init(_ products: [ShownProduct], where include: (ShownProduct) -> Bool = { _ in true }) {
    let sorted = products.filter(include).sorted { Self.key($0) < Self.key($1) }
    var start = 0
    while start < sorted.count {
      var end = start
      let (first, firstRow) = (sorted[start], position.count)
      var cell = Cell(query: first.query, product: first.product, rows: 0..<0)
      while end < sorted.count, sorted[end].query == first.query, sorted[end].product == first.product {
        let item = sorted[end]
        end += 1
        guard item.isShown else {
          if item.isActedUpon { cell.unshownActions += 1 }
          cell.unshownValue += item.value
          continue
        }
        cell.shown += 1
        cell.value += item.value
        if item.isActedUpon { cell.acted += 1 }
        guard item.position > 0 else { continue }
        let place = Int32(min(Int(item.position), Self.positions))
        if position.count == firstRow || position.last != place {
          position.append(place)
          shown.append(0)
          acted.append(0)
        }
        shown[shown.count - 1] += 1
        if item.isActedUpon { acted[acted.count - 1] += 1 }
      }
      cell.rows = firstRow..<position.count
      cells.append(cell)
      start = end
    }
  }

  private static func key(_ item: ShownProduct) -> (Int32, Int32, Int32, Double) {
    (item.query, item.product, item.position, item.value)
  }

  /// Impressions of a pair whose position is known.
  func placed(_ cell: Cell) -> Double { cell.rows.reduce(0) { $0 + shown[$1] } }

  /// Clicks of a pair whose position is known.
  func placedActions(_ cell: Cell) -> Double { cell.rows.reduce(0) { $0 + acted[$1] } }
}
