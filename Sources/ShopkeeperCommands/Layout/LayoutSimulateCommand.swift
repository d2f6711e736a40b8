internal import Bandits
internal import Learning
internal import LinearAlgebra

/// `shopkeeper layout simulate`
struct LayoutSimulateCommand: Command {
  static let name = "simulate"
  static let summary = "Run layout policies where the truth is known, and compare what they lose."
  static let details = [
    "Policies: \(BenchBanditsLayoutsCommand.all.map(\.name).joined(separator: ", ")). Environments: generated ones of a kind, or"
      + " the files <kind>_<seed>.json of a folder."
  ]
  static let examples = [
    "shopkeeper layout simulate --kind conv48-weak --seeds 0:5 --policies auto,mvt1,d_mabs --steps 20000"
  ]

  @Option("environments", .folder(), "A folder of environments instead of generated ones.") var folder:
    String?
  @Option("kind", .text("NAME"), "The kind of generated environments.") var kind = "conv48-weak"
  @Option("seeds", .text("FIRST:END"), "The seeds of generated environments.") var seeds = "0:10"
  @Option("policies", .text("NAMES"), "Which policies, with commas.") var policies = "auto,mvt1,d_mabs,random"
  @Option("steps", .integer(1...10_000_000), "Steps of a run.") var steps = 50_000
  @Option("batch", .integer(1...1_000_000), "Steps of a batch.") var batch = 1000
  @Option("keep-environments", .folder(), "Also write the environments to this folder.") var kept: String?
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    struct Row: Encodable {
      let kind, policy: String
      let environments: Int
      let regret, se, early, tail, floor_cost: Double
      let regrets: [Double]
    }
    let execution = console.execution(work)
    let study = LayoutStudy(steps: steps, batch: batch)
    let chosen = try LayoutStudy.policies(named: policies)
    var rows: [Row] = []
    for (kind, environments) in try LayoutStudy.environments(folder: folder, kinds: kind, seeds: seeds) {
      if let kept {
        for environment in environments { try LayoutEnvironmentFile.write(environment, in: kept) }
      }
      let results = try study.run(chosen, on: environments, kind: kind, execution)
      for (policy, runs) in zip(chosen, results) {
        let totals = runs.map(\.total)
        rows.append(
          Row(
            kind: kind, policy: policy.name, environments: runs.count, regret: totals.mean,
            se: totals.standardError,
            early: runs.map(\.early).mean, tail: runs.map { $0.tail(batch: batch) }.mean,
            floor_cost: runs.map(\.floorCost).mean, regrets: totals))
      }
    }
    if json { return try console.print(json: rows) }
    var table = TextTable(
      .left("kind"), .left("policy"), .right("regret"), .right("± s.e."), .right("first ten batches"),
      .right("a step at the end"), .right("of it floor"))
    for row in rows {
      table.add(
        row.kind, row.policy, row.regret.fixed(1), row.se.fixed(1), row.early.fixed(1), row.tail.fixed(5),
        row.floor_cost.fixed(1))
    }
    try console.print(table)
  }
}
