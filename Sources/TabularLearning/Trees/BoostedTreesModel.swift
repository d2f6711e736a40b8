internal import CKernels
public import Learning
internal import LinearAlgebra

/// Trees whose answers add up to a score, grown by ``BoostedTrees``.
public struct BoostedTreesModel: ColumnScorer, Equatable {
  /// The recipe they were grown with.
  public let recipe: BoostedTrees

  /// Number of columns.
  public let columns: Int

  /// The column and threshold of every inner node, tree by tree, each a complete binary tree from the root on.
  private let splitColumns: StoredArray<Int32>
  private let thresholds: StoredArray<Float>

  /// What the tree would answer if it ended there, of every node.
  private let values: StoredArray<Float>

  init(recipe: BoostedTrees, columns: Int, trees: [TreeGrower.Tree]) {
    self.recipe = recipe
    self.columns = columns
    splitColumns = StoredArray(trees.flatMap(\.columns))
    thresholds = StoredArray(trees.flatMap(\.thresholds))
    values = StoredArray(trees.flatMap(\.values))
  }

  private var innerNodes: Int { 1 << recipe.depth - 1 }

  /// Adds the scores of `count` rows to `scores`; value (row, column) is at `column * stride + row`.
  ///
  /// - Complexity: O(`count` · trees · depth), allocates nothing
  public func add(
    _ source: UnsafePointer<Float>, stride: Int, count: Int, to scores: UnsafeMutablePointer<Float>
  ) {
    ck_add_tree_scores(
      splitColumns.unsafeBaseAddress, thresholds.unsafeBaseAddress, values.unsafeBaseAddress, recipe.trees,
      Int32(recipe.depth), source, stride, count, scores)
  }

  /// What each column adds to a row's score, beside the mean answer of all trees, which comes first: at every split of
  /// the row's paths, the value of the node below minus that of the node above goes to the split's column.
  ///
  /// A. Saabas: "Interpreting random forests", 2014. The parts add up to the score.
  ///
  /// - Throws: ``InvalidInput`` when the row has another width or a value that is not finite.
  public func contributions(of row: [Float]) throws -> (base: Float, columns: [Float]) {
    let problems = violations(of: row)
    if !problems.isEmpty { throw InvalidInput(problems) }
    var parts = [Double](repeating: 0, count: columns)
    var base = 0.0
    for tree in 0..<recipe.trees {
      let (first, start) = (tree * innerNodes, tree * (2 * innerNodes + 1))
      var node = 0
      base += Double(values[start])
      for _ in 0..<recipe.depth {
        let column = Int(splitColumns[first + node])
        let next = 2 * node + (row[column] > thresholds[first + node] ? 2 : 1)
        parts[column] += Double(values[start + next]) - Double(values[start + node])
        node = next
      }
    }
    return (Float(base), parts.map(Float.init))
  }

  /// How often each column is split on, weighted by how much the answers of the two sides differ.
  public var importances: [Double] {
    var sums = [Double](repeating: 0, count: columns)
    for tree in 0..<recipe.trees {
      let (first, start) = (tree * innerNodes, tree * (2 * innerNodes + 1))
      for node in 0..<innerNodes where thresholds[first + node].isFinite {
        sums[Int(splitColumns[first + node])] +=
          abs(Double(values[start + 2 * node + 2]) - Double(values[start + 2 * node + 1]))
      }
    }
    return sums
  }
}

extension BoostedTreesModel {
  /// Writes the model into a part of an archive.
  ///
  /// - Throws: `FileError`.
  public func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("recipe", value: recipe)
    try writer.add("columns", value: columns)
    try writer.add("splitColumns", array: splitColumns)
    try writer.add("thresholds", array: thresholds)
    try writer.add("values", array: values)
  }

  /// Maps a model in a part of an archive.
  ///
  /// - Throws: `FileError` or `FileFormatError`.
  public init(from archive: ModelArchive) throws {
    recipe = try archive.value("recipe", as: BoostedTrees.self)
    columns = try archive.value("columns", as: Int.self)
    let isUsable = recipe.violations.isEmpty && columns > 0
    let inner = isUsable ? 1 << recipe.depth - 1 : 0
    let trees = isUsable ? recipe.trees : 0
    splitColumns = try archive.array("splitColumns", of: Int32.self, count: trees * inner)
    thresholds = try archive.array("thresholds", of: Float.self, count: trees * inner)
    values = try archive.array("values", of: Float.self, count: trees * (2 * inner + 1))
    // Every split is looked at, because walks trust them.
    let isInside = splitColumns.allSatisfy { $0 >= 0 && Int($0) < columns }
    guard isUsable, isInside, thresholds.allSatisfy({ !$0.isNaN }), values.allSatisfy(\.isFinite) else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "recipe", given: "trees that cannot be walked",
        expected: "splits on columns in 0..<\(columns) and finite values",
        advice: "The model is altered; train it again.")
    }
  }
}
