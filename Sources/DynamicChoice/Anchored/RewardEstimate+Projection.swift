internal import LinearAlgebra

extension RewardEstimate {
  /// The parameters whose linear reward is nearest to these rewards, weighted by how much the choices say of each.
  ///
  /// Least squares over the actions that are not the anchor, with weights n(s) pi (1 - pi).
  ///
  /// - Precondition: the data are those that the rewards were estimated from.
  public func projected(on data: ChoiceData) -> [Estimate] {
    let features = data.problem.features
    let sums = data.counts.ofStates
    let count = features.names.count
    var anchorAction: Int?
    if case .action(let action) = anchor.weighting { anchorAction = action }
    var gram = DoubleMatrix(rows: count, columns: count)
    var right = [Double](repeating: 0, count: count)
    for action in 0..<actionCount where action != anchorAction {
      for s in 0..<stateCount where sums[s] > 0 {
        let share = policy[action * stateCount + s]
        let weight = sums[s] * share * (1 - share)
        let row = (0..<count).map { features.values[features.start(action: action, feature: $0) + s] }
        let known = features.offset.isEmpty ? 0 : features.offset[action * stateCount + s]
        for k in 0..<count {
          right[k] += weight * row[k] * (rewards[action * stateCount + s] - known)
          for j in 0..<count { gram[k, j] += weight * row[k] * row[j] }
        }
      }
    }
    let diagnosis = InformationDiagnosis(gram)
    let theta = diagnosis.covariance.multiplied(by: right)
    return features.names.indices.map {
      Estimate(
        name: features.names[$0], value: theta[$0], standardError: nil, verdict: diagnosis.verdicts[$0])
    }
  }
}
