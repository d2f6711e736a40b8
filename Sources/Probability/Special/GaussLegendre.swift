internal import Glibc

/// Integrals over an interval by Gauss and Legendre's rule, exact for polynomials of degree 2 n - 1.
///
///     GaussLegendre(points: 20).integral(over: 0...1) { exp($0) }     // e - 1
public struct GaussLegendre: Sendable {
  /// Positions in -1...1, ascending.
  public let nodes: [Double]

  /// What each position counts; of sum 2.
  public let weights: [Double]

  /// Computes the rule by Newton's steps on the Legendre polynomial.
  ///
  /// - Precondition: 1 to 1,000 points.
  /// - Complexity: O(points²)
  public init(points: Int) {
    precondition((1...1000).contains(points), "1 to 1000 points")
    var (nodes, weights) = ([Double](), [Double]())
    let count = Double(points)
    for i in 0..<points {
      var x = -cos(Double.pi * (Double(i) + 0.75) / (count + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (previous, value) = (1.0, x)
        for degree in stride(from: 2.0, through: count, by: 1) {
          (previous, value) = (value, ((2 * degree - 1) * x * value - (degree - 1) * previous) / degree)
        }
        slope = count * (x * value - previous) / (x * x - 1)
        let step = value / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      nodes.append(x)
      weights.append(2 / ((1 - x * x) * slope * slope))
    }
    (self.nodes, self.weights) = (nodes, weights)
  }

  /// The integral of a function over an interval.
  public func integral(over range: ClosedRange<Double>, _ function: (Double) -> Double) -> Double {
    let (middle, half) = (
      0.5 * (range.lowerBound + range.upperBound), 0.5 * (range.upperBound - range.lowerBound)
    )
    var sum = 0.0
    for (node, weight) in zip(nodes, weights) { sum += weight * function(middle + half * node) }
    return half * sum
  }
}
