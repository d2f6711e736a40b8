extension CommandTable {
  /// Every command of the program: one line each.
  static let shopkeeper = CommandTable(
    "shopkeeper", "The decision engine of an online shop.",
    [
      .command(DemoCommand.self),
      .noun(
        "search", "Find products for a query.",
        [SearchTrainCommand.self, SearchQueryCommand.self, SearchEvaluateCommand.self]),
      .noun(
        "xmr", "Extreme ranking: thousands to millions of labels.",
        [
          XmrTrainCommand.self,
          XmrPredictCommand.self,
          XmrEvaluateCommand.self,
          XmrImportCommand.self,
          XmrExportCommand.self,
          XmrPruneCommand.self,
          XmrTreeCommand.self,
        ]),
      .command(GenerateCommand.self),
      .noun(
        "bench", "Measure speed, size and quality.",
        [
          BenchExtremeRankingCommand.self,
          BenchExtremeRankingScaleCommand.self,
          BenchLexicalSearchCommand.self,
          BenchProductSearchCommand.self,
        ]),
      .command(CompletionsCommand.self),
      .command(ManCommand.self),
      .command(HelpCommand.self),
      .command(VersionCommand.self),
    ])
}
