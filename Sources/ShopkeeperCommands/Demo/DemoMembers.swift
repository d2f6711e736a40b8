internal import DynamicChoice
internal import Learning
internal import StoreData

/// What the demo learns of members: true values, estimated ones, and those of a logit that looks at today alone.
struct DemoMembers {
  private let rows: [(name: String, truth: Double, estimate: Estimate, today: Double)]

  private struct Truth: Decodable {
    let theta: [String: Double]
  }

  /// Estimates from the shop's panel, writes the model, and reads the truth for the table alone.
  init(shop: String, on execution: Execution) throws {
    let file = try ChoiceModelFile(contentsOf: "\(shop)/membership.json")
    let panel = try ChoicePanel.read(
      contentsOf: "\(shop)/members.csv", layout: file.layout, allowsGaps: false)
    let estimate = try ChoiceEstimate(file, panel, recipe: EstimationRecipe(), on: execution)
    try execution.cancellation.check()
    try estimate.write(to: "\(shop)/models/membership")
    var recipe = EstimationRecipe()
    recipe.method = .static
    let today = try ChoiceEstimate(file, panel, recipe: recipe, on: execution)
    let truth = try JSONValue(fileAt: "\(shop)/truth/membership.json").decoded(as: Truth.self).theta
    rows = zip(estimate.parameters, today.parameters).map { parameter, other in
      (parameter.name, truth[parameter.name] ?? .nan, parameter, other.value)
    }
  }

  func print(on console: Console, shop: String) throws {
    var table = TextTable(
      .left("what members value"), .right("truth"), .right("estimate"), .left("95 % interval"),
      .right("today alone"))
    for row in rows {
      let ends = [row.estimate.low, row.estimate.high].map { $0.map { $0.fixed(3) } ?? "-" }
      table.add(
        row.name, row.truth.fixed(3), row.estimate.value.fixed(3), "\(ends[0]) to \(ends[1])",
        row.today.fixed(3))
    }
    try console.print("")
    try console.print(table)
    let price = rows.first { $0.name == "price" }
    try console.print(
      "\nThe estimate knows that a choice today changes tomorrow's; a logit of today alone"
        + ((price?.today ?? 0) < 0 ? " finds that members like to pay." : " does not.") + " Next:"
        + "\n  shopkeeper membership identify --panel \(shop)/members.csv --model \(shop)/membership.json")
  }
}
