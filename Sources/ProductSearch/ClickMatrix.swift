internal import LinearAlgebra

/// Which distinct queries led to which products.
struct ClickMatrix {
  /// Distinct queries, by the order of their first pair.
  let queries: [String]

  /// Queries x products: the pairs' summed weights.
  let labels: SparseMatrix

  init(_ data: ProductSearchData) {
    var rows: [String: Int] = [:]
    var queries: [String] = []
    var entries: [[(column: Int, value: Float)]] = []
    for pair in data.pairs {
      let row = rows[pair.query] ?? queries.count
      if row == queries.count {
        rows[pair.query] = row
        queries.append(pair.query)
        entries.append([])
      }
      entries[row].append((pair.product, pair.weight))
    }
    var builder = SparseMatrix.Builder(columns: data.products.count)
    for row in entries { builder.append(row: row) }
    self.queries = queries
    labels = builder.finish()
  }
}
