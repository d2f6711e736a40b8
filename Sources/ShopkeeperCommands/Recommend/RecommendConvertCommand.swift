internal import Learning
internal import PolicyEvaluation
internal import StoreData

/// The formats that logs are written in, as the user types them.
enum WrittenDecisionFormatName: String, OptionChoice {
  case jsonLines = "jsonl"
  case vowpalWabbitLines = "vw-cb"
  case vowpalWabbitBlocks = "vw-adf"
}

/// `shopkeeper recommend convert`
struct RecommendConvertCommand: Command {
  static let name = "convert"
  static let summary = "Write a log of decisions in another format."
  static let examples = [
    "shopkeeper recommend convert --log all.csv.gz --format obd --to vw-adf --out all.vw.gz",
    "shopkeeper recommend convert --log decisions.vw --format vw-adf --to jsonl --out decisions.jsonl",
  ]

  let data = DecisionLogOptions()
  @Option("to", .choice(), "The format to write.") var target: WrittenDecisionFormatName
  @Option(.outFile) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    struct Summary: Encodable {
      let rows, rejected: Int
      let out: String
    }
    let execution = console.execution(work)
    let (log, report) = try data.read(console, on: execution)
    switch target {
    case .jsonLines:
      let writer = try DecisionLogWriter(path: out)
      for place in 0..<log.count {
        if place & 0xFFF == 0 { try execution.cancellation.check() }
        try writer.append(log[place])
      }
      try writer.finish()
    case .vowpalWabbitLines, .vowpalWabbitBlocks:
      let shape: VowpalWabbitText.Shape = target == .vowpalWabbitLines ? .cb : .cbADF
      try VowpalWabbitText(shape, cost: data.reading.cost.value).write(log, to: out, execution: execution)
    }
    if out == "-" { return }
    if json { return try console.print(json: Summary(rows: log.count, rejected: report.rejected, out: out)) }
    try console.print("\(log.count.counted("decision")) written to \(out)")
  }
}
