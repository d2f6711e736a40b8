internal import LinearAlgebra

extension CompletionModel {
  /// Completes what is typed.
  ///
  /// - Complexity: microseconds in the number of suggestions' logarithm, and in what the session's words have in common
  ///   with the prefix
  public func complete(_ request: CompletionRequest) -> CompletionList {
    var list = CompletionList()
    guard labelCount > 0 else {
      list.degradation = .noLabels
      return list
    }
    let prefix = self.prefix(of: request, &list)
    let context = context(of: request.history)
    list.suggestions = withScratch { scratch in
      exact(context, in: labels.interval(of: prefix), limit: request.limit, scratch).map {
        Suggestion(text: labels.surface(of: $0.label), tier: .exact, score: $0.score)
      }
    }
    if list.suggestions.count < request.limit, request.tiers.contains(.generated) {
      appendGenerated(to: &list, request, context, typed: prefix)
    }
    return list
  }

  private func appendGenerated(
    to list: inout CompletionList, _ request: CompletionRequest, _ context: SessionContext, typed: [UInt8]
  ) {
    var last: [UInt8] = []
    if let query = request.history.last { recipe.normalizer.appendKey(of: query, to: &last) }
    var generator = TextGenerator(self, context, typed: typed, last: last)
    generator.generate()
    let ranked = generator.candidates.indices.map {
      RankKey(score: generation.score(generator.candidates[$0].features), id: UInt32($0))
    }.sorted(by: >)
    for key in ranked where list.suggestions.count < request.limit {
      let candidate = generator.candidates[Int(key.id)].key
      if labels.label(of: candidate) != nil { continue }
      list.suggestions.append(
        Suggestion(
          text: String(decoding: candidate, as: UTF8.self), tier: .generated, score: key.score))
    }
  }

  /// The key of what is typed, cut where it is too long.
  private func prefix(of request: CompletionRequest, _ list: inout CompletionList) -> [UInt8] {
    var text = request.prefix
    if text.utf8.count > QueryNormalizer.maximumLength, text.count > QueryNormalizer.maximumLength {
      text = String(text.prefix(QueryNormalizer.maximumLength))
      list.isCut = true
    }
    var key: [UInt8] = []
    recipe.normalizer.appendKey(of: text, keepsTrailingBlank: true, to: &key)
    return key
  }

  func context(of history: [String]) -> SessionContext {
    let keys = history.suffix(recipe.history).map { query in
      var key: [UInt8] = []
      recipe.normalizer.appendKey(
        of: query.utf8.count > CompletionRequest.longestHistory
          ? String(query.prefix(CompletionRequest.longestHistory)) : query, to: &key)
      return key
    }
    return SessionContext(
      history: keys, decay: Float(recipe.historyDecay), limit: recipe.history, tables: tables, labels: labels)
  }
}
