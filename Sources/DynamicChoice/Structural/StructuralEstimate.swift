public import Learning
public import LinearAlgebra

/// Parameters of a reward, with what they imply for values and choices.
public struct StructuralEstimate: Predictor {
  /// How they were estimated: "nfxp", "npl", "hotz-miller", "mce", "maxent", "static".
  public internal(set) var method: String

  /// The parameters in the order of the features.
  public let parameters: [Estimate]

  /// Their covariance; nil where there is none to give.
  public let covariance: DoubleMatrix?

  /// How the parameters answer to each cell of the estimated transitions, one row a cell; nil where transitions are taken as
  /// given.
  let responses: DoubleMatrix?

  /// The information of the choices about the parameters: the sum of outer products of scores.
  public let information: DoubleMatrix

  /// What the information says of each parameter.
  public let diagnosis: InformationDiagnosis

  /// The log-likelihood of all choices.
  public let logLikelihood: Double

  /// How the estimation ended.
  public let status: FitStatus

  /// The sum of all counts.
  public let decisions: Double

  /// Number of states S.
  public let stateCount: Int

  /// Number of actions A.
  public let actionCount: Int

  /// V(s), S numbers; empty where values could not be solved.
  public let values: [Double]

  /// pi(a | s), A x S probabilities, all states of an action together.
  public let policy: [Double]

  /// What it took.
  public internal(set) var effort = EstimationEffort()

  /// The parameters as numbers.
  public var theta: [Double] { parameters.map(\.value) }

  /// The log-likelihood of one choice.
  public var meanLogLikelihood: Double { logLikelihood / decisions }

  func named(_ method: String) -> Self {
    var copy = self
    copy.method = method
    return copy
  }

  /// The probability of each action in a state.
  ///
  /// - Throws: ``InvalidInput`` when there is no such state, or when values could not be solved.
  public func predict(_ query: Int) throws -> [Double] {
    try probabilities(in: query, of: policy, states: stateCount, actions: actionCount)
  }
}

/// The policy's row of a state.
func probabilities(in state: Int, of policy: [Double], states: Int, actions: Int) throws -> [Double] {
  guard policy.count == states * actions else {
    throw InvalidInput(
      "estimate", given: "one that diverged", expected: "one with values", advice: "Estimate with a ridge.")
  }
  guard state >= 0, state < states else {
    throw InvalidInput("state", given: state, expected: "0 to \(states - 1) of \(states) states")
  }
  return (0..<actions).map { policy[$0 * states + state] }
}

/// What an estimation took.
public struct EstimationEffort: Codable, Sendable, Equatable {
  /// Steps of the search, or of the pseudo-likelihood.
  public var iterations = 0
  /// Contractions of the Bellman operator.
  public var contractions = 0
  /// Newton-Kantorovich steps.
  public var newtonSteps = 0
  /// Evaluations of the likelihood.
  public var evaluations = 0

  /// Creates a summary.
  public init(iterations: Int = 0, contractions: Int = 0, newtonSteps: Int = 0, evaluations: Int = 0) {
    (self.iterations, self.contractions) = (iterations, contractions)
    (self.newtonSteps, self.evaluations) = (newtonSteps, evaluations)
  }
}
