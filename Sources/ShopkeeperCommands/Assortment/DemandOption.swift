internal import AssortmentPlanning
internal import Learning
internal import StoreData

/// `--customers`: how many customers come.
struct DemandOption: OptionGroup {
  @Option(
    "customers", .text("KIND:N"),
    "How many customers come: fixed:1000, poisson:1000, negbin:1000,0.3 or file:scenarios.csv.",
    details:
      "negbin takes mean and dispersion, the variance being mean + dispersion mean^2. A file has the columns name, weight,"
      + " customers and optionally chain, a folder or .bin file for each scenario.") var customers: String

  func forecast(on execution: Execution) throws -> DemandForecast {
    let parts = customers.split(separator: ":", maxSplits: 1).map(String.init)
    let refused = UsageError(
      "--customers: given \(customers.echoed), expected fixed:N, poisson:MEAN, negbin:MEAN,DISPERSION or file:FILE"
    )
    guard parts.count == 2 else { throw refused }
    switch parts[0] {
    case "fixed":
      guard let count = Int(parts[1]) else { throw refused }
      return .fixed(count)
    case "poisson":
      guard let mean = Double(parts[1]) else { throw refused }
      return .poisson(mean)
    case "negbin":
      let numbers = parts[1].split(separator: ",").map { Double($0) }
      guard numbers.count == 2, let mean = numbers[0], let dispersion = numbers[1] else { throw refused }
      return .negativeBinomial(mean: mean, dispersion: dispersion)
    case "file":
      return .scenarios(try scenarios(DelimitedTable(path: parts[1], on: execution)))
    default: throw refused
    }
  }

  private func scenarios(_ table: DelimitedTable) throws -> [DemandScenario] {
    guard let name = table.column("name"), let weight = table.column("weight"),
      let customers = table.column("customers")
    else {
      throw InvalidInput(table.name, given: "other columns", expected: "name, weight and customers")
    }
    return try table.rows.map { row in
      guard let share = Double(row.fields[weight]), let count = Int(row.fields[customers]) else {
        throw InvalidInput(
          "\(table.name) line \(row.line)", given: "a weight or customers that is no number",
          expected: "numbers")
      }
      let path = table.column("chain").map { row.fields[$0] } ?? ""
      return DemandScenario(
        name: row.fields[name], weight: share, customers: count,
        chain: path.isEmpty ? nil : try NamedChain(path: path).chain)
    }
  }
}
