extension CommandTable {
  /// Every command of the program: one line each.
  static let shopkeeper = CommandTable(
    "shopkeeper", "The decision engine of an online shop.",
    [
      .command(DemoCommand.self),
      .noun(
        "search", "Find products for a query.",
        [
          SearchTrainCommand.self, SearchQueryCommand.self, SearchEvaluateCommand.self,
          SearchUpdateCommand.self,
        ]),
      .noun(
        "complete", "Complete what shoppers type.",
        [
          CompleteTrainCommand.self, CompleteQueryCommand.self, CompleteEvaluateCommand.self,
          CompleteImportCommand.self, CompleteRulesCommand.self, CompleteInspectCommand.self,
          CompleteTryCommand.self,
        ]),
      .noun(
        "recommend", "Judge and run recommendations that learn.",
        [
          RecommendTrainCommand.self, RecommendDecideCommand.self, RecommendEvaluateCommand.self,
          RecommendValidateCommand.self, RecommendConvertCommand.self,
        ]),
      .noun(
        "layout", "Pages whose layout learns.",
        [
          LayoutCreateCommand.self, LayoutDecideCommand.self, LayoutRewardCommand.self,
          LayoutReportCommand.self, LayoutExplainCommand.self, LayoutLogCommand.self,
          LayoutSimulateCommand.self,
        ]),
      .noun(
        "xmr", "Extreme ranking: thousands to millions of labels.",
        [
          XmrTrainCommand.self,
          XmrPredictCommand.self,
          XmrEvaluateCommand.self,
          XmrAddCommand.self,
          XmrImportCommand.self,
          XmrExportCommand.self,
          XmrPruneCommand.self,
          XmrTreeCommand.self,
        ]),
      .noun(
        "assortment", "Decide which products to carry and how many.",
        [
          AssortmentFitCommand.self,
          AssortmentOptimizeCommand.self,
          AssortmentPlanCommand.self,
          AssortmentSimulateCommand.self,
          AssortmentReportCommand.self,
        ]),
      .noun(
        "membership", "Say why members stay, and what would happen if fees, benefits or plans changed.",
        [
          MembershipEstimateCommand.self,
          MembershipIdentifyCommand.self,
          MembershipSimulateCommand.self,
          MembershipCounterfactualCommand.self,
          MembershipReportCommand.self,
        ]),
      .command(GenerateCommand.self),
      .noun(
        "bench", "Measure speed, size and quality.",
        [
          BenchExtremeRankingCommand.self,
          BenchExtremeRankingScaleCommand.self,
          BenchInsertionCommand.self,
          BenchLexicalSearchCommand.self,
          BenchProductSearchCommand.self,
          BenchCompletionCommand.self,
          BenchChoiceCommand.self,
          BenchAssortmentCommand.self,
          BenchBanditsOffPolicyCommand.self,
          BenchBanditsLayoutsCommand.self,
          BenchBanditsDelayCommand.self,
          BenchBanditsCalloutsCommand.self,
          BenchBanditsSpeedCommand.self,
          BenchMembershipAirlineCommand.self,
          BenchMembershipBusCommand.self,
          BenchMembershipFactoredCommand.self,
          BenchMembershipRustCommand.self,
          BenchMembershipSubscriptionCommand.self,
          BenchMembershipTabularCommand.self,
        ]),
      .command(CompletionsCommand.self),
      .command(ManCommand.self),
      .command(HelpCommand.self),
      .command(VersionCommand.self),
    ])
}
