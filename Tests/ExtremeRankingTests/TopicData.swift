import ExtremeRanking
import LinearAlgebra
import Probability

/// Small data with structure: every label has a few features of its own and shares others with its neighbours;
/// an instance draws features of the labels it has.
enum TopicData {
  static func make(
    labels: Int, instances: Int, features: Int = 120, seed: UInt64 = 1, relevance: Bool = false
  ) -> ExtremeRankingData {
    var generator = SeededGenerator(seed: seed)
    let words = (0..<labels).map { label in
      (0..<6).map { k in k < 3 ? (label * 7 + k * 31) % features : (label / 4 * 13 + k * 17) % features }
    }
    var x = SparseMatrix.Builder(columns: features)
    var y = SparseMatrix.Builder(columns: labels)
    var r = SparseMatrix.Builder(columns: labels)
    for i in 0..<instances {
      let own = Set(
        (0..<(1 + generator.integer(below: 2))).map { _ in
          i < labels ? i : generator.integer(below: labels)
        }
      ).sorted()
      var row = [Int: Float]()
      for label in own {
        for word in words[label] where generator.uniform() < 0.7 { row[word, default: 0] += 1 }
      }
      row[generator.integer(below: features), default: 0] += 0.5
      var vector = SparseVector(
        indices: row.keys.sorted().map(Int32.init), values: row.keys.sorted().map { row[$0]! })
      vector.normalize()
      x.append(vector)
      y.append(row: own.map { ($0, 1) })
      r.append(row: own.map { ($0, Float(1 + generator.integer(below: 3))) })
    }
    return ExtremeRankingData(
      instances: x.finish(), labels: y.finish(), relevance: relevance ? r.finish() : nil)
  }

  /// Random queries over the same features, some without any.
  static func queries(_ count: Int, features: Int = 120, seed: UInt64 = 2) -> [SparseVector] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { i in
      let indices = Set((0..<(i % 9)).map { _ in Int32(generator.integer(below: features)) }).sorted()
      var vector = SparseVector(
        indices: indices, values: indices.map { _ in Float(generator.uniform() + 0.1) })
      vector.normalize()
      return vector
    }
  }

  /// A recipe whose tree has several levels on small data.
  static var deepRecipe: XRLinear {
    var recipe = XRLinear()
    recipe.clustering.branching = 4
    recipe.clustering.maximumLeafSize = 5
    return recipe
  }
}

extension SparseMatrix {
  init(_ rows: [SparseVector], columns: Int) {
    var builder = Builder(columns: columns)
    for row in rows { builder.append(row) }
    self = builder.finish()
  }
}
