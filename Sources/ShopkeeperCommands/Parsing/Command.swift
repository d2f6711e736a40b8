/// One command of the command line, `shopkeeper <noun> <verb>`.
///
/// To write one: a file `Sources/ShopkeeperCommands/<Noun>/<Noun><Verb>Command.swift` that reads top to bottom,
/// and one line in ``CommandTable/shopkeeper``. Parsing, help, errors, completion and the manual follow from the
/// declarations.
///
///     /// `shopkeeper search query`
///     struct SearchQueryCommand: Command {
///       static let name = "query"
///       static let summary = "Find products for a query."
///       static let examples = ["shopkeeper search query \"cordless drill\" -k 3"]
///
///       @Positional("TEXT", .text(), "What the shopper typed; - reads one query a line.") var text: String
///       @Option(.model(named: "search")) var model: String
///       @Option(.limit) var limit: Int
///       @Option("explain", .switch, "Say why each product is there.") var explain = false
///       @Option(.json) var json: Bool
///       let work = WorkOptions()
///
///       func run(_ console: Console) throws {
///         let search = try ProductSearchModel(contentsOf: model)
///         let answer = try search.search(text, limit: limit)
///         if json { return try console.print(json: answer) }
///         var table = TextTable(.right("score"), .left("product"), .left("title"))
///         for result in answer.results { table.add(result.score.fixed(3), result.id, result.title) }
///         try console.print(table)
///       }
///     }
///
/// Work that lasts takes `console.execution(work)`: threads, progress on the terminal, and Ctrl-C. Ctrl-C ends
/// standard input, so a command that has read it calls `console.cancellation.check()` before it writes. What it
/// throws becomes `shopkeeper: error: ...` and exit code 1; options that exclude each other are a ``UsageError``,
/// exit code 2.
protocol Command: SendableMetatype {
  /// The verb, or the whole name of a command that has no noun.
  static var name: String { get }

  /// One sentence.
  static var summary: String { get }

  /// Paragraphs that the manual adds.
  static var details: [String] { get }

  /// Command lines that show how to use it.
  static var examples: [String] { get }

  init()

  /// Does the work, when all options are right.
  func run(_ console: Console) throws
}

extension Command {
  static var details: [String] { [] }
  static var examples: [String] { [] }

  /// Its options and arguments in the order of declaration, with those of its groups.
  var declared: [any DeclaredArgument] { declaredArguments(in: self) }

  /// The summaries of its options and arguments.
  static var summaries: [OptionSummary] { Self().declared.map(\.summary) }
}

private func declaredArguments(in value: Any) -> [any DeclaredArgument] {
  Mirror(reflecting: value).children.flatMap { child -> [any DeclaredArgument] in
    if let argument = child.value as? any DeclaredArgument { return [argument] }
    if let group = child.value as? any OptionGroup { return declaredArguments(in: group) }
    return []
  }
}
