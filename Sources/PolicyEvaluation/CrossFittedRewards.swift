/// Smoothed mean rewards by cell and action, each row predicted by the other folds only.
///
/// Fold of a row = its number mod F. q = (rewards + k rate) / (shows + k) over the rows outside the fold, rate their mean
/// reward. Without that, a row's own reward would be in its prediction, and doubly robust estimates would repeat the log's
/// noise (V. Chernozhukov et al.: "Double/debiased machine learning", Econometrics Journal 21(1), 2018).
struct CrossFittedRewards {
  let folds: Int
  private let smoothing: Double
  private var armOf: [SIMD2<Int32>: Int32] = [:]
  private var rateOutside: [Double]
  private var shows: [Double] = []
  private var rewards: [Double] = []

  /// Counts a log.
  ///
  /// - Complexity: O(decisions + actions of all different situations)
  init(_ log: EvaluableLog, folds: Int, smoothing: Double) {
    self.folds = folds
    self.smoothing = smoothing
    var rows = [Double](repeating: 0, count: folds)
    var sums = rows
    for row in 0..<log.count {
      for fold in 0..<folds where row % folds != fold {
        rows[fold] += 1
        sums[fold] += log.rewards[row]
      }
    }
    rateOutside = zip(sums, rows).map { $1 > 0 ? $0 / $1 : 0 }
    for group in 0..<log.situations.count {
      for row in log.rows(ofSituation: group) {
        let arm = number(log.cells[group], log.actions[group][Int(log.chosen[row])])
        for fold in 0..<folds where row % folds != fold {
          shows[arm * folds + fold] += 1
          rewards[arm * folds + fold] += log.rewards[row]
        }
      }
    }
  }

  /// For each action of a situation the number under which its cell's shows are counted; nil where it was never shown.
  func arms(ofSituation group: Int, in log: EvaluableLog) -> [Int32?] {
    log.actions[group].map { armOf[SIMD2(log.cells[group], $0)] }
  }

  /// What rows outside a fold say of an arm.
  func rate(ofArm arm: Int32?, outside fold: Int) -> Double {
    guard let arm else { return rateOutside[fold] }
    let place = Int(arm) * folds + fold
    return (rewards[place] + smoothing * rateOutside[fold]) / (shows[place] + smoothing)
  }

  private mutating func number(_ cell: Int32, _ action: Int32) -> Int {
    if let arm = armOf[SIMD2(cell, action)] { return Int(arm) }
    let arm = shows.count / folds
    armOf[SIMD2(cell, action)] = Int32(arm)
    shows.append(contentsOf: repeatElement(0, count: folds))
    rewards.append(contentsOf: repeatElement(0, count: folds))
    return arm
  }
}
