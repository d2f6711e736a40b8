internal import Learning
public import LinearAlgebra

extension XRLinearModel {
  /// The scores of given labels, in their order; walks their ancestors only.
  ///
  /// - Returns: for each label what ``predict(_:_:)`` with a beam as wide as the tree gives it; an empty array for
  ///   a query without a known feature.
  /// - Throws: ``InvalidInput`` when the query is wider than the model or a label is out of range;
  ///   ``FileFormatError`` when a stored model turns out to be altered.
  /// - Complexity: O(depth x distinct ancestors x entries of the query + L)
  public func score(
    _ query: SparseVector, labels: [Int], postProcessor: PostProcessor? = nil
  ) throws -> [Float] {
    let wrong = labels.filter { !(0..<labelCount).contains($0) }
    guard wrong.isEmpty else {
      throw InvalidInput(
        "labels", given: "\(wrong.count) out of range, the first one \(wrong[0])",
        expected: "labels below \(labelCount)")
    }
    let removed = labels.filter { isRemoved($0) }
    guard removed.isEmpty else {
      throw InvalidInput(
        "labels", given: "\(removed.count) removed, the first one \(removed[0])",
        expected: "labels that are not removed")
    }
    let wanted = Set(labels)
    var isWanted = [Bool](repeating: false, count: labelCount)
    for label in wanted { isWanted[label] = true }
    var options = PredictionOptions(k: max(1, wanted.count), beam: labelCount, postProcessor: postProcessor)
    let filter = LabelFilter(self) { isWanted[$0] }
    // That a stored order is a permutation is not checked when a model is opened.
    guard filter.allowedCount == wanted.count else { throw alteredError(level: tree.depth - 1) }
    options.filter = filter
    let answer = try predict(query, options)
    guard answer.status == .ok else { return [] }
    let scores = Dictionary(zip(answer.labels.map { Int($0) }, answer.scores)) { first, _ in first }
    return try labels.map {
      guard let score = scores[$0] else { throw alteredError(level: tree.depth - 1) }
      return score
    }
  }
}
