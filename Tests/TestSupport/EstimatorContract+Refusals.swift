internal import Learning

extension EstimatorContract {
  func failuresOfSmallData() -> [String] {
    if smallData.isEmpty { return ["no small data given, and no exemption"] }
    return smallData.compactMap { name, input, outcome in
      let error = refusal { _ = try answers(fitting: input) }
      switch (outcome, error) {
      case (.fits, nil): return nil
      case (.fits, let error?): return "\(name): expected a model, given \(error)"
      case (.isRefused, nil): return "\(name): expected an error, given a model"
      case (.isRefused(let text), let error?):
        guard error is InvalidInput, "\(error)".contains(text) else {
          return "\(name): expected InvalidInput with \"\(text)\", given \(error)"
        }
        return nil
      }
    }
  }

  func failuresOfNotFinite() throws -> [String] {
    if inputsNotFinite.isEmpty, queriesNotFinite.isEmpty { return ["no such data given, and no exemption"] }
    let model = try recipe.fit(input, on: Execution(threads: 1))
    let ofInputs = inputsNotFinite.enumerated().compactMap { position, input in
      refusal { _ = try answers(fitting: input) } is InvalidInput ? nil : "data \(position) is not refused"
    }
    let ofQueries = queriesNotFinite.enumerated().compactMap { position, query in
      refusal { _ = try model.predict(query) } is InvalidInput ? nil : "query \(position) is not refused"
    }
    return ofInputs + ofQueries
  }

  func failuresOfMismatch() throws -> [String] {
    if mismatchedInputs.isEmpty, mismatchedQueries.isEmpty { return ["no such data given, and no exemption"] }
    let model = try recipe.fit(input, on: Execution(threads: 1))
    let ofInputs = mismatchedInputs.enumerated().compactMap { position, entry in
      names(entry.sizes, refusal { _ = try answers(fitting: entry.input) }) ? nil : "data \(position)"
    }
    let ofQueries = mismatchedQueries.enumerated().compactMap { position, entry in
      names(entry.sizes, refusal { _ = try model.predict(entry.query) }) ? nil : "query \(position)"
    }
    return (ofInputs + ofQueries).map { $0 + " is not refused with both sizes" }
  }

  func failuresOfCoding() throws -> [String] {
    let recipes = [recipe] + outOfRange.map(changed)
    return try recipes.compactMap {
      let text = try JSONValue(encoding: $0).text()
      let read = try JSONValue(parsing: Array(text.utf8)).decoded(as: Recipe.self)
      return read == $0 ? nil : "read from JSON differently: \(text)"
    }
  }

  func failuresOfRanges() throws -> [String] {
    if outOfRange.isEmpty { return ["no value out of range given, and no exemption"] }
    var failures = outOfRange.compactMap { entry -> String? in
      let what = "\(entry.name) = \(entry.value)"
      guard let error = refusal({ _ = try changed(entry).fit(input) }) as? InvalidInput else {
        return "\(what) is not refused"
      }
      let found = error.violations.contains {
        $0.subject == entry.name && $0.given == entry.value && $0.expected == entry.allowed
      }
      return found ? nil : "\(what): expected the range \"\(entry.allowed)\", given \(error)"
    }
    failures += recipe.violations.map { "the usable recipe violates: \($0)" }
    var worst = recipe
    for entry in outOfRange { entry.set(&worst) }
    let named = Set(worst.violations.map(\.subject))
    failures += Set(outOfRange.map(\.name)).subtracting(named).sorted().map {
      "\($0) is missing among all violations"
    }
    guard case .object = try JSONValue(encoding: recipe) else {
      return failures + ["no JSON object"]
    }
    let known = Set(outOfRange.map(\.name)).union(withoutRange)
    return failures
      + Set(leafKeys(try JSONValue(encoding: recipe))).subtracting(known).sorted().map {
        "\($0) has neither a range nor an excuse"
      }
  }

  private func changed(_ entry: OutOfRange) -> Recipe {
    var changed = recipe
    entry.set(&changed)
    return changed
  }

  /// Whether the error is ``InvalidInput`` that names both numbers, each on its own.
  private func names(_ sizes: (Int, Int), _ error: (any Error)?) -> Bool {
    guard let error = error as? InvalidInput else { return false }
    let numbers = error.description.split { !$0.isNumber }.compactMap { Int($0) }
    return numbers.contains(sizes.0) && numbers.contains(sizes.1)
  }
}

/// The keys of a document, those of parts instead of the parts'.
private func leafKeys(_ document: JSONValue) -> [String] {
  guard case .object(let parts) = document else { return [] }
  return parts.flatMap { key, part in
    let inner = leafKeys(part)
    return inner.isEmpty ? [key] : inner
  }
}

/// The error that `body` throws; nil where it throws none.
func refusal(_ body: () throws -> Void) -> (any Error)? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}
