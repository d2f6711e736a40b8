public import Learning
internal import LinearAlgebra
internal import Probability

extension NestedFixedPoint {
  /// Estimates the parameters.
  ///
  /// - Throws: ``InvalidInput`` listing every violation; `CancellationError`.
  public func fit(_ input: ChoiceData, on execution: Execution = Execution()) throws -> StructuralEstimate {
    let names = input.problem.features.names
    var problems = Violations(violations)
    problems.require(
      start.isEmpty || start.count == names.count, "start", given: "\(start.count) numbers",
      expected: "\(names.count) numbers as there are features")
    errors.require(of: input, &problems)
    try problems.throwIfAny()
    var likelihood = ChoiceLikelihood(problem: input.problem, counts: input.counts, ridge: ridge)
    let search = LikelihoodSearch(limit: maximumIterations)
    let first = start.isEmpty ? startingPoint(input, &likelihood) : start
    var best: LikelihoodSearch.Result?
    var iterations = 0
    for attempt in 0..<starts {
      let found = try search.maximise(&likelihood, from: spread(first, attempt), on: execution)
      iterations += found.iterations
      if best.map({ found.point.value > $0.point.value }) ?? true { best = found }
    }
    guard let best else { preconditionFailure("one start at least") }
    var estimate = try StructuralEstimate(
      method: "nfxp", data: input, result: best, ridge: ridge, errors: errors, on: execution)
    estimate.effort = EstimationEffort(
      iterations: iterations, contractions: likelihood.contractions, newtonSteps: likelihood.newtonSteps,
      evaluations: likelihood.evaluations)
    return estimate
  }

  /// Zeros, or what one step of Hotz and Miller gives where that is better.
  private func startingPoint(_ input: ChoiceData, _ likelihood: inout ChoiceLikelihood) -> [Double] {
    let zeros = [Double](repeating: 0, count: input.problem.features.names.count)
    if zeros.isEmpty { return zeros }
    let policy = CountShrinkage().policy(input.counts).policy.map { min(max($0, 1e-9), 1 - 1e-9) }
    let (features, offset) = PseudoLikelihood.linearised(input.problem, policy)
    let logit = LinearLogit(counts: input.counts, features: features, offset: offset, ridge: ridge)
    let guess = logit.maximise(from: zeros).theta
    return likelihood.evaluate(guess).value > likelihood.evaluate(zeros).value ? guess : zeros
  }

  private func spread(_ first: [Double], _ attempt: Int) -> [Double] {
    if attempt == 0 { return first }
    var generator = SeededGenerator(seed: seed, stream: UInt64(attempt))
    return first.map { $0 + max(1, abs($0)) * generator.normal() }
  }
}
