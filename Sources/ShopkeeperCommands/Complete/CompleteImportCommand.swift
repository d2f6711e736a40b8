internal import Learning
internal import QueryCompletion
internal import StoreData

/// `shopkeeper complete import`
struct CompleteImportCommand: Command {
  static let name = "import"
  static let summary = "Clean a log and write it as examples, split by time."
  static let examples = ["shopkeeper complete import --format amazonqac --log log.jsonl.gz --out pairs"]

  let data = CompletionDataOptions()
  @Option("test-days", .number(0...365), "The log's last days, which become test.jsonl.") var testDays = 7.0
  @Option(.seed) var seed: UInt64
  @Option("out", short: "o", .folder(), "The folder that the three files go to.") var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let days = data.validationDays
    data.validationDays = days + testDays
    let read = try data.read(console, on: execution)
    let end = read.data.validation.last?.time ?? 0
    let border = end - testDays * 86_400
    let parts = [
      ("train", read.data.training), ("val", read.data.validation.filter { ($0.time ?? 0) <= border }),
      ("test", read.data.validation.filter { ($0.time ?? 0) > border }),
    ]
    var counts: [String: Int] = [:]
    try FolderReplacement.replace(out) { folder in
      for (name, examples) in parts {
        let rows = examples.enumerated().filter { $0.element.query.count > 1 }.map { number, example in
          var row = example
          row.prefix = example.typed(seed: seed, number: number)
          return row
        }
        try CompletionRows(rows).write(to: "\(folder)/\(name).jsonl")
        counts[name] = rows.count
      }
    }
    if json { return try console.print(json: counts) }
    try console.print(
      ["train", "val", "test"].map { "\((counts[$0] ?? 0).grouped) \($0)" }.joined(separator: ", ")
        + "; written to \(out)")
    if let report = read.report { try console.print(report.table) }
  }
}
