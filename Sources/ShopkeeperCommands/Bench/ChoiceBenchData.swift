internal import ChoiceModels
internal import Learning
internal import LinearAlgebra
internal import StoreData

/// Where benches of choice models and plans find what they measure.
struct ChoiceBenchData {
  /// The folder that was given, else `$SHOPKEEPER_DATA`, else `../shared/data`.
  let folder: String

  init(_ folder: String?, _ console: Console) {
    self.folder = folder ?? console.environment["SHOPKEEPER_DATA"] ?? "../shared/data"
  }

  /// A file of the folder; nil and a note where it is missing.
  func path(_ name: String, _ console: Console) -> String? {
    let path = "\(folder)/\(name)"
    if (try? MappedFile(path: path)) != nil { return path }
    console.note("no \(path); its figures are left out")
    return nil
  }

  /// A scanner panel: brand constants, price in units of its mean, display and feature where present.
  ///
  /// Households whose number is a multiple of 5 are the test part.
  static func panel(_ path: String) throws -> (train: ChoiceObservations, test: ChoiceObservations) {
    let table = try DelimitedTable(path: path)
    func column(_ matches: (String) -> Bool) throws -> Int {
      guard let found = table.columns.firstIndex(where: matches) else {
        throw InvalidInput(table.name, given: "other columns", expected: "a scanner panel")
      }
      return found
    }
    let choice = try column { $0 == "choice" || $0.hasSuffix(".choice") }
    let household = try column { $0 == "id" || $0.hasSuffix(".hid") }
    let brands = table.columns.filter { $0.hasPrefix("price.") }.map { String($0.dropFirst(6)) }
    guard !brands.isEmpty else {
      throw InvalidInput(table.name, given: "no prices", expected: "columns price.BRAND")
    }
    let attributes = ["price", "disp", "feat"].filter { table.column("\($0).\(brands.first ?? "")") != nil }
    let columns = try brands.flatMap { brand in
      try attributes.map { attribute in try column { $0 == "\(attribute).\(brand)" } }
    }
    var rows = try table.rows.map { row in
      try columns.map { position in
        guard let value = Double(row.fields[position]) else {
          throw InvalidInput(
            "\(table.name) line \(row.line)", given: row.fields[position], expected: "a number")
        }
        return value
      }
    }
    let prices = rows.reduce(0.0) { sum, row in
      sum + stride(from: 0, to: row.count, by: attributes.count).reduce(0) { $0 + row[$1] }
    }
    let mean = prices / Double(max(1, rows.count * brands.count))
    for t in rows.indices {
      for k in stride(from: 0, to: rows[t].count, by: attributes.count) { rows[t][k] /= mean }
    }
    func part(_ isTest: Bool) throws -> ChoiceObservations {
      let kept = table.rows.indices.filter {
        ((Int(table.rows[$0].fields[household]) ?? 0) % 5 == 0) == isTest
      }
      return try ChoiceObservations(
        alternatives: brands, attributes: attributes, values: kept.flatMap { rows[$0] },
        choices: kept.map { brands.firstIndex(of: table.rows[$0].fields[choice]) ?? -1 })
    }
    return (try part(false), try part(true))
  }
}
