public import Learning
public import LinearAlgebra

/// A label that a model does not know yet.
///
///     let model = try old.inserting([NewLabel(text: vectorizer.vectorize("oak desk"))])
public struct NewLabel: Sendable, Equatable {
  /// Features of the label's own text.
  public var text: SparseVector

  /// Features of queries that led to the label.
  public var queries: [SparseVector]

  /// Features of the adjacent word pairs of the text: what queries made of parts of it look like.
  public var pairs: [SparseVector]

  /// Creates a label.
  public init(text: SparseVector, queries: [SparseVector] = [], pairs: [SparseVector] = []) {
    (self.text, self.queries, self.pairs) = (text, queries, pairs)
  }

  /// The unit sum of the text and of the unit sum of the queries: what later labels are learned against.
  var vector: SparseVector {
    func sum(_ rows: [SparseVector]) -> SparseVector {
      var builder = SparseMatrix.Builder(columns: Int(Int32.max))
      builder.append(
        row: rows.flatMap { row in zip(row.indices, row.values).map { (column: Int($0), value: $1) } })
      var sum = builder.finish().row(0)
      sum.normalize()
      return sum
    }
    func unit(_ row: SparseVector) -> SparseVector {
      var row = row
      row.normalize()
      return row
    }
    let asked = sum(queries.map(unit))
    return asked.isEmpty ? unit(text) : sum([asked, unit(text)])
  }
}

/// How a label is learned without training the model again.
public struct LabelInsertionRecipe: Codable, Sendable, Equatable {
  /// The cost of the text as a positive instance, positive.
  public var textCost = 1.0

  /// The cost of each query, positive.
  public var queryCost = 1.0

  /// The cost of each word pair, 0 or more; 0 leaves them out.
  public var pairCost = 0.15

  /// Nodes kept on each level while the label's cluster is looked for.
  public var beam = 10

  /// Creates the default recipe.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    for (name, cost) in [("textCost", textCost), ("queryCost", queryCost)] {
      found.require(cost > 0 && cost.isFinite, name, given: cost, expected: "a positive number")
    }
    found.require(pairCost >= 0 && pairCost.isFinite, "pairCost", given: pairCost, expected: "0 or more")
    found.require((1...100_000).contains(beam), "beam", given: beam, expected: "1 to 100000")
    return found.all
  }
}
