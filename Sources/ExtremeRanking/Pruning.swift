public import Learning

/// Which weights of a label are kept.
///
/// The bias competes as one of the weights. Pruning a trained model gives the same weights as training with the
/// pruning, as long as the training instances do not depend on the model.
public struct Pruning: Codable, Sendable, Equatable {
  /// Weights with a smaller absolute value are dropped; 0 or more.
  public var threshold: Double = 0.1

  /// The most weights that a label keeps, the largest ones, ties to the smaller feature; 0 keeps all.
  public var weightBudget = 0

  /// Creates the default pruning.
  public init() {}

  /// Creates a pruning.
  public init(threshold: Double, weightBudget: Int = 0) {
    self.threshold = threshold
    self.weightBudget = weightBudget
  }

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require(threshold >= 0 && threshold.isFinite, "threshold", given: threshold, expected: "0 or more")
    found.require(weightBudget >= 0, "weightBudget", given: weightBudget, expected: "0 (no limit) or more")
    return found.all
  }

  /// Keeps what the pruning keeps.
  ///
  /// - Complexity: O(n), O(n log n) when the budget is exceeded
  func apply(to label: inout LabelWeights) {
    label.weights.removeAll { Double(abs($0.value)) < threshold || $0.value == 0 }
    if Double(abs(label.bias)) < threshold { label.bias = 0 }
    let stored = label.weights.count + (label.bias == 0 ? 0 : 1)
    guard weightBudget > 0, stored > weightBudget else { return }
    // The bias stands behind every feature, as the last row of the weights.
    let last = Int32.max
    var ranked = label.weights.map { (feature: $0.feature, size: abs($0.value)) }
    if label.bias != 0 { ranked.append((last, abs(label.bias))) }
    ranked.sort { ($0.size, $1.feature) > ($1.size, $0.feature) }
    let kept = Set(ranked.prefix(weightBudget).map(\.feature))
    label.weights.removeAll { !kept.contains($0.feature) }
    if !kept.contains(last) { label.bias = 0 }
  }
}

/// The classifier of one node: sparse weights and the weight of the constant feature.
struct LabelWeights: Sendable, Equatable {
  /// Weights by ascending feature.
  var weights: [(feature: Int32, value: Float)] = []

  /// Weight of the constant feature, multiplied by the recipe's bias at prediction.
  var bias: Float = 0

  static func == (left: Self, right: Self) -> Bool {
    left.bias == right.bias && left.weights.elementsEqual(right.weights) { $0 == $1 }
  }
}
