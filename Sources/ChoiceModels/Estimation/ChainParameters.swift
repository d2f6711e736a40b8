/// First wishes and rows of a chain as estimation sees them: buying nothing is the last state, always on offer.
struct ChainParameters: Sendable {
  /// Probability of each state as first wish; the last one is no wish.
  var first: [Double]

  /// A row a product, with one column more for leaving.
  var rows: [Double]

  /// How many products there are.
  var productCount: Int { first.count - 1 }

  init(first: [Double], rows: [Double]) {
    self.first = first
    self.rows = rows
  }

  /// Every wish alike; a product that was never bought is not wished, since nothing is known of it.
  static func uniform(_ sales: SalesWithOffers) -> ChainParameters {
    let n = sales.productCount
    let wished = sales.productTotals.map { $0 > 0 } + [sales.recordsNoPurchase]
    let others = Double(wished.count { $0 })
    var rows = [Double](repeating: 0, count: n * (n + 1))
    for i in 0..<n {
      let targets = wished.indices.filter { wished[$0] && $0 != i }
      for j in targets { rows[i * (n + 1) + j] = 1 / Double(targets.count) }
      if targets.isEmpty { rows[i * (n + 1) + n] = 1 }
    }
    return ChainParameters(first: wished.map { $0 ? 1 / others : 0 }, rows: rows)
  }

  init(_ logit: LogitModel) {
    let n = logit.productCount
    let v = logit.attractions + [logit.outsideAttraction]
    var rows = [Double](repeating: 0, count: n * (n + 1))
    for i in 0..<n {
      let rest = 1 - v[i]
      for j in 0...n where j != i { rows[i * (n + 1) + j] = rest > 0 ? v[j] / rest : j == n ? 1 : 0 }
    }
    self.init(first: v, rows: rows)
  }

  init(_ chain: SubstitutionChain) {
    let n = chain.productCount
    let dense = chain.transitions.denseRows
    var rows = [Double](repeating: 0, count: n * (n + 1))
    for i in 0..<n {
      for j in 0..<n { rows[i * (n + 1) + j] = dense[i, j] }
      rows[i * (n + 1) + n] = chain.leaving[i]
    }
    self.init(first: chain.firstChoice + [chain.noWish], rows: rows)
  }

  /// The chain; rows that nobody leaves by any way lead to leaving, as nothing else is known.
  func chain() throws -> SubstitutionChain {
    let n = productCount
    var values = [Double](repeating: 0, count: n * n)
    var leaving = [Double](repeating: 0, count: n)
    for i in 0..<n {
      let row = rows[i * (n + 1)..<(i + 1) * (n + 1)]
      let sum = row.reduce(0, +)
      leaving[i] = row.last! / sum
      for j in 0..<n { values[i * n + j] = row[row.startIndex + j] / sum }
    }
    let wishes = first.reduce(0, +)
    return try SubstitutionChain(
      firstChoice: first.dropLast().map { $0 / wishes },
      transitions: .dense(DenseTransitions(productCount: n, values: values)), leaving: leaving)
  }
}
