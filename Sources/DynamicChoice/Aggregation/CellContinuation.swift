/// What the future is worth in each cell, linear in the parameters: V = W theta + w.
///
/// States of a cell differ in what they give today, and within a cell that difference is most of what choices tell. So the
/// cells only say what follows, and a step of pseudo-likelihood (V. Aguirregabiria, P. Mira, Econometrica 70(4), 2002) takes
/// today's features from each state itself.
struct CellContinuation {
  /// K columns of W, then w, of as many numbers as there are cells each.
  let columns: [Double]
  private let cellCount: Int

  /// Of the policy that was estimated on the cells; nil where that diverged.
  init?(_ estimate: StructuralEstimate, _ cells: DecisionProblem) {
    guard estimate.status == .converged, !estimate.policy.isEmpty else { return nil }
    cellCount = cells.stateCount
    columns = PseudoLikelihood.continuation(cells, estimate.policy.map { min(max($0, 1e-14), 1) })
  }

  /// The columns with an entry for each state.
  func spread(over cell: [Int]) -> [Double] {
    (0..<columns.count / cellCount).flatMap { k in cell.map { columns[k * cellCount + $0] } }
  }
}
