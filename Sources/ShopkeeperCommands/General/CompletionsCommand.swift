/// `shopkeeper completions`
struct CompletionsCommand: Command {
  static let name = "completions"
  static let summary = "Print a script that completes commands, options and values in a shell."
  static let examples = [
    "source <(shopkeeper completions bash)", "shopkeeper completions zsh > ~/.zfunc/_shopkeeper",
  ]

  enum Shell: String, OptionChoice {
    case bash, zsh
  }

  @Positional("SHELL", .choice(), "The shell.") var shell: Shell

  func run(_ console: Console) throws {
    switch shell {
    case .bash: try console.write(CommandTable.shopkeeper.bashCompletion())
    case .zsh: try console.write(CommandTable.shopkeeper.zshCompletion())
    }
  }
}
