public import Learning
public import LinearAlgebra

extension XRLinearModel {
  /// Answers many queries, one a row, exactly as single calls do.
  ///
  /// - Throws: ``InvalidInput`` when the rows are wider than the model or an option is out of range;
  ///   `CancellationError`.
  public func predict(
    _ queries: SparseMatrix, _ options: PredictionOptions, on execution: Execution
  ) throws -> [RankedLabels] {
    guard queries.columns <= featureCount else {
      throw InvalidInput(
        "queries", given: "\(queries.columns) features", expected: "at most \(featureCount) as the model has",
        advice: "Vectorise the queries with the vectoriser that the model was trained with.")
    }
    return try concurrentMap(count: queries.rows, threads: execution.threads, scratch: { Scratch() }) {
      scratch, row in
      if row & 0xFF == 0 { try execution.cancellation.check() }
      return try predict(queries.row(row), options, scratch: &scratch)
    }
  }

  /// For each row, the nodes of `level` that its beam ends in: rows x nodes.
  func nodes(reachedBy rows: SparseMatrix, level: Int, beam: Int, on execution: Execution) throws
    -> SparseMatrix
  {
    let reached = try concurrentMap(count: rows.rows, threads: execution.threads, scratch: { Scratch() }) {
      scratch, row in
      if row & 0xFF == 0 { try execution.cancellation.check() }
      let query = rows.row(row)
      if query.isEmpty { return [Int]() }
      prepare(query, &scratch)
      try descend(to: level + 1, beam: beam, PredictionOptions(), &scratch)
      return scratch.beam.map { Int($0.id) }
    }
    var builder = SparseMatrix.Builder(columns: tree.nodeCount(level: level))
    for nodes in reached { builder.append(row: nodes.map { ($0, 1) }) }
    return builder.finish()
  }
}
