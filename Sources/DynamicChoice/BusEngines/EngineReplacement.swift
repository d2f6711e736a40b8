internal import Glibc
internal import Learning

/// The replacement of an engine: keep it at a cost that grows with the mileage, or replace it at a cost RC.
///
/// J. Rust: "Optimal Replacement of GMC Bus Engines", Econometrica 55(5), 1987, tables VIII to X.
public struct EngineReplacement: EstimatedDynamics {
  /// How the cost of keeping an engine grows with its bin x; replacing costs RC and the cost of the first bin.
  public enum Cost: String, Sendable, CaseIterable {
    /// .001 theta x
    case linear
    /// .001 theta1 x + .00001 theta2 x^2
    case quadratic
    /// .001 theta1 x + .00001 theta2 x^2 + .0000001 theta3 x^3
    case cubic
    /// .01 theta sqrt(x)
    case squareRoot = "square root"
    /// .1 theta / (bins + 1 - x)
    case hyperbolic
    /// the hyperbolic and the square root form together
    case mixed

    /// The columns of the cost at bin x of 1...bins.
    func columns(_ x: Double, bins: Int) -> [Double] {
      let (root, hyperbola) = (1e-2 * x.squareRoot(), 0.1 / (Double(bins) + 1 - x))
      return switch self {
      case .linear: [1e-3 * x]
      case .quadratic: [1e-3 * x, 1e-5 * x * x]
      case .cubic: [1e-3 * x, 1e-5 * x * x, 1e-7 * x * x * x]
      case .squareRoot: [root]
      case .hyperbolic: [hyperbola]
      case .mixed: [hyperbola, root]
      }
    }
  }

  /// Number of bins.
  public let bins: Int
  /// Discount of a month.
  public let discount: Double
  /// Form of the cost.
  public let cost: Cost
  /// How often each increment was seen, or weights of them.
  public let incrementCounts: [Double]

  /// Creates the problem's description.
  public init(bins: Int, discount: Double, cost: Cost = .linear, incrementCounts: [Double]) {
    (self.bins, self.discount, self.cost, self.incrementCounts) = (bins, discount, cost, incrementCounts)
  }

  /// The problem: parameters RC and those of the cost.
  ///
  /// - Throws: ``InvalidInput`` when the discount is out of range or no increment was seen.
  public func problem() throws -> DecisionProblem { try problem(shares) }

  /// The problem and the choices of a panel.
  ///
  /// - Throws: ``InvalidInput``, also when the panel has bins beyond the last.
  public func data(_ panel: BusPanel) throws -> ChoiceData {
    try ChoiceData(
      problem: problem(),
      counts: ChoiceCounts(states: panel.bins, actions: panel.replaced, stateCount: bins, actionCount: 2),
      dynamics: self)
  }

  /// The increments as one estimated row.
  public var rows: [EstimatedRow] {
    [EstimatedRow(probabilities: shares, observations: incrementCounts.reduce(0, +))]
  }

  /// The problem when probability moves to one increment.
  public func problem(moving row: Int, to cell: Int, by share: Double) throws -> DecisionProblem {
    var moved = shares.map { $0 * (1 - share) }
    moved[cell] += share
    return try problem(moved)
  }

  private var shares: [Double] {
    let total = incrementCounts.reduce(0, +)
    return incrementCounts.map { $0 / total }
  }

  private func problem(_ increments: [Double]) throws -> DecisionProblem {
    let table = (1...bins).map { cost.columns(Double($0), bins: bins) }
    let parameters = table[0].count
    // keep: 0 for RC, then the cost; replace: -1 for RC, then the cost of a new engine.
    var values = [Double](repeating: 0, count: bins)
    for k in 0..<parameters { values += table.map { -$0[k] } }
    values += [Double](repeating: -1, count: bins)
    for k in 0..<parameters { values += [Double](repeating: -table[0][k], count: bins) }
    let names = parameters == 1 ? ["theta11"] : (1...parameters).map { "theta1\($0)" }
    return try DecisionProblem(
      actions: [ChoiceAction("keep"), ChoiceAction("replace")], discount: discount,
      transitions: IncrementTransitions(stateCount: bins, increments: increments, resets: [nil, 0]),
      features: RewardFeatures(names: ["RC"] + names, stateCount: bins, actionCount: 2, values: values))
  }
}
