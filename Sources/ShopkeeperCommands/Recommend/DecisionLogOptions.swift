internal import Learning
internal import PolicyEvaluation
internal import StoreData

/// The format of a log, as the user types it.
enum DecisionFormatName: String, OptionChoice {
  case jsonLines = "jsonl"
  case vowpalWabbitLines = "vw-cb"
  case vowpalWabbitBlocks = "vw-adf"
  case openBandit = "obd"
}

/// The options that name a log of decisions.
struct DecisionLogOptions: OptionGroup {
  @Option("log", .file(), "The logged decisions, also .gz.") var log: String
  @Option("format", .choice(), "The format of the log.") var format = DecisionFormatName.jsonLines
  let reading = DecisionReadingOptions()

  func read(_ console: Console, on execution: Execution) throws -> (DecisionLog, ReadReport) {
    try reading.read(log, format, console, on: execution)
  }
}

/// The options that say how logs of decisions are read, whichever of them.
struct DecisionReadingOptions: OptionGroup {
  @Option("items", .file(), "The item table of an Open Bandit log.") var items: String?
  @Option("cost", .choice(), "How costs in Vowpal Wabbit's text come from rewards.") var cost =
    VowpalWabbitCostName.negated
  @Option(
    "tolerate", .switch, "Leave wrong lines out instead of refusing the log.",
    details: "A log with lines missing is another sample; by default it is not judged.")
  var tolerates = false

  /// Reads a log; refuses one with wrong lines unless they are tolerated.
  func read(
    _ path: String, _ format: DecisionFormatName, _ console: Console, on execution: Execution
  ) throws -> (DecisionLog, ReadReport) {
    if items != nil, format != .openBandit { throw UsageError("--items goes together with --format obd") }
    var options = ReadOptions()
    options.execution = execution
    let (log, report) = try DecisionLog.read(
      from: ByteSource(path: path), format: try description(of: format), options: options)
    if let summary = report.rejectionSummary {
      guard tolerates else {
        throw InvalidInput(
          path, given: summary, expected: "only usable lines",
          advice: "Correct the log, or leave such lines out with --tolerate.")
      }
      console.note("\(path): \(summary)")
    }
    return (log, report)
  }

  /// The format with its own options.
  func description(of format: DecisionFormatName) throws -> DecisionLogFormat {
    switch format {
    case .jsonLines: .jsonLines
    case .vowpalWabbitLines: .vowpalWabbit(VowpalWabbitText(.cb, cost: cost.value))
    case .vowpalWabbitBlocks: .vowpalWabbit(VowpalWabbitText(.cbADF, cost: cost.value))
    case .openBandit: .openBandit(items: try items.map { try OpenBanditItems(from: ByteSource(path: $0)) })
    }
  }
}

/// How costs come from rewards, as the user types it.
enum VowpalWabbitCostName: String, OptionChoice {
  case negated
  case oneMinus = "one-minus"

  var value: VowpalWabbitText.Cost { self == .negated ? .negated : .oneMinus }
}
