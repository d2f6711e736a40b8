public import ChoiceModels

/// A plan with what it is expected to earn and what any plan could earn at the most.
public struct PlanReport: Sendable {
  /// ``SolveStatus/optimal`` where bound and profit meet, ``SolveStatus/improved`` where the gap is known,
  /// ``SolveStatus/infeasible`` where no plan keeps the rules.
  public let status: SolveStatus

  /// The rules that no plan keeps together.
  public let conflict: RuleConflict?

  /// Units of each product, those committed before included.
  public let units: [Int]

  /// Mean profit on the test bank with its standard error.
  public let profit: Estimate

  /// The scale-tuned newsvendor on the optimal assortment, judged on the same customers.
  public let baseline: Baseline

  /// What any plan earns at the most.
  public let bounds: Bounds

  /// Exact margins on the test bank and what happens to each product.
  public let products: [ProductOutlook]

  /// Paths that chose, that confirmed the choice, and that judged.
  public let paths: (selection: Int, validation: Int, test: Int)

  /// What the user should know: paths reduced for memory, the baseline kept.
  public let notes: [String]

  /// Profit path by path on the test bank.
  public let profits: [Double]

  /// A mean with its standard error.
  public struct Estimate: Sendable, Equatable, Codable {
    /// The mean.
    public let mean: Double
    /// Its standard error.
    public let standardError: Double

    /// Creates an estimate.
    public init(mean: Double, standardError: Double) {
      self.mean = mean
      self.standardError = standardError
    }
  }

  /// The plan to beat.
  public struct Baseline: Sendable {
    /// Its units.
    public let units: [Int]
    /// The scale that the selection bank chose.
    public let scale: Double
    /// Its profit on the test bank.
    public let profit: Estimate
    /// Gain of the plan over it, path by path.
    public let gain: Estimate

    /// Gain in percent of the baseline's profit.
    public var gainPercent: Double { profit.mean > 0 ? 100 * gain.mean / profit.mean : 0 }

    /// Standard error of ``gainPercent``.
    public var gainPercentError: Double { profit.mean > 0 ? 100 * gain.standardError / profit.mean : 0 }
  }

  /// Upper bounds on the expected profit of every plan; those by scenarios with a one-sided 95 % margin.
  public struct Bounds: Sendable {
    /// Expected customers times what each is worth when nothing runs out.
    public let fluid: Double
    /// From arrival counts: scenarios may refuse sales and divide units.
    public let flow: UpperBounds.Bound?
    /// From the customers' lists.
    public let list: UpperBounds.Bound?

    /// The least of them.
    public var used: Double { min(fluid, flow?.upper ?? .infinity, list?.upper ?? .infinity) }
  }

  /// How much of the bound the plan may leave on the table, in percent of the bound.
  public var gapPercent: Double { bounds.used > 0 ? max(0, 100 * (1 - profit.mean / bounds.used)) : 0 }

  /// Products that are carried.
  public var carried: [Int] { units.indices.filter { units[$0] > 0 } }

  static func infeasible(_ request: PlanRequest, conflict: RuleConflict) -> PlanReport {
    let none = [Int](repeating: 0, count: request.chain.productCount)
    let zero = Estimate(mean: 0, standardError: 0)
    return PlanReport(
      status: .infeasible, conflict: conflict, units: none, profit: zero,
      baseline: Baseline(units: none, scale: 1, profit: zero, gain: zero),
      bounds: Bounds(fluid: 0, flow: nil, list: nil), products: [], paths: (0, 0, 0), notes: [], profits: [])
  }
}
