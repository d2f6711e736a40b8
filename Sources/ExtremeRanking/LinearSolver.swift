internal import CKernels
public import Learning

/// How one label's linear classifier is trained.
///
/// min over (w, b) of 1/2 (|w|^2 + b^2) + sum_i C_i loss(y_i (w x_i + b bias)).
public struct LinearSolver: Codable, Sendable, Equatable {
  /// The loss of a margin.
  public enum Loss: String, Codable, Sendable, CaseIterable {
    /// max(0, 1 - m)^2
    case squaredHinge
    /// max(0, 1 - m)
    case hinge
    /// ln(1 + exp(-m))
    case logistic

    var code: Int32 {
      switch self {
      case .squaredHinge: Int32(CK_SQUARED_HINGE)
      case .hinge: Int32(CK_HINGE)
      case .logistic: Int32(CK_LOGISTIC)
      }
    }
  }

  /// The loss.
  public var loss = Loss.squaredHinge

  /// C, the cost of an instance, positive.
  public var cost: Double = 1

  /// Value of the constant feature; 0 trains without bias.
  public var bias: Double = 1

  /// Largest violation of the optimality conditions that is accepted, positive.
  public var tolerance = 0.1

  /// Passes over the data at the most, at least 1.
  public var maximumIterations = 100

  /// Creates the default solver.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(cost > 0 && cost.isFinite, "cost", given: cost, expected: "a positive number")
    found.require(bias >= 0 && bias.isFinite, "bias", given: bias, expected: "0 or more")
    found.require(
      tolerance > 0 && tolerance.isFinite, "tolerance", given: tolerance, expected: "a positive number")
    found.require(
      (1...1_000_000).contains(maximumIterations), "maximumIterations", given: maximumIterations,
      expected: "1 to 1000000")
    return found.all
  }

  func options(seed: UInt64) -> ck_solver_options {
    ck_solver_options(
      loss: loss.code, max_iterations: Int32(maximumIterations), tolerance: Float(tolerance), seed: seed)
  }
}
