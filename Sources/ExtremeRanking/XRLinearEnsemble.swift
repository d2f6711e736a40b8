public import Learning
public import LinearAlgebra

/// Several models of the same labels whose scores are averaged, usually trees of different seeds.
///
/// A label that a member does not return counts as score 0 there.
public struct XRLinearEnsemble: Predictor, Sendable {
  /// The members, at least one.
  public let members: [XRLinearModel]

  /// Puts models together.
  ///
  /// - Throws: ``InvalidInput`` when there is none or their labels or features differ in number.
  public init(_ members: [XRLinearModel]) throws {
    guard let first = members.first else {
      throw InvalidInput("ensemble", given: "no model", expected: "at least one")
    }
    var problems = Violations()
    for (i, member) in members.enumerated() {
      problems.require(
        member.labelCount == first.labelCount && member.featureCount == first.featureCount, "model \(i + 1)",
        given: "\(member.labelCount) labels and \(member.featureCount) features",
        expected: "\(first.labelCount) and \(first.featureCount) as model 1")
    }
    try problems.throwIfAny()
    self.members = members
  }

  /// Trains `count` models that differ in their seeds.
  ///
  /// - Throws: what training throws.
  public init(_ recipe: XRLinear, count: Int, _ data: ExtremeRankingData, on execution: Execution) throws {
    guard (1...100).contains(count) else {
      throw InvalidInput("ensemble", given: count, expected: "1 to 100 models")
    }
    try self.init(
      (0..<count).map { i in
        var member = recipe
        member.seed = recipe.seed &+ UInt64(i)
        return try member.fit(data, on: execution)
      })
  }

  /// Answers one query with the recipes' options.
  public func predict(_ query: SparseVector) throws -> RankedLabels {
    try predict(query, PredictionOptions())
  }

  /// Answers one query by the mean of the members' scores; a filter is one of the first member's tree.
  ///
  /// - Complexity: the sum of the members'; with a filter O(L) more for each
  public func predict(_ query: SparseVector, _ options: PredictionOptions) throws -> RankedLabels {
    try mean(of: members.map { try $0.predict(query, self.options(options, for: $0)) }, options.k)
  }

  /// Answers many queries, one a row, by the mean of the members' scores; a filter is one of the first member's tree.
  ///
  /// - Throws: ``InvalidInput``; `CancellationError`.
  public func predict(
    _ queries: SparseMatrix, _ options: PredictionOptions, on execution: Execution
  ) throws -> [RankedLabels] {
    let answers = try members.map {
      try $0.predict(queries, self.options(options, for: $0), on: execution)
    }
    return (0..<queries.rows).map { row in mean(of: answers.map { $0[row] }, options.k) }
  }

  /// The options with a filter of the first member's tree turned into one of another member's.
  private func options(_ options: PredictionOptions, for member: XRLinearModel) -> PredictionOptions {
    guard let filter = options.filter, members.count > 1 else { return options }
    var own = options
    own.filter = filter.moved(from: members[0], to: member)
    return own
  }

  private func mean(of answers: [RankedLabels], _ k: Int) -> RankedLabels {
    if answers.count == 1 { return answers[0] }
    var sums: [Int32: Float] = [:]
    for answer in answers {
      for (label, score) in zip(answer.labels, answer.scores) { sums[label, default: 0] += score }
    }
    var keys = sums.map { RankKey(score: $0.value / Float(answers.count), id: UInt32($0.key)) }
    keys.keepLargest(k)
    return RankedLabels(
      labels: keys.map { Int32($0.id) }, scores: keys.map(\.score), status: answers[0].status)
  }
}
