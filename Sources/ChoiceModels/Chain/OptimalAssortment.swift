/// The assortment of highest expected revenue without limits, with bounds on what any assortment earns.
public struct OptimalAssortment: Sendable {
  /// What to offer.
  public let products: ProductSet

  /// Expected revenue of one customer: what the assortment earns at least, and what any assortment earns at the most.
  public let value: ClosedRange<Double>

  /// What a customer at each product is worth: the larger of stopping there and moving on.
  public let worth: [Double]

  /// ``SolveStatus/converged`` when both ends of ``value`` agree to 1e-10 of the value.
  public let status: SolveStatus

  /// Passes over the rows, those of part of the rows counted in proportion.
  public let sweeps: Double
}

extension SubstitutionChain {
  /// The assortment of highest expected net revenue, as a problem of optimal stopping.
  ///
  /// `g = max(r, 0, rho g)` is the worth of a customer at each product; products with `r_i >= (rho g)_i` are offered. Both
  /// ends of the value hold for whatever g was computed. With `above = max(max(r, 0, rho g) - g)` and expected remaining
  /// steps w, `g + above w` satisfies every constraint of the dual linear program, so no assortment earns more than
  /// `lambda (g + above w)`. With `below` the most by which g exceeds r where the assortment stops, or rho g where it goes
  /// on, the assortment itself earns at least `lambda (g - below w)`. When every product has a probability of leaving,
  /// `w <= 1 / least probability`.
  ///
  /// - Parameters:
  ///   - netRevenue: what a sale of each product earns, finite.
  ///   - forced: products that are offered whatever they earn.
  ///   - tolerance: largest change of a last sweep, in units of the largest net revenue where that is below 1.
  /// - Complexity: O(stored numbers) a sweep, some 9 sweeps of all rows
  public func optimalAssortment(
    netRevenue: [Double], forced: ProductSet? = nil, tolerance: Double = 1e-12
  ) -> OptimalAssortment {
    precondition(netRevenue.count == productCount, "one net revenue a product")
    var stopping = Stopping(self, netRevenue: netRevenue, forced: forced)
    switch transitions {
    case .dense(let part): stopping.iterate(part, tolerance: tolerance)
    case .sparse(let part): stopping.iterate(part, tolerance: tolerance)
    case .lowRank(let part): stopping.improvePolicy(part)
    }
    return stopping.result(self)
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in 0..<min(a.count, b.count) { sum += a[i] * b[i] }
  return sum
}
