internal import QueryCompletion
internal import StoreData

/// `shopkeeper complete rules`
struct CompleteRulesCommand: Command {
  static let name = "rules"
  static let summary = "Say which rule keeps a text from being shown."
  static let details = [
    "Disguises are seen through: figures and signs in place of letters, single letters apart, letters repeated. Rules that"
      + " cannot be used are named, all of them."
  ]
  static let examples = ["shopkeeper complete rules rules.json --text \"c a $ 1 n o\""]

  @Positional("RULES", .file(), "The rules, a JSON file.") var rules: String
  @Option("text", .text(), "A text that may be shown; may be repeated.") var text: [String]
  @Option("audit", .file(), "An audit file whose changes are listed instead.") var audit: String?
  @Option(.json) var json: Bool

  struct Verdict: Encodable {
    let text: String
    let blockedBy: String?
  }

  func run(_ console: Console) throws {
    if let audit { return try list(RuleChange.read(audit), console) }
    let checked = try RuleCheck(CompletionRules(contentsOf: rules))
    let verdicts = text.map { Verdict(text: $0, blockedBy: checked.block(of: $0)?.rawValue) }
    if json { return try console.print(json: verdicts) }
    var table = TextTable(.left("text"), .left("blocked by"))
    for verdict in verdicts { table.add(verdict.text.printable, verdict.blockedBy ?? "nothing") }
    try console.print(table)
  }

  private func list(_ changes: [RuleChange], _ console: Console) throws {
    if json { return try console.print(json: changes) }
    var table = TextTable(
      .left("time"), .left("by"), .right("blocks"), .right("allowed"), .right("pins"), .right("boosts"),
      .left("enabled"))
    for change in changes {
      let rules = change.rules
      table.add(
        Timestamp(milliseconds: Int64(change.time * 1000)).description, change.author.printable,
        "\(rules.blocks.count)", "\(rules.allows.count)", "\(rules.pins.count)", "\(rules.boosts.count)",
        rules.isEnabled ? "yes" : "no")
    }
    try console.print(table)
  }
}
