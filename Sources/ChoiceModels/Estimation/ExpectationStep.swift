internal import Glibc

/// One pass of expectation-maximisation over sales that are grouped by offer set.
///
/// With S on offer, N not, and w_k = count_k / P(k | S): first wishes gain `w lambda_S` and `q lambda_N`, transitions
/// from N gain `visits rho w` and `visits rho q`, where `(I - rho_NN^T) visits = lambda_N` and
/// `(I - rho_NN) q = rho_NS w`: one factorisation and two solutions a set.
struct ExpectationStep {
  private struct Group {
    let present: [Int]
    let missing: [Int]
    let counts: [Double]
  }

  private let groups: [Group]
  private let n: Int
  private let prior: ChainParameters
  private let strength: Double
  private var factors: [Double]
  private var visits: [Double]
  private var onward: [Double]
  private var weights: [Double]
  private var wishes: [Double]
  private var moves: [Double]

  /// Log-likelihood of the data at the parameters that the last pass started from.
  private(set) var logLikelihood = 0.0

  init(_ sales: SalesWithOffers, prior: ChainParameters, strength: Double) {
    n = sales.productCount
    groups = sales.groups.map { group in
      let isOffered = ProductSet(productCount: sales.productCount, group.offered)
      return Group(
        present: group.offered + [sales.productCount], missing: isOffered.complement.products,
        counts: group.counts + [group.withoutPurchase])
    }
    self.prior = prior
    self.strength = strength
    let largest = groups.reduce(1) { max($0, $1.missing.count) }
    factors = [Double](repeating: 0, count: largest * largest)
    visits = [Double](repeating: 0, count: largest)
    onward = visits
    weights = [Double](repeating: 0, count: n + 1)
    wishes = weights
    moves = [Double](repeating: 0, count: n * (n + 1))
  }

  /// Log-likelihood plus the prior's log-density, up to a constant, at the same parameters.
  func penalised(_ parameters: ChainParameters) -> Double {
    guard strength > 0 else { return logLikelihood }
    var value = logLikelihood
    for (p, q) in zip(prior.first, parameters.first) where p > 0 { value += strength * p * logProbability(q) }
    for (p, q) in zip(prior.rows, parameters.rows) where p > 0 { value += strength * p * logProbability(q) }
    return value
  }

  /// The parameters after one pass; also sets ``logLikelihood`` of those before.
  mutating func next(_ parameters: ChainParameters) -> ChainParameters {
    logLikelihood = 0
    for i in wishes.indices { wishes[i] = strength * prior.first[i] }
    for i in moves.indices { moves[i] = strength * prior.rows[i] }
    parameters.first.withUnsafeBufferPointer { first in
      parameters.rows.withUnsafeBufferPointer { rows in
        for group in groups { add(group, first, rows) }
      }
    }
    var next = parameters
    let total = wishes.reduce(0, +)
    for i in wishes.indices { next.first[i] = wishes[i] / total }
    let width = n + 1
    for i in 0..<n {
      var mass = 0.0
      for j in 0..<width { mass += moves[i * width + j] }
      // A product that never was missing keeps its row: the sales say nothing of it.
      guard mass > 0 else { continue }
      for j in 0..<width { next.rows[i * width + j] = moves[i * width + j] / mass }
    }
    return next
  }

  private mutating func add(
    _ group: Group, _ first: UnsafeBufferPointer<Double>, _ rows: UnsafeBufferPointer<Double>
  ) {
    let (m, width) = (group.missing.count, n + 1)
    var likelihood = 0.0
    factors.withUnsafeMutableBufferPointer { a in
      visits.withUnsafeMutableBufferPointer { visits in
        onward.withUnsafeMutableBufferPointer { onward in
          weights.withUnsafeMutableBufferPointer { weights in
            for (r, i) in group.missing.enumerated() {
              for (c, j) in group.missing.enumerated() {
                a[r * m + c] = (r == c ? 1 : 0) - rows[i * width + j]
              }
              visits[r] = first[i]
              onward[r] = 0
            }
            Elimination.factor(a.baseAddress!, size: m)
            Elimination.solveTransposed(a.baseAddress!, size: m, visits.baseAddress!)
            for (k, j) in group.present.enumerated() {
              weights[j] = 0
              guard group.counts[k] > 0 else { continue }
              var probability = first[j]
              for (r, i) in group.missing.enumerated() { probability += rows[i * width + j] * visits[r] }
              likelihood += group.counts[k] * logProbability(probability)
              weights[j] = group.counts[k] / max(probability, 1e-300)
              for (r, i) in group.missing.enumerated() { onward[r] += rows[i * width + j] * weights[j] }
            }
            Elimination.solve(a.baseAddress!, size: m, onward.baseAddress!)
          }
        }
      }
    }
    logLikelihood += likelihood
    for j in group.present { wishes[j] += weights[j] * first[j] }
    for (r, i) in group.missing.enumerated() {
      wishes[i] += onward[r] * first[i]
      for j in group.present { moves[i * width + j] += visits[r] * rows[i * width + j] * weights[j] }
      for (c, j) in group.missing.enumerated() {
        moves[i * width + j] += visits[r] * rows[i * width + j] * onward[c]
      }
    }
  }
}

/// The natural logarithm of a probability; one below 1e-300 counts as that.
func logProbability(_ probability: Double) -> Double { log(max(probability, 1e-300)) }
