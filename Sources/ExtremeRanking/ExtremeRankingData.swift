public import Learning
public import LinearAlgebra

/// What extreme ranking learns from: which instances (queries) lead to which labels (products).
///
///     let data = ExtremeRankingData(instances: x, labels: y)       // N x D and N x L
public struct ExtremeRankingData: Sendable {
  /// Instances, N x D: one row a training query.
  public var instances: SparseMatrix

  /// Labels, N x L: an entry where an instance has a label; only the pattern counts here, values matter to
  /// label embeddings.
  public var labels: SparseMatrix

  /// Relevance, N x L, positive where given: multiplies the cost of a positive pair.
  public var relevance: SparseMatrix?

  /// Features of the labels' own text, L x D, for embeddings that use it.
  public var labelFeatures: SparseMatrix?

  /// Whether labels may have neither a pair nor text: nothing leads to them, yet they keep their numbers.
  public var allowsEmptyLabels = false

  /// Creates training data.
  public init(
    instances: SparseMatrix, labels: SparseMatrix, relevance: SparseMatrix? = nil,
    labelFeatures: SparseMatrix? = nil
  ) {
    self.instances = instances
    self.labels = labels
    self.relevance = relevance
    self.labelFeatures = labelFeatures
  }

  /// Everything about the data that cannot be used.
  ///
  /// - Complexity: O(stored entries)
  public var violations: [Violation] {
    var found = Violations()
    let (n, l) = (instances.rows, labels.columns)
    found.require(n > 0, "X", given: "no rows", expected: "at least one training instance")
    found.require(l > 0, "Y", given: "no columns", expected: "at least one label")
    found.require(labels.rows == n, "Y", given: "\(labels.rows) rows", expected: "\(n) rows as in X")
    let broken = instances.values.count { !$0.isFinite }
    found.require(broken == 0, "X", given: "\(broken) values NaN or infinite", expected: "finite values")
    let brokenLabels = labels.values.count { !$0.isFinite }
    found.require(
      brokenLabels == 0, "Y", given: "\(brokenLabels) values NaN or infinite", expected: "finite values")
    if let relevance {
      found.require(
        relevance.rows == n && relevance.columns == l, "R", given: "\(relevance.rows) x \(relevance.columns)",
        expected: "\(n) x \(l) as Y")
      let wrong = relevance.values.count { !($0 > 0 && $0.isFinite) }
      found.require(
        wrong == 0, "R", given: "\(wrong) values not positive and finite", expected: "positive relevance")
    }
    if let labelFeatures {
      found.require(
        labelFeatures.rows == l && labelFeatures.columns == instances.columns, "label features",
        given: "\(labelFeatures.rows) x \(labelFeatures.columns)", expected: "\(l) x \(instances.columns)")
      let wrong = labelFeatures.values.count { !$0.isFinite }
      found.require(
        wrong == 0, "label features", given: "\(wrong) values NaN or infinite", expected: "finite values")
    }
    if !allowsEmptyLabels, found.all.isEmpty {
      let empty = emptyLabels
      found.require(
        empty.isEmpty, "label \(empty.first ?? 0)" + (empty.count > 1 ? " and \(empty.count - 1) more" : ""),
        given: "neither a training pair nor text", expected: "one of them",
        advice: "Leave such labels out, give them text, or allow empty labels.")
    }
    return found.all
  }

  /// Labels with neither a pair nor text, ascending.
  ///
  /// - Complexity: O(stored entries)
  public var emptyLabels: [Int] {
    var known = [Bool](repeating: false, count: labels.columns)
    for label in labels.indices { known[Int(label)] = true }
    if let text = labelFeatures {
      for label in 0..<min(text.rows, known.count) where !text.range(ofRow: label).isEmpty {
        known[label] = true
      }
    }
    return known.indices.filter { !known[$0] }
  }
}
