/// Says which rule keeps a text from being shown, without a model.
public struct RuleCheck: Sendable {
  private let compiled: CompiledRules

  /// Checks rules.
  ///
  /// - Throws: `InvalidInput` listing every rule that cannot be used.
  public init(_ rules: CompletionRules, normalizer: QueryNormalizer = QueryNormalizer()) throws {
    compiled = try CompiledRules(rules, normalizer, labels: LabelStore(sorted: []))
  }

  /// What keeps a text from being shown; nil for nothing.
  public func block(of text: String) -> CompletionRules.Block.Kind? { compiled.block(of: text) }
}
