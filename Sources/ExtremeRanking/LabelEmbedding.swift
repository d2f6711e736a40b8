public import Learning
public import LinearAlgebra

/// Makes the vectors by which labels are clustered.
public protocol LabelEmbedding: Sendable {
  /// One row a label, L x D', rows of l2 norm 1, or empty where nothing is known of a label.
  ///
  /// - Throws: ``InvalidInput`` where the data lack what this embedding needs; `CancellationError`.
  func embed(_ data: ExtremeRankingData, on execution: Execution) throws -> SparseMatrix
}

/// The embeddings that ship, as a recipe's option.
///
/// Names and definitions of PIFA and PII: H.-F. Yu, K. Zhong, J. Zhang, W.-C. Chang, I. S. Dhillon: "PECOS:
/// Prediction for Enormous and Correlated Output Spaces", JMLR 23(98), 2022, section 4.1.
public enum StandardLabelEmbedding: LabelEmbedding, Codable, Equatable {
  /// Positive instance feature aggregation: Z = Y'X with rows of Y of norm 1, rows of Z of norm 1.
  case pifa

  /// alpha PIFA + (1 - alpha) T with the label's text T and alpha = n / (n + prior) for n positives.
  case pifaWithText(prior: Double)

  /// [PIFA | T], width 2 D.
  case pifaConcatenated

  /// Positive instance indices: rows of Y' of norm 1, width N; for splitting huge catalogues.
  case pii

  /// One row a label, rows of l2 norm 1.
  ///
  /// - Complexity: O(sum over pairs of the instance's entries)
  public func embed(_ data: ExtremeRankingData, on execution: Execution) throws -> SparseMatrix {
    let byLabel = data.labels.normalizingRows(.l2).transposed()
    switch self {
    case .pii:
      return byLabel.normalizingRows(.l2)
    case .pifa:
      return try aggregate(byLabel, data, on: execution)
    case .pifaWithText(let prior):
      let (z, text) = (try aggregate(byLabel, data, on: execution), try labelText(data))
      return combine(z, text, columns: z.columns) { label in
        let positives = Double(byLabel.range(ofRow: label).count)
        let alpha = positives / (positives + prior)
        return (Float(alpha), Float(1 - alpha))
      }
    case .pifaConcatenated:
      let (z, text) = (try aggregate(byLabel, data, on: execution), try labelText(data))
      let shifted = SparseMatrix(
        uncheckedRows: text.rows, columns: 2 * z.columns, offsets: text.offsets,
        indices: text.indices.map { $0 + Int32(z.columns) }, values: text.values)
      return combine(z, shifted, columns: 2 * z.columns) { _ in (1, 1) }
    }
  }

  /// What new labels are learned against: for each label the unit sum of its queries, and of its text where there is
  /// one, as a new label's own vector is.
  func vectorsOfLabels(
    _ data: ExtremeRankingData, embedded: SparseMatrix, on execution: Execution
  ) throws -> SparseMatrix {
    let byQueries =
      self == .pifa
      ? embedded : try aggregate(data.labels.normalizingRows(.l2).transposed(), data, on: execution)
    guard data.labelFeatures != nil else { return byQueries }
    return combine(byQueries, try labelText(data), columns: byQueries.columns) { _ in (1, 1) }
  }

  private func aggregate(
    _ byLabel: SparseMatrix, _ data: ExtremeRankingData, on execution: Execution
  ) throws -> SparseMatrix {
    try byLabel.multiplied(
      by: data.instances.normalizingRows(.l2), normalizingRows: .l2, on: execution.threads,
      checkpoint: { try execution.cancellation.check() })
  }

  private func labelText(_ data: ExtremeRankingData) throws -> SparseMatrix {
    guard let text = data.labelFeatures else {
      throw InvalidInput(
        "label features", given: "none", expected: "one row a label, as this label embedding uses their text",
        advice: "Give label features or choose the embedding pifa.")
    }
    return text.normalizingRows(.l2)
  }

  private func combine(
    _ a: SparseMatrix, _ b: SparseMatrix, columns: Int, weights: (Int) -> (Float, Float)
  ) -> SparseMatrix {
    var builder = SparseMatrix.Builder(columns: columns)
    builder.reserve(rows: a.rows, entries: a.count + b.count)
    for label in 0..<a.rows {
      let (left, right) = weights(label)
      let (i, j) = (a.range(ofRow: label), b.range(ofRow: label))
      builder.append(
        row: i.map { (Int(a.indices[$0]), left * a.values[$0]) }
          + j.map { (Int(b.indices[$0]), right * b.values[$0]) })
    }
    return builder.finish().normalizingRows(.l2)
  }
}
