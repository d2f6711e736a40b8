import Glibc
import Learning

@testable import ShopkeeperCommands

/// A command with an option of every kind.
struct SampleTrainCommand: Command {
  static let name = "train"
  static let summary =
    "Learn a model from a catalogue and a log of events, with everything that a sample needs."
  static let details = ["Reads the catalogue once.", ".Not a request."]
  static let examples = ["sample model train --catalogue products.jsonl --out m"]

  enum Features: String, OptionChoice {
    case words
    case wordsAndGrams = "words-and-grams"
  }

  @Option("catalogue", short: "c", .file(), "The catalogue.") var catalogue: String
  @Option("events", .file(), "A log of events.") var events: [String]
  @Option("features", .choice(), "Which features to use.") var features = Features.words
  @Option("threshold", .number(0...(.infinity)), "Smaller weights are dropped.", details: "Zero keeps all.")
  var threshold = 0.1
  @Option("share", .number(0...1), "Which share to hold back.") var share: Double?
  @Option("rounds", short: "r", .integer(1...100), "How often to look at each pair.") var rounds = 5
  @Option("shift", .integer(Int.min...(.max)), "Added to each rank.") var shift = 0
  @Option("check", .switch, "Do not check the catalogue first.") var check = true
  @Option(.seed) var seed: UInt64
  @Option(.outFolder) var out: String
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    try console.print("trained on \(catalogue)")
  }
}

/// A command with positional arguments.
struct SampleQueryCommand: Command {
  static let name = "query"
  static let summary = "Ask a model."

  @Positional("TEXT", .text(), "What is asked.") var text: String
  @Positional("COUNT", .integer(0...9), "How often.") var count: Int?
  @Option(.model(named: "sample")) var model: String
  @Option(.limit) var limit: Int

  func run(_ console: Console) throws {
    try console.print("\(text) from \(model)")
  }
}

/// A command that ends as its argument says.
struct SampleFailCommand: Command {
  static let name = "fail"
  static let summary = "Fail in a way of one's choice."

  enum Way: String, OptionChoice {
    case input, usage, cancelled, late
  }

  @Positional("WAY", .choice(), "The way.") var way: Way

  func run(_ console: Console) throws {
    try console.print("before")
    switch way {
    case .input:
      throw InvalidInput([
        Violation("threshold", given: -1, expected: "0 or more"),
        Violation("Y", given: "3 rows", expected: "4 rows as in X", advice: "Give both the same rows."),
      ])
    case .usage: throw UsageError("--pairs and --events exclude each other")
    case .cancelled:
      console.cancellation.cancel()
      try console.cancellation.check()
    case .late: console.cancellation.cancel()
    }
  }
}

let sampleTable = CommandTable(
  "sample", "A program for tests.",
  [
    .noun("model", "Learn a model and ask it.", [SampleTrainCommand.self, SampleQueryCommand.self]),
    .command(SampleFailCommand.self),
  ])

/// Reads a command line into the given type of command.
func parse<C: Command>(
  _ type: C.Type, _ arguments: [String], environment: [String: String] = [:]
) throws -> C {
  let words = sampleTable.commands.first { $0.type == type }!.words
  guard case .run(let command, _) = try sampleTable.request(words + arguments, environment: environment)
  else {
    throw UsageError("no command")
  }
  return command as! C
}

/// The problems of a command line.
func problems(_ arguments: String...) -> [String] {
  do {
    _ = try sampleTable.request(arguments)
    return []
  } catch {
    return (error as? UsageError)?.problems ?? ["\(error)"]
  }
}

/// A file without a name that collects what is written to its descriptor.
final class Collector: Sendable {
  let descriptor: Int32

  init() {
    var template = Array("/tmp/shopkeeper-collector-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    unlink(template)
  }

  var text: String {
    var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  deinit { close(descriptor) }
}

/// Runs a command line and gives exit code, standard output and standard error.
func run(
  _ arguments: [String], in table: CommandTable = sampleTable, environment: [String: String] = [:]
) -> (code: Int32, output: String, errors: String) {
  let (output, errors) = (Collector(), Collector())
  let console = Console(
    output: TextOutput(descriptor: output.descriptor, name: "standard output"),
    errors: TextOutput(descriptor: errors.descriptor, name: "standard error"), environment: environment,
    cancellation: Cancellation())
  let code = table.run(arguments, on: console)
  return (code, output.text, errors.text)
}
