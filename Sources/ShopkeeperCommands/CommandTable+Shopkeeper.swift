extension CommandTable {
  /// Every command of the program: one line each.
  static let shopkeeper = CommandTable(
    "shopkeeper", "The decision engine of an online shop.",
    [
      .command(CompletionsCommand.self),
      .command(ManCommand.self),
      .command(HelpCommand.self),
      .command(VersionCommand.self),
    ])
}
