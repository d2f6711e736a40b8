public import Learning
internal import LinearAlgebra

extension ExtremeRankingModel {
  /// The model with more labels, which get the numbers from the number of labels on.
  ///
  /// That names are not taken yet is not looked at; ``ExtremeRankingStore`` does.
  ///
  /// - Throws: ``InvalidInput`` with every violation, also for a text without a known word; `CancellationError`.
  /// - Complexity: as ``XRLinearModel/inserting(_:_:on:)`` for each tree
  public func inserting(
    _ labels: [NamedLabel], _ recipe: LabelInsertionRecipe = LabelInsertionRecipe(),
    on execution: Execution = Execution()
  ) throws -> ExtremeRankingModel {
    try applying(insertions(of: labels, recipe, on: execution))
  }

  /// The model without some labels, by number.
  ///
  /// - Throws: ``InvalidInput`` when a label is out of range.
  public func removing(_ labels: [Int]) throws -> ExtremeRankingModel {
    try replacing(trees.members.map { try $0.removing(labels) }, addedNames: addedNames)
  }

  /// The model with what came and went folded into its arrays.
  ///
  /// - Throws: ``FileFormatError`` when a stored model turns out to be altered; `CancellationError`.
  /// - Complexity: O(bytes of the model)
  public func merging(on execution: Execution = Execution()) throws -> ExtremeRankingModel {
    try ExtremeRankingModel(
      trees: XRLinearEnsemble(trees.members.map { try $0.merging(on: execution) }), vectorizer: vectorizer,
      names: names)
  }

  /// Whether a text has a word that the model knows, so that a label of that text can be added.
  ///
  /// - Throws: ``InvalidInput`` when the model has no vectoriser.
  public func knows(_ texts: [String], on execution: Execution = Execution()) throws -> [Bool] {
    let rows = try textVectorizer().transform(texts, on: execution)
    return (0..<rows.rows).map { !rows.range(ofRow: $0).isEmpty }
  }

  /// Learns labels without adding them yet: what a log keeps.
  func insertions(
    of labels: [NamedLabel], _ recipe: LabelInsertionRecipe, on execution: Execution
  ) throws -> [ExtremeRankingChange] {
    guard storedNames != nil else {
      throw InvalidInput(
        "model", given: "one whose labels are numbers", expected: "one whose labels have names",
        advice: "Train it from texts with names: --clicks, or --text with --items.")
    }
    let new = try features(of: labels, pairs: recipe.pairCost > 0, on: execution)
    let members = try trees.members.map { try $0.insertions(of: new, recipe, on: execution) }
    return labels.indices.map { label in
      .insertion(name: labels[label].name, members.map { $0[label] })
    }
  }

  /// The model with changes that were learned before, by this model or one with the same arrays and changes.
  ///
  /// - Throws: ``InvalidInput`` when they do not fit the model.
  func applying(_ changes: [ExtremeRankingChange]) throws -> ExtremeRankingModel {
    var (insertions, names, removed) = (trees.members.map { _ in [LabelInsertion]() }, [String](), [Int]())
    for change in changes {
      switch change {
      case .removal(let label): removed.append(label)
      case .insertion(let name, let members):
        guard members.count == insertions.count else {
          throw InvalidInput(
            "insertion", given: "\(members.count) trees", expected: "\(insertions.count) as the model has")
        }
        names.append(name)
        for (member, insertion) in members.enumerated() { insertions[member].append(insertion) }
      }
    }
    return try replacing(
      zip(trees.members, insertions).map { try $0.adding($1).removing(removed) },
      addedNames: addedNames + names)
  }

  private func replacing(_ members: [XRLinearModel], addedNames: [String]) throws -> ExtremeRankingModel {
    try ExtremeRankingModel(
      trees: XRLinearEnsemble(members), vectorizer: vectorizer, storedNames: storedNames,
      addedNames: storedNames == nil ? [] : addedNames)
  }

  /// What is learned of labels: features of their texts, queries and word pairs.
  private func features(
    of labels: [NamedLabel], pairs: Bool, on execution: Execution
  ) throws -> [NewLabel] {
    let vectorizer = try textVectorizer()
    return try concurrentMap(
      count: labels.count, threads: execution.threads, scratch: { vectorizer.makeScratch() }
    ) { scratch, i in
      if i & 0xFF == 0 { try execution.cancellation.check() }
      let label = labels[i]
      var rows = ([label.text] + label.queries + (pairs ? label.wordPairs : [])).map { text in
        var row = SparseVector()
        vectorizer.vectorize(text, scratch: &scratch, into: &row)
        return row
      }
      let text = rows.removeFirst()
      return NewLabel(
        text: text, queries: Array(rows.prefix(label.queries.count)),
        pairs: Array(rows.dropFirst(label.queries.count)))
    }
  }
}

/// One label that came or went.
enum ExtremeRankingChange: Sendable, Equatable {
  /// A label with its name, as each tree learned it.
  case insertion(name: String, [LabelInsertion])
  /// The number of a label that is never answered any more.
  case removal(Int)
}
