extension EstimateDocument {
  /// Tastes of segments and of types, a line of values and a line of errors for each.
  func printGroups(on console: Console) throws {
    func print(
      _ title: String, _ size: String, _ rows: [(String, String, String, [String: Double], [String: Double])]
    )
      throws
    {
      var table = TextTable([.left(title), .right(size)] + theta.map { .right($0.name) })
      for (name, size, sizeError, values, errors) in rows {
        table.add([name, size] + theta.map { values[$0.name].map { $0.fixed(4) } ?? "-" })
        table.add(
          ["  se", sizeError] + theta.map { errors[$0.name].map { "(\($0.fixed(4)))" } ?? "-" })
      }
      try console.print(table)
    }
    if let segments {
      try print("segment", "customers", segments.map { ($0.name, $0.customers.grouped, "", $0.theta, $0.se) })
      let p = segments.first?.equal_tastes_p
      try console.print(
        "equal tastes in all segments: \(p.map { $0 < 1e-4 ? "p < 0.0001" : "p = \($0.fixed(4))" } ?? "not tested")"
      )
    }
    if let types, let types_loglik, let types_bic {
      try print(
        "type", "share",
        types.enumerated().map { k, type in
          (
            "\(k + 1)", type.share.fixed(3), type.share_se.map { "(\($0.fixed(3)))" } ?? "", type.theta,
            type.se
          )
        })
      try console.print(
        "\(types.count.counted("type")): log-likelihood \(types_loglik.fixed(3)), information criterion"
          + " \(types_bic.fixed(1))")
    }
  }
}
