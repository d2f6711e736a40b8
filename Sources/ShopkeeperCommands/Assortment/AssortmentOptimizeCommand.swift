internal import AssortmentPlanning
internal import ChoiceModels
internal import Learning

/// `shopkeeper assortment optimize`
struct AssortmentOptimizeCommand: Command {
  static let name = "optimize"
  static let summary = "Choose what to offer when nothing that is offered runs out."
  static let examples = [
    "shopkeeper assortment optimize --chain shop/models/chain --catalogue products.csv --max-products 40"
  ]

  let market = MarketOptions()
  let rules = RuleOptions()
  @Option("weight-limit", .number(0...1e300), "Most weight on offer, by the catalogue's column weight.")
  var weightLimit: Double?
  @Option(.json) var json: Bool
  let work = WorkOptions()

  private struct Document: Encodable {
    let status: SolveStatus
    let conflict: String?
    let products: [String]
    let value: Double
    let bound: Double
    let gapPercent: Double
  }

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let market = try market.read(on: execution)
    let rules = try rules.rules(market)
    var request = AssortmentRequest(
      chain: market.chain, netRevenue: market.economics.map { $0.price - $0.cost })
    (request.maximumProducts, request.mustCarry, request.excluded, request.groups) = (
      rules.maximumProducts, rules.mustCarry, rules.excluded, rules.groups
    )
    if let weightLimit {
      (request.weights, request.weightLimit) = (market.economics.map(\.space), weightLimit)
    }
    if market.economics.contains(where: { $0.fixedCost > 0 }) {
      console.note("fixed costs are those of a season and count in assortment plan only")
    }
    let report = try AssortmentOptimizer().optimize(request, on: execution)
    let ids = report.products.products.map { market.ids[$0] }
    if json {
      return try console.print(
        json: Document(
          status: report.status, conflict: report.conflict?.description(naming: market.name), products: ids,
          value: report.value,
          bound: report.bound,
          gapPercent: report.gapPercent))
    }
    if let conflict = report.conflict {
      return try console.print("infeasible: \(conflict.description(naming: market.name))")
    }
    try console.print(
      "\(ids.count.counted("product")), \(report.value.fixed(6)) a customer, at most \(report.bound.fixed(6))"
        + " (\(report.status.rawValue), gap \(report.gapPercent.fixed(2)) %)")
    for id in ids { try console.print(id) }
  }
}
