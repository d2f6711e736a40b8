public import Learning

extension ChoiceEstimate {
  /// The types of customers that no column tells, and an estimate of each, ordered by the price coefficient where there is one.
  ///
  /// The estimates share the chains; who of today's customers is of which type is not carried on, so they have no months
  /// ahead.
  ///
  /// - Parameter panel: the panel that this was estimated from.
  /// - Throws: ``InvalidInput``, also when this is no estimate of maximum likelihood; `CancellationError`.
  public func types(
    _ panel: ChoicePanel, recipe: TasteTypesRecipe, on execution: Execution = Execution()
  ) throws -> (found: TasteTypes, estimates: [ChoiceEstimate]) {
    guard self.recipe.method == .nfxp else {
      throw InvalidInput("types", given: "method \(self.recipe.method.rawValue)", expected: "method nfxp")
    }
    var recipe = recipe
    recipe.orderedBy = pricePlace ?? 0
    let found = try TasteTypes(file.data(panel).data, recipe: recipe, on: execution)
    let estimates = found.types.map { type in
      ChoiceEstimate(
        file: file, recipe: self.recipe, result: .structural(type.estimate), report: report,
        parameters: type.estimate.parameters, membership: membership, today: nil, choices: type.choices)
    }
    return (found, estimates)
  }
}
