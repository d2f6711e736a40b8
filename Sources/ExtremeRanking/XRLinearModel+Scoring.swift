internal import Learning
public import LinearAlgebra

extension XRLinearModel {
  /// The scores of given labels, in their order; walks their ancestors only.
  ///
  /// - Returns: for each label what ``predict(_:_:)`` with a beam as wide as the tree gives it; an empty array for
  ///   a query without a known feature.
  /// - Throws: ``InvalidInput`` when the query is wider than the model or a label is out of range;
  ///   ``FileFormatError`` when a stored model turns out to be altered.
  /// - Complexity: O(depth x distinct ancestors x entries of the query + L / 64)
  public func score(
    _ query: SparseVector, labels: [Int], postProcessor: PostProcessor? = nil
  ) throws -> [Float] {
    let wrong = labels.filter { !(0..<labelCount).contains($0) }
    guard wrong.isEmpty else {
      throw InvalidInput(
        "labels", given: "\(wrong.count) out of range, the first one \(wrong[0])",
        expected: "labels below \(labelCount)")
    }
    let wanted = Set(labels)
    var (missing, positions) = (wanted, [Int]())
    for (position, label) in tree.labels.enumerated() where missing.remove(Int(label)) != nil {
      positions.append(position)
    }
    // That a stored order is a permutation is not checked when a model is opened.
    guard missing.isEmpty else { throw alteredError(level: tree.depth - 1) }
    var options = PredictionOptions(k: max(1, wanted.count), beam: labelCount, postProcessor: postProcessor)
    options.filter = LabelFilter(positions: positions, labelCount: labelCount)
    let answer = try predict(query, options)
    guard answer.status == .ok else { return [] }
    let scores = Dictionary(uniqueKeysWithValues: zip(answer.labels.map { Int($0) }, answer.scores))
    return try labels.map {
      guard let score = scores[$0] else { throw alteredError(level: tree.depth - 1) }
      return score
    }
  }
}
