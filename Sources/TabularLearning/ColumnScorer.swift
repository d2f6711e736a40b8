public import Learning

/// A model that scores rows of columns, and says what each column adds.
public protocol ColumnScorer: Predictor where Query == [Float], Answer == Float {
  /// Number of columns.
  var columns: Int { get }

  /// Adds the scores of `count` rows to `scores`; value (row, column) is at `column * stride + row`.
  ///
  /// Several models add up to one score that way. Allocates nothing.
  func add(_ values: UnsafePointer<Float>, stride: Int, count: Int, to scores: UnsafeMutablePointer<Float>)

  /// What each column adds to a row's score, and a base that is the same for every row; they sum to the score.
  ///
  /// - Throws: ``InvalidInput`` when the row has another width or a value that is not finite.
  func contributions(of row: [Float]) throws -> (base: Float, columns: [Float])
}

extension ColumnScorer {
  /// The score of a row.
  ///
  /// - Throws: ``InvalidInput`` when the row has another width or a value that is not finite.
  public func predict(_ row: [Float]) throws -> Float {
    let problems = violations(of: row)
    if !problems.isEmpty { throw InvalidInput(problems) }
    var score: Float = 0
    row.withUnsafeBufferPointer { row in
      withUnsafeMutablePointer(to: &score) { add(row.baseAddress!, stride: 1, count: 1, to: $0) }
    }
    return score
  }

  /// What keeps a row from being scored.
  func violations(of row: [Float]) -> [Violation] {
    var problems = Violations()
    problems.require(
      row.count == columns, "features", given: "\(row.count) values", expected: "\(columns), as in training")
    problems.require(
      row.allSatisfy(\.isFinite), "features", given: "a value that is not finite", expected: "finite numbers")
    return problems.all
  }
}
