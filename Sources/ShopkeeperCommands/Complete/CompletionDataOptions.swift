internal import Learning
internal import QueryCompletion
internal import StoreData

/// How a log of searches is laid out.
enum CompletionLogFormat: String, OptionChoice, CaseIterable {
  case ubi, amazonqac, qp2q, aol
}

/// Where completion learns from.
struct CompletionDataOptions: OptionGroup {
  @Option(
    "log", .file(),
    "A log of searches, also .gz; with --format qp2q a folder of train.jsonl, val.jsonl, test.jsonl.")
  var log: [String]

  @Option("format", .choice(), "How the log is laid out.") var format = CompletionLogFormat.ubi

  @Option("catalogue", .file(), "The catalogue: its words are known to be right.") var catalogue: String?

  @Option(
    "validation-days", .number(0...365), "The log's last days, from which weights are learned.")
  var validationDays = 7.0

  @Option("rejects", .file(), "Where lines that cannot be read are written.") var rejects: String?

  /// What was read, cleaned and split by time.
  struct Result {
    var data: CompletionData
    var report: LogCleaning.Report?
    var rejected = 0
    var fingerprint = ""
  }

  func read(_ console: Console, on execution: Execution) throws -> Result {
    guard !log.isEmpty else { throw UsageError("--log must be given") }
    if format == .aol {
      console.note(
        "a log in this layout holds searches of real people: for research that is not commercial alone; models need"
          + " --k-anonymity 5 or more")
    }
    var options = ReadOptions()
    options.execution = execution
    options.rejectsPath = rejects
    var titles: [CatalogueTitle] = []
    if let catalogue {
      titles = try Catalogue.read(contentsOf: catalogue, options: readOptions(execution)).value.products.map {
        CatalogueTitle($0.title, category: $0.category.joined(separator: " > "))
      }
    }
    if format == .qp2q {
      let pairs = try CompletionPairs(folder: log[0], on: execution)
      var data = CompletionData(training: pairs.training, validation: pairs.validation)
      data.titles = titles
      return Result(data: data, fingerprint: pairs.fingerprint)
    }
    var searches: [LoggedSearch] = []
    var result = Result(data: CompletionData(training: []))
    for path in log {
      let layout = QueryLog.Layout(rawValue: format.rawValue) ?? .ubi
      let read = try QueryLog.read(from: ByteSource(path: path), layout: layout, options: options)
      try read.report.requireAcceptedLines()
      if read.report.rejected > 0 {
        console.note(
          "\(path): \(read.report.rejected.counted("line")) left out; \(read.report.rejections[0])")
      }
      searches += read.value.searches
      result.rejected += read.report.rejected
      result.fingerprint += read.report.fingerprint
    }
    let cleaned = LogCleaning().clean(searches, personal: PersonalData())
    result.report = cleaned.report
    let end = cleaned.examples.last?.time ?? 0
    let border = end - validationDays * 86_400
    result.data.training = cleaned.examples.filter { ($0.time ?? 0) <= border || validationDays == 0 }
    result.data.validation = cleaned.examples.filter { ($0.time ?? 0) > border && validationDays > 0 }
    result.data.titles = titles
    return result
  }

  private func readOptions(_ execution: Execution) -> ReadOptions {
    var options = ReadOptions()
    options.execution = execution
    return options
  }
}

/// Searches with what came before them, split by time: a folder of `train.jsonl`, `val.jsonl` and `test.jsonl`.
struct CompletionPairs {
  let training, validation, test: [CompletionExample]
  let fingerprint: String

  /// Queries of the training part.
  let known: Set<String>

  init(folder: String, on execution: Execution) throws {
    var fingerprint = ""
    func read(_ name: String) throws -> [CompletionExample] {
      var options = ReadOptions()
      options.execution = execution
      let (rows, report) = try CompletionRows.read(contentsOf: "\(folder)/\(name).jsonl", options: options)
      try report.requireAcceptedLines()
      fingerprint += report.fingerprint
      return rows.examples
    }
    training = try read("train")
    known = Set(training.map(\.query))
    validation = try read("val")
    test = try read("test")
    self.fingerprint = fingerprint
  }
}
