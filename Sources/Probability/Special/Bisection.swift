/// Roots of ascending functions by halving.
enum Bisection {
  /// The point where an ascending function crosses 0, to rounding.
  ///
  /// - Complexity: at most about 1,100 evaluations, usually 60.
  static func root(between low: Double, and high: Double, _ function: (Double) -> Double) -> Double {
    var (low, high) = (low, high)
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return middle }
      if function(middle) < 0 { low = middle } else { high = middle }
    }
  }
}
