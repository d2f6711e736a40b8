internal import ChoiceModels
internal import Learning
internal import StoreData

/// Sales by offer set, as read from a table: `split, offered, product, count`.
///
/// `offered` holds ids separated by blanks; 0 stands for buying nothing, which is always possible where it is recorded.
struct OfferSales {
  let ids: [String]
  let train: SalesWithOffers
  let test: SalesWithOffers?
  let fingerprint: String

  init(_ table: DelimitedTable) throws {
    guard let offered = table.column("offered"), let product = table.column("product"),
      let count = table.column("count")
    else {
      throw InvalidInput(table.name, given: "other columns", expected: "offered, product and count")
    }
    let split = table.column("split")
    let sets = table.rows.map { $0.fields[offered].split(separator: " ").map(String.init) }
    let recordsNone = sets.contains { $0.contains("0") }
    let ids = Set(sets.joined()).subtracting(["0"]).sorted {
      (Int($0) ?? .max, $0) < (Int($1) ?? .max, $1)
    }
    let numbers = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
    var problems = Violations()
    var rows: (train: [SalesWithOffers.Row], test: [SalesWithOffers.Row]) = ([], [])
    for (row, set) in zip(table.rows, sets) where problems.all.count < 10 {
      let place = "\(table.name) line \(row.line)"
      let bought = row.fields[product]
      problems.require(
        !recordsNone || set.contains("0"), place, given: "an offer set without 0",
        expected: "0, buying nothing, in every set")
      problems.require(
        set.contains(bought), place, given: "\(bought) bought while not on offer",
        expected: "a product of the offer set")
      let times = Double(row.fields[count]) ?? .nan
      problems.require(
        times > 0 && times == times.rounded(), place, given: "a count of \(row.fields[count])",
        expected: "a whole number above 0")
      let part = split.map { row.fields[$0] } ?? "train"
      problems.require(
        part == "train" || part == "test", place, given: "split \(part)", expected: "train or test")
      guard problems.all.isEmpty else { continue }
      let entry = SalesWithOffers.Row(
        offered: set.filter { $0 != "0" }.map { numbers[$0]! },
        product: bought == "0" ? nil : numbers[bought]!,
        count: times)
      if part == "train" { rows.train.append(entry) } else { rows.test.append(entry) }
    }
    try problems.throwIfAny()
    self.ids = ids
    train = try SalesWithOffers(productCount: ids.count, rows: rows.train)
    test = rows.test.isEmpty ? nil : try SalesWithOffers(productCount: ids.count, rows: rows.test)
    fingerprint = table.fingerprint
  }
}
