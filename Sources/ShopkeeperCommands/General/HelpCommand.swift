/// `shopkeeper help`
struct HelpCommand: Command {
  static let name = "help"
  static let summary = "Explain the program or a command."
  static let examples = ["shopkeeper help completions"]

  @Positional("COMMAND", .text(), "The words of a command.") var words: [String]

  func run(_ console: Console) throws {
    if case .text(let text) = try CommandTable.shopkeeper.request(words + ["--help"]) {
      try console.write(text)
    }
  }
}
