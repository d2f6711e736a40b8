internal import CKernels
internal import ChoiceModels

/// Scenarios of arrival counts on a chain: optimal stopping with rewards that differ from scenario to scenario.
struct FlowScenarios: ScenarioProblem {
  private let rows: SparseTransitions
  private let arrivals: [Double]
  private let width: Int
  private let total: Double
  private var worth: [Double]
  private var floors: [Double]
  private var going: [Double]
  private var mass: [Double]
  private(set) var sales: [Double]

  init(_ chain: SubstitutionChain, _ rows: SparseTransitions, arrivals: [Double], scenarios: Int) {
    self.rows = rows
    self.arrivals = arrivals
    width = scenarios
    total = arrivals.reduce(0, +)
    worth = [Double](repeating: 0, count: arrivals.count)
    (floors, going, mass, sales) = (worth, worth, worth, worth)
  }

  /// Sweeps over a chain at the most: one whose customers hardly ever leave would take tens of thousands to converge.
  private static let sweeps = 100

  mutating func evaluate(_ rewards: [Double]) -> Double {
    var largest = 0.0
    var raised = [Double](repeating: 0, count: width)
    var best = raised
    for i in rewards.indices {
      let floor = max(0, rewards[i])
      raised[i % width] = max(raised[i % width], floor - floors[i])
      best[i % width] = max(best[i % width], floor)
      floors[i] = floor
      largest = max(largest, floor)
      sales[i] = 0
    }
    // No worth rises by more than the largest rise of a reward, and none is above the best reward. The iteration is
    // monotone, so from above it stays above, and what it reaches is a bound wherever it ends.
    for i in worth.indices { worth[i] = min(worth[i] + raised[i % width], best[i % width]) }
    let tolerance = 1e-10 * max(1, largest)
    for _ in 0..<Self.sweeps where withTransitions({ $0.stop($1) }) >= tolerance {}
    for i in rewards.indices {
      // Worth that is its own reward stops here, also where moving on is worth the same.
      going[i] = worth[i] > floors[i] + 10 * tolerance || rewards[i] < 0 ? 1 : 0
    }
    mass = arrivals
    for _ in 0..<Self.sweeps where withTransitions({ $0.push($1) }) > 1e-9 * total {}
    var sum = 0.0
    for i in arrivals.indices { sum += worth[i] * arrivals[i] }
    return sum
  }

  private mutating func stop(_ transitions: ck_transitions) -> Double {
    floors.withUnsafeBufferPointer { floors in
      worth.withUnsafeMutableBufferPointer {
        ck_substitution_stop_batch(rows.productCount, transitions, width, floors.baseAddress, $0.baseAddress)
      }
    }
  }

  private mutating func push(_ transitions: ck_transitions) -> Double {
    going.withUnsafeBufferPointer { going in
      mass.withUnsafeMutableBufferPointer { mass in
        sales.withUnsafeMutableBufferPointer {
          ck_substitution_push_batch(
            rows.productCount, transitions, width, going.baseAddress, mass.baseAddress, $0.baseAddress)
        }
      }
    }
  }

  private mutating func withTransitions(_ body: (inout Self, ck_transitions) -> Double) -> Double {
    let rows = rows
    return rows.offsets.withUnsafeBufferPointer { offsets in
      rows.columns.withUnsafeBufferPointer { columns in
        rows.values.withUnsafeBufferPointer { values in
          body(
            &self,
            ck_transitions(
              offsets: offsets.baseAddress, columns: columns.baseAddress, values: values.baseAddress))
        }
      }
    }
  }
}
