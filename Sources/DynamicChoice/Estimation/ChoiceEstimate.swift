public import Learning

/// An estimate with everything that simulations of other conditions need: model, chains, and where customers stand today.
public struct ChoiceEstimate: Sendable {
  /// The model file.
  public let file: ChoiceModelFile
  /// How it was estimated.
  public let recipe: EstimationRecipe
  /// What was estimated.
  public let result: EstimationRecipe.Result
  /// What was found in the panel.
  public let report: PanelReport
  /// The parameters: those of the likelihood, or the nearest ones to rewards without a form; empty without features.
  public let parameters: [Estimate]
  /// The estimated dynamics of a membership; nil for another model.
  public let membership: EstimatedMembership?
  /// Who chooses when next, from the last month of each customer; nil for another model.
  public let today: CustomersToday?
  /// How often each action was chosen in each state.
  public let choices: ChoiceCounts
  /// Number of states of the model.
  public var stateCount: Int { choices.stateCount }
  /// States in which something was chosen.
  public var statesSeen: Int { choices.ofStates.count { $0 > 0 } }

  /// Estimates from a panel.
  ///
  /// - Throws: ``InvalidInput`` of the panel or the recipe; `CancellationError`.
  public init(
    _ file: ChoiceModelFile, _ panel: ChoicePanel, recipe: EstimationRecipe,
    on execution: Execution = Execution()
  ) throws {
    guard (0...100_000).contains(recipe.bootstrapDraws) else {
      throw InvalidInput("bootstrapDraws", given: recipe.bootstrapDraws, expected: "0 to 100000")
    }
    let (data, report) = try file.data(panel)
    let plain = ChoiceEstimate(
      file: file, recipe: recipe, result: try recipe.fit(data, anchor: file.anchor, on: execution),
      report: report,
      data: data, today: file.membership.map { CustomersToday($0, panel) })
    self = recipe.bootstrapDraws == 0 ? plain : try plain.bootstrapped(panel, on: execution)
  }

  init(
    file: ChoiceModelFile, recipe: EstimationRecipe, result: EstimationRecipe.Result, report: PanelReport,
    data: ChoiceData, today: CustomersToday?
  ) {
    (self.file, self.recipe, self.result, self.report, self.today) = (file, recipe, result, report, today)
    switch result {
    case .structural(let estimate): parameters = estimate.parameters
    case .rewards(let estimate): parameters = estimate.projected(on: data)
    }
    membership = data.dynamics as? EstimatedMembership
    choices = data.counts
  }

  init(
    file: ChoiceModelFile, recipe: EstimationRecipe, result: EstimationRecipe.Result, report: PanelReport,
    parameters: [Estimate], membership: EstimatedMembership?, today: CustomersToday?,
    choices: ChoiceCounts
  ) {
    (self.file, self.recipe, self.result, self.report, self.today) = (file, recipe, result, report, today)
    (self.parameters, self.membership, self.choices) = (parameters, membership, choices)
  }

  /// What a membership was estimated from, put together again; nil for another model.
  ///
  /// - Throws: ``InvalidInput``, never for what estimation has written.
  public func data() throws -> ChoiceData? {
    guard let membership else { return nil }
    return try ChoiceData(
      problem: membership.model.problem(membership.chains), counts: choices, dynamics: membership,
      design: membership.model.design)
  }

  /// How the estimation ended.
  public var status: FitStatus {
    switch result {
    case .structural(let estimate): estimate.status
    case .rewards(let estimate): estimate.status
    }
  }

  /// The structural estimate; nil for rewards without a form.
  public var structural: StructuralEstimate? {
    if case .structural(let estimate) = result { estimate } else { nil }
  }
}

extension ChoiceModelFile {
  /// The membership; nil for another model.
  public var membership: MembershipModel? {
    if case .membership(let model) = kind { model } else { nil }
  }

  /// Counts choices of a panel and estimates transitions.
  ///
  /// - Throws: ``InvalidInput`` where the panel contradicts the model.
  public func data(_ panel: ChoicePanel, weights: [Double]? = nil) throws -> (
    data: ChoiceData, report: PanelReport
  ) {
    switch kind {
    case .membership(let model): try model.data(panel, weights: weights)
    case .panel(let model): try model.data(panel, weights: weights)
    }
  }
}
