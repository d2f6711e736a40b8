/// What came and went since a model's arrays were made.
///
/// Copies share what does not change, so that a model with one more change costs the changed cluster and a few small
/// arrays, whatever the number of labels.
struct LabelChanges: Sendable {
  /// The labels added, by cluster.
  var additions: [Int32: LabelAdditions] = [:]

  /// The cluster of each added label; the first one has the number of labels before.
  var clusters: [Int32] = []

  /// Every label that was removed, also before the arrays were made.
  var removed = RemovedLabels()

  /// The labels that are not removed; nil when none is.
  var live: LabelFilter?

  /// Whether nothing has to be folded in.
  var areFolded = true
}
