internal import Glibc
internal import LinearAlgebra

extension EngineReplacement {
  /// Choice probabilities smoothed by a logit in a cubic of the bin, A x S: the first step of Hotz and Miller.
  ///
  /// - Precondition: the counts are those of these bins.
  public func cubicLogitPolicy(_ counts: ChoiceCounts) -> [Double] {
    var design = DoubleMatrix(rows: bins, columns: 4)
    for s in 0..<bins {
      let x = Double(s) / Double(bins)
      for (k, value) in [1, x, x * x, x * x * x].enumerated() { design[s, k] = value }
    }
    let logit = MultinomialLogit(
      design: design, counts: counts.byState, ridge: [Double](repeating: 1e-9, count: 4))
    return actionMajor(logit.logPolicy(design)).map { min(max(exp($0), 1e-9), 1 - 1e-9) }
  }
}
