internal import Learning
internal import LinearAlgebra

/// What estimators of dynamic choice learn from: a problem and how often its actions were chosen.
public struct ChoiceData: Sendable {
  /// The problem.
  public let problem: DecisionProblem

  /// How often each action was chosen in each state.
  public let counts: ChoiceCounts

  /// How the transitions were estimated, where they were; standard errors count it.
  public let dynamics: (any EstimatedDynamics)?

  /// What describes the states, for policies that share strength between states; nil where nothing does.
  public let design: StateDesign?

  /// Whose choices they are; nil where that is not known.
  public let customers: CustomerChoices?

  /// Creates data.
  ///
  /// - Throws: ``InvalidInput`` when the shapes differ or nothing was chosen.
  public init(
    problem: DecisionProblem, counts: ChoiceCounts, dynamics: (any EstimatedDynamics)? = nil,
    design: StateDesign? = nil, customers: CustomerChoices? = nil
  ) throws {
    var problems = Violations()
    problems.require(
      counts.stateCount == problem.stateCount, "counts", given: "\(counts.stateCount) states",
      expected: "\(problem.stateCount) states as in the problem")
    problems.require(
      counts.actionCount == problem.actions.count, "counts", given: "\(counts.actionCount) actions",
      expected: "\(problem.actions.count) actions as in the problem")
    problems.require(counts.total > 0, "counts", given: "no choice", expected: "1 or more")
    if let design {
      problems.require(
        design.columns.rows == problem.stateCount, "design", given: "\(design.columns.rows) rows",
        expected: "\(problem.stateCount) rows, one for each state")
    }
    if let customers {
      problems.require(
        customers.cells.allSatisfy { $0 >= 0 && $0 < counts.values.count }, "customers",
        given: "a choice out of range", expected: "0 to \(counts.values.count - 1)")
    }
    try problems.throwIfAny()
    (self.problem, self.counts, self.dynamics) = (problem, counts, dynamics)
    (self.design, self.customers) = (design, customers)
  }
}

/// Transitions that were estimated from counts: rows of probabilities, each with the number of moves it comes from.
///
/// Standard errors of parameters that were estimated with these transitions ask how the problem changes when a row moves.
public protocol EstimatedDynamics: Sendable {
  /// The estimated rows.
  var rows: [EstimatedRow] { get }

  /// The problem when `share` of a row's probability moves to one of its cells: p becomes (1 - share) p + share e_cell.
  func problem(moving row: Int, to cell: Int, by share: Double) throws -> DecisionProblem
}

/// One row of estimated transition probabilities.
public struct EstimatedRow: Sendable, Equatable {
  /// The probabilities of the cells.
  public let probabilities: [Double]

  /// How many moves they were estimated from.
  public let observations: Double

  /// Creates a row.
  public init(probabilities: [Double], observations: Double) {
    (self.probabilities, self.observations) = (probabilities, observations)
  }
}
