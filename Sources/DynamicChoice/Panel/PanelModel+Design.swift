internal import LinearAlgebra

extension PanelModel {
  /// Up to how many levels a column of the state has a column for each of them; a cubic describes more.
  private static let largestTable = 12

  /// A constant, and columns for each variable of the state and for the period; nil where that is too large.
  func design(periods: Int) -> StateDesign? {
    let sizes = state.map { ($0.name, $0.levels) } + [(columns.time, periods)]
    let widths = sizes.map { $0.1 <= Self.largestTable ? $0.1 - 1 : 3 }
    let (states, width) = (stateCount * periods, 1 + widths.reduce(0, +))
    guard states * width <= 1 << 24 else { return nil }
    var design = DoubleMatrix(rows: states, columns: width)
    var variables: [StateDesign.Variable] = []
    var column = 1
    for (place, (name, levels)) in sizes.enumerated() where widths[place] > 0 {
      variables.append(.init(name: name, columns: column..<column + widths[place]))
      for s in 0..<states {
        let code = place < state.count ? codes(of: s % stateCount)[place] : s / stateCount
        if levels <= Self.largestTable {
          if code > 0 { design[s, column + code - 1] = 1 }
        } else {
          // From -1 to 1, so that powers are of one size.
          let x = 2 * Double(code) / Double(levels - 1) - 1
          for k in 0..<3 { design[s, column + k] = power(x, k + 1) }
        }
      }
      column += widths[place]
    }
    for s in 0..<states { design[s, 0] = 1 }
    return StateDesign(design, variables: variables)
  }
}
