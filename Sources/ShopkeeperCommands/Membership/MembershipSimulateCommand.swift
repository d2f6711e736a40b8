internal import DynamicChoice
internal import Learning
internal import StoreData

/// `shopkeeper membership simulate`
struct MembershipSimulateCommand: Command {
  static let name = "simulate"
  static let summary = "Write a panel of customers who choose as a model and its parameters say."
  static let details = [
    "Without --model, --theta and --chains: a sample membership with three benefits, two prices and known truth. theta.json is an"
      + " object of feature names and numbers, chains.json an object of blocks, classes (member and outside, or always) and rows of"
      + " probabilities; --truth writes both as read."
  ]
  static let examples = [
    "shopkeeper membership simulate --customers 2000 --months 60 --seed 1 --out members.csv --truth truth.json"
  ]

  @Option("model", .file(), "The model: JSON of kind membership.") var model: String?
  @Option("theta", .file(), "The parameters: JSON.") var theta: String?
  @Option("chains", .file(), "The chains of engagement: JSON.") var chains: String?
  @Option("customers", .integer(1...10_000_000), "How many customers.") var customers = 2000
  @Option("months", .integer(1...1200), "How many months.") var months = 60
  @Option(.seed) var seed: UInt64
  @Option(.outFile) var out: String
  @Option("truth", .file(), "Where to write model, parameters and chains: JSON.") var truth: String?
  @Option(.json) var json: Bool

  private struct Truth: Encodable {
    let model: JSONValue
    let theta: [String: Double]
    let chains: EngagementChains
  }

  func run(_ console: Console) throws {
    guard (model == nil) == (theta == nil), (theta == nil) == (chains == nil) else {
      throw UsageError("--model, --theta and --chains go together")
    }
    guard customers * months <= Int(Int32.max) else {
      throw UsageError(
        "--customers times --months: given \(customers * months), expected at most \(Int32.max)")
    }
    let document = try model.map { try JSONValue(fileAt: $0) } ?? SampleMembership.document
    guard let membership = try ChoiceModelFile(document).membership else {
      throw InvalidInput("kind", given: "panel", expected: "membership")
    }
    let chains = try chains.map { try read($0, as: EngagementChains.self) } ?? SampleMembership.chains
    let parameters = try theta.map { try readParameters($0, membership) } ?? SampleMembership.theta
    let simulator = try MembershipSimulator(model: membership, theta: parameters, chains: chains)
    let rows = simulator.rows(customers: customers, months: months, seed: seed)
    try console.cancellation.check()
    try PanelWriter.write(rows, layout: membership.layout, to: out)
    if let truth {
      let names = membership.features.map(\.name)
      let value = Truth(
        model: document, theta: Dictionary(uniqueKeysWithValues: zip(names, parameters)), chains: chains)
      let sink = try ByteSink(path: truth)
      try sink.write(JSONValue(encoding: value).text(indented: true) + "\n")
      try sink.finish()
    }
    if out == "-" { return }
    let locked = rows.actions.count { $0 == PanelRows.locked }
    if json {
      return try console.print(
        json: ["rows": rows.count, "customers": customers, "months": months, "locked": locked])
    }
    try console.print(
      "\(rows.count.grouped) rows of \(customers.counted("customer")) over \(months.counted("month")),"
        + " \(locked.grouped) inside running plans; written to \(out)")
  }

  private func read<Value: Decodable>(_ path: String, as type: Value.Type) throws -> Value {
    let document = try JSONValue(fileAt: path)
    do {
      return try document.decoded(as: type)
    } catch {
      throw InvalidInput(
        path, given: "another form", expected: "blocks, then classes, then rows of numbers")
    }
  }

  private func readParameters(_ path: String, _ model: MembershipModel) throws -> [Double] {
    let names = model.features.map(\.name)
    guard let table = try? JSONValue(fileAt: path).decoded(as: [String: Double].self),
      Set(table.keys) == Set(names)
    else {
      throw InvalidInput(
        path, given: "other names", expected: "one number for each of \(names.joined(separator: ", "))")
    }
    return names.map { table[$0] ?? 0 }
  }
}
