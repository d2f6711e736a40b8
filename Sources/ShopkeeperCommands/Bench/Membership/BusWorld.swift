internal import DynamicChoice
internal import Glibc
internal import Learning
internal import LinearAlgebra
internal import Probability

/// The bus world of the published comparison of inverse reinforcement learning: mileage 1 to 20, keeping costs the mileage,
/// replacing costs 5 (the anchor), discount .95, monthly growth 1 to 4, and K variables drawn anew from -10 to 10.
///
/// With a regime, a persistent variable (it stays with .9) makes keeping dearer by half. With relevant variables, keeping costs
/// the mileage times 1 + .03 z for each of the first three.
struct BusWorld {
  static let cells = 20
  static let discount = 0.95
  static let months = 100
  let hasRegime: Bool
  /// P(replace) by the sum of the first three variables from -30 to 30, then by mileage, where they are relevant.
  private let relevant: [Double]?

  let problem: DecisionProblem
  /// A x S.
  let rewards: [Double]
  let policy: [Double]
  private let values: [Double]

  init(regime: Bool = false, relevantVariables: Bool = false) throws {
    hasRegime = regime
    relevant = relevantVariables ? Self.relevantPolicy() : nil
    let (cells, regimes) = (Self.cells, regime ? 2 : 1)
    var rows: [[(Int32, Double)]] = []
    for action in 0..<2 {
      for s in 0..<cells * regimes {
        var row: [Int32: Double] = [:]
        for other in 0..<regimes {
          let chance = regimes == 1 ? 1 : other == s / cells ? 0.9 : 0.1
          for growth in action == 0 ? [0] : [1, 2, 3, 4] {
            let to = other * cells + (action == 0 ? 0 : min(s % cells + growth, cells - 1))
            row[Int32(to), default: 0] += chance / (action == 0 ? 1 : 4)
          }
        }
        rows.append(row.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      }
    }
    rewards =
      [Double](repeating: -5, count: cells * regimes)
      + (0..<cells * regimes).map { -Double($0 % cells + 1) * ($0 >= cells ? 1.5 : 1) }
    problem = try DecisionProblem(
      actions: [ChoiceAction("replace"), ChoiceAction("keep")], discount: Self.discount,
      transitions: SparseTransitions(stateCount: cells * regimes, actionCount: 2, rows: rows),
      features: RewardFeatures(
        names: [], stateCount: cells * regimes, actionCount: 2, values: [], offset: rewards))
    let solution = ValueSolver().solve(problem, rewards: rewards)
    (policy, values) = (solution.policy, solution.values)
  }

  /// Paths, month after month of each.
  struct Sample {
    var (states, next, actions) = ([Int](), [Int](), [Int32]())
    /// n x K.
    var (variables, variablesNext) = ([Double](), [Double]())
    /// Rows of the first four fifths of the paths.
    var training = 0
  }

  func simulate(paths: Int, variables: Int, seed: UInt64) -> Sample {
    var sample = Sample()
    let rows = paths * Self.months
    sample.variables.reserveCapacity(rows * variables)
    sample.variablesNext.reserveCapacity(rows * variables)
    for path in 0..<paths {
      var generator = SeededGenerator(seed: seed, stream: UInt64(path))
      var state = generator.integer(below: hasRegime ? 2 : 1) * Self.cells
      var z = (0..<variables).map { _ in Double(generator.integer(below: 21) - 10) }
      for _ in 0..<Self.months {
        let chance = relevant.map { $0[(Int(z[0] + z[1] + z[2]) + 30) * Self.cells + state] } ?? policy[state]
        let replaces = generator.uniform() < chance
        var next = replaces ? 0 : min(state % Self.cells + 1 + generator.integer(below: 4), Self.cells - 1)
        if hasRegime {
          let stays = generator.uniform() < 0.9
          next += (state >= Self.cells) == stays ? Self.cells : 0
        }
        let other = (0..<variables).map { _ in Double(generator.integer(below: 21) - 10) }
        sample.states.append(state)
        sample.next.append(next)
        sample.actions.append(replaces ? 0 : 1)
        sample.variables += z
        sample.variablesNext += other
        (state, z) = (next, other)
      }
    }
    sample.training = 4 * paths / 5 * Self.months
    return sample
  }

  /// The solution where keeping costs the mileage times 1 + .03 of the sum of three variables, each of -10 to 10.
  private static func relevantPolicy() -> [Double] {
    var sums = [0: 1.0]
    for _ in 0..<3 {
      var next: [Int: Double] = [:]
      for (sum, chance) in sums { for z in -10...10 { next[sum + z, default: 0] += chance / 21 } }
      sums = next
    }
    let chances = sums.sorted { $0.key < $1.key }
    var values = [Double](repeating: 0, count: cells)
    var policy = [Double](repeating: 0, count: chances.count * cells)
    for _ in 0..<2000 {
      var next = [Double](repeating: 0, count: cells)
      let replace = -5 + discount * values[0]
      for cell in 0..<cells {
        let ahead = (1...4).reduce(0) { $0 + values[min(cell + $1, cells - 1)] / 4 }
        for (place, (sum, chance)) in chances.enumerated() {
          let keep = -Double(cell + 1) * (1 + 0.03 * Double(sum)) + discount * ahead
          next[cell] += chance * (max(keep, replace) + log1p(exp(-abs(keep - replace))))
          policy[place * cells + cell] = 1 / (1 + exp(keep - replace))
        }
      }
      let gap = zip(next, values).reduce(0) { max($0, abs($1.0 - $1.1)) }
      values = next
      if gap < 1e-9 { break }
    }
    return policy
  }

  /// Mean absolute percentage error of rewards at the pairs of the last fifth of the paths.
  func error(_ sample: Sample, _ found: (_ row: Int, _ action: Int) -> Double) -> Double {
    let held = sample.training..<sample.states.count
    let states = problem.stateCount
    return 100
      * held.reduce(0.0) { sum, row in
        let action = Int(sample.actions[row])
        let truth = rewards[action * states + sample.states[row]]
        return sum + abs((found(row, action) - truth) / truth)
      } / Double(held.count)
  }
}
