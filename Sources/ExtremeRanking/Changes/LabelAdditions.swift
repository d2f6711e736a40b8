internal import LinearAlgebra

/// The labels added to one cluster since the model's arrays were made, in the order in which they came.
final class LabelAdditions: Sendable {
  /// Their numbers, ascending.
  let labels: [Int32]
  /// Their classifiers, one chunk.
  let weights: ChunkedWeights
  /// Their vectors.
  let vectors: LabelVectors

  init(labels: [Int32], weights: ChunkedWeights, vectors: LabelVectors) {
    (self.labels, self.weights, self.vectors) = (labels, weights, vectors)
  }

  /// The additions with more labels behind them.
  ///
  /// - Complexity: O(weights and entries of all of them)
  static func appending(
    _ added: [(label: Int32, insertion: LabelInsertion)], to old: LabelAdditions?, hash: FeatureHash,
    format: WeightFormat, featureCount: Int
  ) throws -> LabelAdditions {
    var stored = try old?.weights.storedColumns(of: 0, 0..<(old?.labels.count ?? 0)) ?? StoredColumns()
    var rows: [StoredRow] = []
    for row in 0..<(old?.labels.count ?? 0) {
      // Rows in memory were checked when they came.
      rows.append(old!.vectors[row, featureCount: featureCount] ?? StoredRow())
    }
    for (_, insertion) in added {
      stored.append(StoredColumns([insertion.weights], format: format))
      rows.append(insertion.vector)
    }
    return LabelAdditions(
      labels: (old?.labels ?? []) + added.map(\.label),
      weights: ChunkedWeights(
        chunks: [Chunk(stored, hash: hash, format: format)], hash: hash, format: format),
      vectors: LabelVectors(rows))
  }
}

/// One label as it was learned for its cluster; numbers follow when it is added.
public struct LabelInsertion: Sendable, Equatable {
  /// The cluster, a parent of the tree's last level.
  let cluster: Int32
  /// The classifier.
  let weights: LabelWeights
  /// The vector that later labels are learned against.
  let vector: StoredRow
}
