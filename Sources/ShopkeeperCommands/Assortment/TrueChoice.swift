internal import AssortmentPlanning
internal import ChoiceModels
internal import Learning
internal import LinearAlgebra

/// Another model of how customers choose, by which a plan is judged that was made for a chain.
enum TrueChoice {
  case chain(SubstitutionChain)
  case oracle(MultiStepChoice)

  private struct Document: Decodable {
    let products: [String]
    let choice: MultiStepChoice.Parameters
  }

  /// Reads a chain's folder or .bin file, or a document of a search-and-buy model; its products must be the market's.
  init(path: String, _ market: Market) throws {
    guard path.hasSuffix(".json") else {
      let named = try NamedChain(path: path)
      guard named.ids == market.ids else {
        throw Self.refusal(path, named.ids, market)
      }
      self = .chain(named.chain)
      return
    }
    let file = try MappedFile(path: path)
    let document: Document
    do {
      document = try file.withUnsafeBytes { try JSONValue(parsing: $0) }.decoded(as: Document.self)
    } catch {
      throw FileFormatError(
        path: path, given: "another document", expected: "products and choice of a search-and-buy model",
        advice: "generate writes one as truth/choice.json.")
    }
    let columns = Dictionary(document.products.enumerated().map { ($1, $0) }) { first, _ in first }
    let order = market.ids.compactMap { columns[$0] }
    let width = document.products.count
    guard order.count == width, market.ids.count == width,
      (document.choice.relevance + document.choice.utility).allSatisfy({ $0.count == width })
    else { throw Self.refusal(path, document.products, market) }
    var parameters = document.choice
    parameters.relevance = parameters.relevance.map { row in order.map { row[$0] } }
    parameters.utility = parameters.utility.map { row in order.map { row[$0] } }
    self = .oracle(try MultiStepChoice(parameters))
  }

  private static func refusal(_ path: String, _ ids: [String], _ market: Market) -> InvalidInput {
    InvalidInput(
      path, given: "a model of \(ids.count.counted("product"))",
      expected: "the \(market.ids.count.counted("product")) of --chain, each once")
  }

  /// Profit of a plan season by season.
  func profit(
    of units: [Int], _ economics: [ProductEconomics], demand: DemandForecast, paths: Int, seed: UInt64,
    on execution: Execution
  ) throws -> PathStatistics {
    switch self {
    case .chain(let chain):
      let bank = try PreferenceBank(chain, demand: demand, paths: paths, seed: seed, on: execution)
      return bank.profit(of: units, economics, threads: execution.threads)
    case .oracle(let choice):
      let season = OracleSeason(choice, demand: demand, paths: max(2, paths / 10), seed: seed)
      return try season.profit(of: units, economics, on: execution)
    }
  }
}
