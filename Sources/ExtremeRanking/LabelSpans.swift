internal import LinearAlgebra

/// Which labels lie below each node: what is needed to answer labels of one interval alone.
///
///     let spans = LabelSpans(model)
///     var options = PredictionOptions(k: 10)
///     options.interval = LabelInterval(spans, 4_000..<4_200)
public struct LabelSpans: Sendable {
  /// For each level but the last, for each node, the smallest and the largest label below it.
  let levels: [[(smallest: Int32, largest: Int32)]]

  /// Looks at a model's tree.
  ///
  /// - Complexity: O(L)
  public init(_ model: XRLinearModel) {
    let tree = model.tree
    var below = (0..<tree.parentCount(level: tree.depth - 1)).map { cluster in
      var span = (smallest: Int32.max, largest: Int32.min)
      for place in tree.children(of: cluster, level: tree.depth - 1) {
        span = (min(span.smallest, tree.labels[place]), max(span.largest, tree.labels[place]))
      }
      return span
    }
    var levels: [[(smallest: Int32, largest: Int32)]] = []
    for level in stride(from: tree.depth - 2, through: 0, by: -1) {
      levels.insert(below, at: 0)
      below = (0..<tree.parentCount(level: level)).map { parent in
        tree.children(of: parent, level: level).reduce(into: (smallest: Int32.max, largest: Int32.min)) {
          $0 = (min($0.smallest, below[$1].smallest), max($0.largest, below[$1].largest))
        }
      }
    }
    self.levels = levels
  }
}

/// Labels of neighbouring numbers, of which alone an answer may consist.
///
/// Unlike a ``LabelFilter`` it costs nothing to make: for labels that are sorted so that what belongs together is
/// together.
public struct LabelInterval: Sendable {
  let spans: LabelSpans
  let labels: Range<Int32>

  /// The labels of an interval.
  public init(_ spans: LabelSpans, _ labels: Range<Int>) {
    self.spans = spans
    self.labels = Int32(clamping: labels.lowerBound)..<Int32(clamping: labels.upperBound)
  }

  /// Whether a label of the interval lies below a node of a level above the last.
  ///
  /// - Complexity: O(1) where the node's labels are all inside or all outside, else O(labels below it)
  func allows(_ node: Int, level: Int, of model: XRLinearModel) -> Bool {
    let span = spans.levels[level][node]
    if span.largest < labels.lowerBound || span.smallest >= labels.upperBound { return false }
    if labels.contains(span.smallest) || labels.contains(span.largest) { return true }
    let tree = model.tree.labels
    return model.leaves(of: node, level: level).contains { labels.contains(tree[$0]) }
  }
}
