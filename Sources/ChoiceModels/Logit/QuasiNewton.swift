/// Climbs a smooth function by quasi-Newton steps (Broyden, Fletcher, Goldfarb, Shanno, 1970) with halved steps until the
/// value rises enough.
struct QuasiNewton {
  typealias Function = ([Double]) -> (value: Double, gradient: [Double])

  private(set) var point: [Double]
  private var value: Double
  private var gradient: [Double]
  /// An approximation of the inverse of the curvature, row by row.
  private var inverse: [Double]

  init(start: [Double], _ function: Function) {
    point = start
    (value, gradient) = function(start)
    inverse = Self.identity(start.count)
  }

  /// The largest partial derivative.
  var slope: Double { gradient.reduce(0) { max($0, abs($1)) } }

  private static func identity(_ n: Int) -> [Double] {
    (0..<n * n).map { $0 / max(1, n) == $0 % max(1, n) ? 1 : 0 }
  }

  /// One step; false where no step along the direction or the slope raises the value.
  mutating func advance(_ function: Function) -> Bool {
    if step(function) { return true }
    inverse = Self.identity(point.count)
    return step(function)
  }

  private mutating func step(_ function: Function) -> Bool {
    let n = point.count
    let direction = (0..<n).map { i in (0..<n).reduce(0) { $0 + inverse[i * n + $1] * gradient[$1] } }
    let rise = dot(direction, gradient)
    guard rise > 0 else { return false }
    // No coordinate moves by more than 4 at once: they are logarithms.
    var length = min(1, 4 / max(direction.reduce(0) { max($0, abs($1)) }, 1e-300))
    for _ in 0..<40 {
      let next = zip(point, direction).map { $0 + length * $1 }
      let (reached, slope) = function(next)
      if reached.isFinite, reached >= value + 1e-4 * length * rise, reached > value {
        update(moved: zip(next, point).map { $0 - $1 }, fell: zip(gradient, slope).map { $0 - $1 })
        (point, value, gradient) = (next, reached, slope)
        return true
      }
      length /= 2
    }
    return false
  }

  private mutating func update(moved s: [Double], fell y: [Double]) {
    let n = s.count
    let curvature = dot(s, y)
    guard curvature > 1e-12 * dot(s, s) else { return }
    let product = (0..<n).map { i in (0..<n).reduce(0) { $0 + inverse[i * n + $1] * y[$1] } }
    let factor = (1 + dot(y, product) / curvature) / curvature
    for i in 0..<n {
      for j in 0..<n {
        inverse[i * n + j] += factor * s[i] * s[j] - (product[i] * s[j] + s[i] * product[j]) / curvature
      }
    }
  }
}
