internal import AssortmentPlanning
internal import ChoiceModels
internal import Learning
internal import StoreData

/// A substitution chain with the ids of its products, as commands read and write it.
struct NamedChain {
  static let archiveKind = "assortment-chain"

  let chain: SubstitutionChain
  let ids: [String]
  /// Ids of products of whose substitutes the data says nothing.
  let notIdentified: [String]
  /// Whether rows that the data does not identify rest on a model of their own.
  let hasPrior: Bool
  /// Prices and costs, where the file has them.
  let economics: [ProductEconomics]?

  init(_ chain: SubstitutionChain, ids: [String], notIdentified: [String] = [], hasPrior: Bool = true) {
    (self.chain, self.ids, self.notIdentified, self.hasPrior, economics) = (
      chain, ids, notIdentified, hasPrior, nil
    )
  }

  /// Reads a folder written by `assortment fit`, or one file with chain, prices and costs.
  init(path: String) throws {
    guard path.hasSuffix(".bin") else {
      let archive = try ModelArchive(contentsOf: path, kind: Self.archiveKind)
      chain = try SubstitutionChain(archive.section("chain"))
      ids = try archive.value("products", as: [String].self)
      notIdentified = try archive.value("not_identified", as: [String].self)
      hasPrior = try archive.value("has_prior", as: Bool.self)
      economics = nil
      guard ids.count == chain.productCount else {
        throw InvalidInput(path, given: "\(ids.count) ids", expected: "\(chain.productCount) as in the chain")
      }
      return
    }
    let instance = try ChainInstance(contentsOf: path)
    chain = instance.chain
    ids = (0..<chain.productCount).map(String.init)
    (notIdentified, hasPrior) = ([], true)
    economics = zip(instance.prices, instance.costs).map { ProductEconomics(price: $0, cost: $1) }
  }

  func write(to path: String, model: String, dataFingerprint: String?) throws {
    try ModelArchive.write(to: path, kind: Self.archiveKind, dataFingerprint: dataFingerprint) { archive in
      try archive.section("chain") { try chain.write(to: &$0) }
      try archive.add("products", value: ids)
      try archive.add("not_identified", value: notIdentified)
      try archive.add("has_prior", value: hasPrior)
      try archive.add("model", value: model)
    }
  }
}

/// Options that say how customers choose and what products cost.
struct MarketOptions: OptionGroup {
  @Option("chain", .text("DIR"), "How customers choose: a folder of assortment fit, or a .bin file.")
  var chain: String
  @Option(
    "catalogue", .file(), "Prices and costs, CSV: id, price, cost; a .bin file of --chain has its own.",
    details:
      "Optional columns: salvage, vendor, weight, fixed_cost, min_order, pack, max_units, discount_breaks (as 100:3.5 500:3,"
      + " unit costs from a number of units on) and discount_kind (incremental, or allUnits). Every product of the chain"
      + " needs a row; others are left out.") var catalogue: String?

  func read(on execution: Execution) throws -> Market {
    let named = try NamedChain(path: chain)
    if let catalogue {
      let table = try DelimitedTable(path: catalogue, on: execution)
      return Market(
        chain: named.chain, ids: named.ids, economics: try economics(of: named.ids, table),
        fingerprint: table.fingerprint, notIdentified: Set(named.notIdentified), hasPrior: named.hasPrior)
    }
    guard let economics = named.economics else { throw UsageError("--chain \(chain) needs --catalogue") }
    return Market(
      chain: named.chain, ids: named.ids, economics: economics, fingerprint: nil, notIdentified: [],
      hasPrior: true)
  }

  private func economics(of ids: [String], _ table: DelimitedTable) throws -> [ProductEconomics] {
    var problems = Violations()
    for name in ["id", "price", "cost"] {
      problems.require(
        table.column(name) != nil, table.name, given: "no column \(name)", expected: "id, price and cost")
    }
    try problems.throwIfAny()
    var found: [String: ProductEconomics] = [:]
    for row in table.rows where problems.all.count < 20 {
      let place = "\(table.name) line \(row.line)"
      func number(_ name: String, _ fallback: Double) -> Double {
        guard let column = table.column(name), !row.fields[column].isEmpty else { return fallback }
        guard let value = Double(row.fields[column]), value.isFinite, value >= 0 else {
          problems.require(
            false, "\(place) \(name)", given: row.fields[column], expected: "a number from 0 on")
          return fallback
        }
        return value
      }
      func whole(_ name: String, _ fallback: Int?) -> Int? {
        guard let column = table.column(name), !row.fields[column].isEmpty else { return fallback }
        guard let value = Int(row.fields[column]), value >= 0, value < Int(Int32.max) else {
          problems.require(
            false, "\(place) \(name)", given: row.fields[column],
            expected: "a whole number from 0 to 2^31 - 2")
          return fallback
        }
        return value
      }
      let id = row.fields[table.column("id")!]
      problems.require(found[id] == nil, place, given: "product \(id) again", expected: "each product once")
      var product = ProductEconomics(price: number("price", 0), cost: number("cost", 0))
      product.salvage = number("salvage", 0)
      product.space = number("weight", 1)
      product.fixedCost = number("fixed_cost", 0)
      product.minimumOrder = whole("min_order", 1) ?? 1
      product.packSize = whole("pack", 1) ?? 1
      product.maximumUnits = whole("max_units", nil)
      if let column = table.column("vendor"), !row.fields[column].isEmpty {
        product.vendor = row.fields[column]
      }
      if let column = table.column("discount_breaks") {
        product.discounts = row.fields[column].split(separator: " ").compactMap { text in
          let parts = text.split(separator: ":")
          guard parts.count == 2, let units = Int(parts[0]), let cost = Double(parts[1]), cost.isFinite else {
            problems.require(
              false, "\(place) discount_breaks", given: text.description.echoed, expected: "UNITS:COST")
            return nil
          }
          return PurchaseTerms.Break(units: units, cost: cost)
        }
      }
      if let column = table.column("discount_kind"), !row.fields[column].isEmpty {
        let kind = PurchaseTerms.Discount(rawValue: row.fields[column])
        problems.require(
          kind != nil, "\(place) discount_kind", given: row.fields[column].echoed,
          expected: "incremental or allUnits")
        product.discountKind = kind ?? .incremental
      }
      problems.append(contentsOf: product.violations(place))
      found[id] = product
    }
    let missing = ids.filter { found[$0] == nil }
    problems.require(
      missing.isEmpty, table.name, given: "no row for \(missing.prefix(10).joined(separator: ", "))",
      expected: "a row for every product of the chain")
    try problems.throwIfAny()
    return ids.map { found[$0]! }
  }
}

/// What a plan rests on.
struct Market {
  let chain: SubstitutionChain
  let ids: [String]
  let economics: [ProductEconomics]
  /// Fingerprint of the catalogue, where it is a file of its own.
  let fingerprint: String?
  /// Ids of products of whose substitutes the sales say nothing.
  let notIdentified: Set<String>
  /// Whether these rest on a model of their own.
  let hasPrior: Bool

  /// The id of a product.
  func name(_ product: Int) -> String { ids[product] }

  /// Numbers of ids.
  ///
  /// - Throws: `InvalidInput` naming up to 10 unknown ones.
  func numbers(of ids: [String], _ subject: String) throws -> [Int] {
    let known = Dictionary(self.ids.enumerated().map { ($1, $0) }) { first, _ in first }
    let unknown = ids.filter { known[$0] == nil }
    guard unknown.isEmpty else {
      throw InvalidInput(
        subject, given: "unknown products \(unknown.prefix(10).joined(separator: ", "))",
        expected: "ids of the chain")
    }
    return ids.map { known[$0]! }
  }

  /// Units of a plan file.
  ///
  /// - Throws: `InvalidInput` when it was made for another catalogue, or has unknown products or units that are no number.
  func units(plan path: String, on execution: Execution) throws -> [Int] {
    let table = try DelimitedTable(path: path, on: execution)
    guard let id = table.column("id"), let units = table.column("units") else {
      throw InvalidInput(path, given: "no columns id and units", expected: "a file of assortment plan")
    }
    if let catalogue = table.column("catalogue"), let fingerprint,
      let other = table.rows.first(where: {
        !$0.fields[catalogue].isEmpty && $0.fields[catalogue] != fingerprint
      })
    {
      throw InvalidInput(
        path, given: "a plan for the catalogue \(other.fields[catalogue])", expected: fingerprint,
        advice: "Plan again for this catalogue.")
    }
    let numbers = try numbers(of: table.rows.map { $0.fields[id] }, path)
    var result = [Int](repeating: 0, count: ids.count)
    var problems = Violations()
    for (row, number) in zip(table.rows, numbers) where problems.all.count < 10 {
      guard let count = Int(row.fields[units]), count >= 0, count < Int(Int32.max) else {
        problems.require(
          false, "\(path) line \(row.line) units", given: row.fields[units], expected: "0 to 2^31 - 2")
        continue
      }
      result[number] = count
    }
    try problems.throwIfAny()
    return result
  }
}
