internal import ChoiceModels
internal import Learning
internal import StoreData

extension SampleShop {
  /// Sales of the type that has most products, with stock-outs.
  ///
  /// - Throws: ``InvalidInput`` when the shop has no product.
  public func sales() throws -> SampleSales { try SampleSales(of: self) }

  /// Writes `sales.csv`, prices and costs of its products as `products.csv`, and under `truth` how customers chose.
  func writeSales(to folder: String) throws {
    let sales = try sales()
    let ids = sales.positions.map { id(at: $0) }
    let table = try ByteSink(path: "\(folder)/sales.csv")
    try table.write("split,offered,product,count\n")
    for (split, rows) in [("train", sales.train), ("test", sales.test)] {
      for row in rows {
        let offered = (["0"] + row.offered.map { ids[$0] }).joined(separator: " ")
        try table.write("\(split),\(offered),\(row.bought.map { ids[$0] } ?? "0"),\(row.count)\n")
      }
    }
    try table.finish()
    let products = try ByteSink(path: "\(folder)/products.csv")
    try products.write("id,price,cost,vendor\n")
    for (id, position) in zip(ids, sales.positions) {
      let product = product(at: position)
      try products.write("\(id),\(product.price ?? 0),\(product.cost ?? 0),\(product.brand ?? "")\n")
    }
    try products.finish()
    try write(
      .object([
        "products": .array(ids.map { .string($0) }),
        "choice": JSONValue(encoding: sales.truth.parameters),
      ]), to: "\(folder)/truth/choice.json")
  }
}
