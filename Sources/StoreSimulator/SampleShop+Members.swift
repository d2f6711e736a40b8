internal import DynamicChoice
internal import Learning
internal import StoreData

extension SampleShop {
  /// Months that member histories cover: choices of plans need more than a season.
  private static let memberMonths = 36

  /// Customers whose histories are written at the most.
  private static let members = 2000

  /// Writes `members.csv` with its model file `membership.json`, and what was behind it under `truth`.
  func writeMembers(to folder: String) throws {
    let simulator = try SampleMembership.simulator()
    let rows = simulator.rows(
      customers: max(1, min(Self.members, recipe.customers)), months: Self.memberMonths, seed: recipe.seed)
    try PanelWriter.write(rows, layout: simulator.model.layout, to: "\(folder)/members.csv")
    try write(SampleMembership.document, to: "\(folder)/membership.json")
    let names = simulator.model.features.map(\.name)
    let theta = zip(names, SampleMembership.theta).map { ($0, JSONValue.number($1)) }
    try write(
      .object([
        "theta": .object(Dictionary(uniqueKeysWithValues: theta)),
        "chains": JSONValue(encoding: SampleMembership.chains),
      ]), to: "\(folder)/truth/membership.json")
  }

  func write(_ document: JSONValue, to path: String) throws {
    let sink = try ByteSink(path: path)
    try sink.write(document.text(indented: true) + "\n")
    try sink.finish()
  }
}
