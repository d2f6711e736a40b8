internal import LinearAlgebra
internal import Probability

/// Groups points around centres (k-means, started by k-means++).
///
/// Centres are found on a sample of at most ``sampleSize`` points, then every point is assigned once: time and memory grow
/// with the points, never with their pairs. D. Arthur, S. Vassilvitskii: "k-means++", SODA 2007.
struct KMeans: Sendable {
  /// Points that centres are found on at the most.
  static let sampleSize = 50_000

  /// One centre a row; fewer than asked for where there are fewer different points.
  let centres: DoubleMatrix

  /// Centres that are known.
  init(centres: DoubleMatrix) { self.centres = centres }

  /// Finds centres.
  ///
  /// - Parameter weights: what each point counts; empty for 1 each.
  /// - Precondition: one point and one cell or more; some weight is above 0.
  init(_ points: DoubleMatrix, weights: [Double] = [], cells: Int, rounds: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var (sample, mass) = (points, weights)
    if points.rows > Self.sampleSize {
      let drawn = (0..<Self.sampleSize).map { _ in generator.integer(below: points.rows) }
      sample = points.rows(drawn)
      if !weights.isEmpty { mass = drawn.map { weights[$0] } }
    }
    if mass.isEmpty { mass = [Double](repeating: 1, count: sample.rows) }
    var centres = Self.start(sample, mass, cells, &generator)
    for _ in 0..<rounds {
      let labels = KMeans(centres: centres).labels(sample)
      var sums = DoubleMatrix(rows: centres.rows, columns: centres.columns)
      var counts = [Double](repeating: 0, count: centres.rows)
      for row in 0..<sample.rows {
        let label = Int(labels[row])
        counts[label] += mass[row]
        for k in 0..<sample.columns { sums[label, k] += mass[row] * sample[row, k] }
      }
      var moved = centres
      for cell in 0..<centres.rows where counts[cell] > 0 {
        for k in 0..<centres.columns { moved[cell, k] = sums[cell, k] / counts[cell] }
      }
      if moved == centres { break }
      centres = moved
    }
    self.centres = centres
  }

  /// Points drawn one after the other, each with a chance in proportion to its squared distance to those before.
  private static func start(
    _ points: DoubleMatrix, _ weights: [Double], _ cells: Int, _ generator: inout SeededGenerator
  ) -> DoubleMatrix {
    var chosen = [generator.integer(below: points.rows)]
    var nearest = [Double](repeating: .infinity, count: points.rows)
    while chosen.count < cells {
      var total = 0.0
      for row in 0..<points.rows {
        var square = 0.0
        for k in 0..<points.columns {
          let difference = points[row, k] - points[chosen[chosen.count - 1], k]
          square += difference * difference
        }
        nearest[row] = min(nearest[row], square)
        total += weights[row] * nearest[row]
      }
      // Fewer different points than cells.
      guard total > 0 else { break }
      var rest = generator.uniform() * total
      chosen.append(
        nearest.indices.first {
          rest -= weights[$0] * nearest[$0]
          return rest < 0
        } ?? points.rows - 1)
    }
    return points.rows(chosen)
  }

  /// The nearest centre of each point.
  ///
  /// - Complexity: O(points x centres x columns)
  func labels(_ points: DoubleMatrix) -> [Int32] {
    let (columns, cells) = (points.columns, centres.rows)
    return points.values.withUnsafeBufferPointer { points in
      centres.values.withUnsafeBufferPointer { centres in
        (0..<points.count / max(1, columns)).map { row in
          var (best, label) = (Double.infinity, 0)
          for cell in 0..<cells {
            var square = 0.0
            for k in 0..<columns {
              let difference = points[row * columns + k] - centres[cell * columns + k]
              square += difference * difference
            }
            if square < best { (best, label) = (square, cell) }
          }
          return Int32(label)
        }
      }
    }
  }
}
