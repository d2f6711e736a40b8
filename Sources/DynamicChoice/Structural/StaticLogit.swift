public import Learning

/// The same rewards fitted as if nobody looked ahead (discount 0): the baseline that is wrong where the future matters.
///
/// A fee that buys a better future looks as if it attracted; so the sign of a price can come out wrong.
public struct StaticLogit: Estimator {
  /// Weight of a penalty ridge / 2 theta'theta.
  public var ridge = 0.0

  /// Creates the default recipe.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var recipe = NestedFixedPoint()
    recipe.ridge = ridge
    return recipe.violations
  }

  /// Estimates the parameters.
  ///
  /// - Throws: ``InvalidInput`` listing every violation; `CancellationError`.
  public func fit(_ input: ChoiceData, on execution: Execution = Execution()) throws -> StructuralEstimate {
    var recipe = NestedFixedPoint()
    (recipe.ridge, recipe.errors) = (ridge, .given)
    let today = try ChoiceData(problem: input.problem.with(discount: 0), counts: input.counts)
    return try recipe.fit(today, on: execution).named("static")
  }
}
