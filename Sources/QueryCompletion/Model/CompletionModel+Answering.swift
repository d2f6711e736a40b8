public import Learning

extension CompletionModel: Predictor {
  /// Completes what is typed.
  ///
  /// - Throws: `InvalidInput` for a limit out of 0...100, which ``complete(_:)`` cuts.
  public func predict(_ query: CompletionRequest) throws -> CompletionList {
    try query.check()
    return complete(query)
  }

  /// Completes what is typed.
  ///
  /// - Complexity: microseconds in the number of suggestions' logarithm, and in what the session's words have in common
  ///   with the prefix
  public func complete(_ request: CompletionRequest) -> CompletionList {
    complete(request, serving: ServingRules(), now: 0)
  }

  /// Completes what is typed, under rules.
  ///
  /// - Parameter now: seconds since 1970, for rules that hold for a time.
  func complete(_ request: CompletionRequest, serving: ServingRules, now: Double) -> CompletionList {
    var list = CompletionList()
    if let rules = serving.rules, !rules.rules.isEnabled {
      list.degradation = .disabled
      return list
    }
    var (serving, request) = (serving, request)
    request.limit = max(0, min(CompletionRequest.limits.upperBound, request.limit))
    if let scope = request.scope {
      guard let number = categories.number(of: scope) else { return list }
      serving.category = number
    }
    let wanted = request.limit
    if !request.shown.isEmpty { request.limit = min(CompletionRequest.limits.upperBound, 3 * wanted) }
    let typed = prefix(of: request, &list)
    let start = ContinuousClock.now
    withScratch { scratch in
      var builder = AnswerBuilder(self, request, typed: typed, serving: serving, now: now, scratch)
      // What is spelt right is finished before other orders and errors are looked for in it.
      let isRight = builder.isTypedRight
      let steps: [(inout AnswerBuilder) -> Void] = [
        { $0.addPinned() }, { $0.addExact() }, { if isRight { $0.addGenerated() } }, { $0.addConjunctive() },
        { $0.addMisspelt() }, { if !isRight { $0.addGenerated() } }, { $0.addShortened() },
      ]
      for step in steps {
        if let deadline = request.deadline, ContinuousClock.now - start > deadline {
          list.degradation = .deadline
          break
        }
        if builder.isFull { break }
        step(&builder)
      }
      if list.degradation == .deadline { builder.addPopular() }
      list.suggestions = builder.suggestions
      if !request.shown.isEmpty { list.keepRanks(of: request.shown, limit: wanted) }
    }
    if labelCount == 0, list.suggestions.isEmpty { list.degradation = .noLabels }
    return list
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
