internal import Learning

extension EstimatorContract {
  func answers(of model: Model) throws -> [Answer] { try queries.map { try model.predict($0) } }

  func answers(fitting input: Input, threads: Int = 1) throws -> [Answer] {
    try answers(of: recipe.fit(input, on: Execution(threads: threads)))
  }

  func failuresOfDeterminism() throws -> [String] {
    let (first, second) = try (
      recipe.fit(input, on: Execution(threads: 1)), recipe.fit(input, on: Execution(threads: 1))
    )
    return try differences(first, second, "fitted twice")
  }

  func failuresOfThreads() throws -> [String] {
    let first = try recipe.fit(input, on: Execution(threads: 1))
    return try [2, 4].flatMap {
      try differences(first, recipe.fit(input, on: Execution(threads: $0)), "fitted on \($0) threads")
    }
  }

  func failuresOfRefitting() throws -> [String] {
    let before = try answers(fitting: input)
    let other = try answers(fitting: otherInput)
    var failures: [String] = []
    if before == other { failures.append("the other data gives the same answers, so nothing is shown") }
    if try answers(fitting: input) != before {
      failures.append("fitting other data in between changes the answers")
    }
    return failures
  }

  func failuresOfInput() throws -> [String] {
    let before = String(reflecting: input)
    _ = try recipe.fit(input, on: Execution(threads: 2))
    return String(reflecting: input) == before ? [] : ["fitting changed its data"]
  }

  func failuresOfRowOrder() throws -> [String] {
    guard let reversed = inputWithRowsReversed else {
      return ["no data with rows reversed given, and no exemption"]
    }
    return try answers(fitting: input) == answers(fitting: reversed)
      ? [] : ["reversed rows change the answers"]
  }

  func failuresOfQueryOrder() throws -> [String] {
    let model = try recipe.fit(input, on: Execution(threads: 1))
    let forwards = try answers(of: model)
    var failures: [String] = []
    if forwards.allSatisfy({ $0 == forwards[0] }) {
      failures.append("all answers are equal, so nothing is shown")
    }
    let backwards = try queries.reversed().map { try model.predict($0) }
    if backwards.reversed() != forwards {
      failures.append("queries asked in reverse order get other answers")
    }
    guard let batch else { return failures }
    if try batch(model, queries.reversed()).reversed() != batch(model, queries) {
      failures.append("a batch in reverse order gets other answers")
    }
    return failures
  }

  func failuresOfBatch() throws -> [String] {
    guard let batch else { return ["no batch prediction given, and no exemption"] }
    let model = try recipe.fit(input, on: Execution(threads: 1))
    var failures: [String] = []
    if try batch(model, queries) != answers(of: model) {
      failures.append("a batch is not answered as one by one")
    }
    if try !batch(model, []).isEmpty { failures.append("a batch of no query gives answers") }
    if try batch(model, [queries[0]]) != [model.predict(queries[0])] {
      failures.append("a batch of one is not answered as one")
    }
    return failures
  }

  func failuresOfSaving() throws -> [String] {
    guard let save, let load else { return ["no save and load given, and no exemption"] }
    return try withTemporaryFolder { folder in
      let path = folder + "/model"
      let model = try recipe.fit(input, on: Execution(threads: 1))
      try save(recipe.fit(otherInput, on: Execution(threads: 1)), path)
      try save(model, path)  // over another model
      var failures: [String] = []
      if try answers(of: load(path)) != answers(of: model) {
        failures.append("the loaded model answers differently")
      }
      let left = try files(inFolder: folder).filter { $0 != "model" && !$0.hasPrefix("model/") }
      if !left.isEmpty { failures.append("saving leaves \(left) behind") }
      return failures
    }
  }

  /// Compares answers, and files where the model can be saved.
  private func differences(_ first: Model, _ second: Model, _ what: String) throws -> [String] {
    var failures: [String] = []
    if try answers(of: first) != answers(of: second) { failures.append("\(what): other answers") }
    guard let save else { return failures }
    return try withTemporaryFolder { folder in
      try save(first, folder + "/a")
      try save(second, folder + "/b")
      if try contents(folder + "/a") != contents(folder + "/b") { failures.append("\(what): other files") }
      return failures
    }
  }
}

/// The bytes of a file, or of every file in a folder by name.
private func contents(_ path: String) throws -> [String: [UInt8]] {
  let names = try files(inFolder: path)
  if names.isEmpty { return ["": try bytes(ofFile: path)] }
  return try Dictionary(uniqueKeysWithValues: names.map { ($0, try bytes(ofFile: "\(path)/\($0)")) })
}
