internal import DynamicChoice
internal import Glibc
internal import Learning

/// `shopkeeper bench membership-factored`
struct BenchMembershipFactoredCommand: Command {
  static let name = "membership-factored"
  static let summary = "Measure a membership with so many benefits that its transitions cannot be stored."
  static let details = [
    "Benefits of three levels each, six statuses, two price regimes, plans of 1 and 12 months. states: number of states with"
      + " --benefits; sec, mb: processor seconds and the most memory to build and solve it to residual; operator_applications and"
      + " newton: how often the transitions were applied, and Newton's steps; dense_gap: largest difference of values to the"
      + " written-out problem with 4 benefits.",
    "estimate_8_sec: maximum likelihood of 11 parameters with 8 benefits from a panel of 20,000 customers over 36 months, panel"
      + " to standard errors that take the chains as given; estimate_8_worst: the largest error of its parameters in standard"
      + " errors.",
    "--quick: leave out the estimation.",
  ]
  static let examples = ["shopkeeper bench membership-factored --json"]

  @Option("benefits", .integer(1...11), "How many benefits.") var benefits = 10
  let bench = MembershipBenchOptions()

  func run(_ console: Console) throws {
    let execution = bench.execution(console)
    var figures = BenchFigures("membership-factored")
    figures["dense_gap"] = try denseGap()
    let world = try SampleMembership.manyBenefits(benefits)
    Stopwatch.resetPeakMemory()
    var solver = ValueSolver()
    (solver.gapTolerance, solver.tolerance, solver.contractions) = (1e-9, 0, 5)
    let (solution, seconds) = try Stopwatch.processSeconds {
      let problem = try world.model.problem(world.chains, theta: world.theta)
      return solver.solve(problem, rewards: problem.features.offset)
    }
    figures["states"] = Double(world.model.stateCount)
    figures["sec"] = seconds
    figures["mb"] = Stopwatch.peakMemory.map { $0 * 1.048576 }
    figures["residual"] = solution.gap
    figures["operator_applications"] = Double(solution.applications)
    figures["newton"] = Double(solution.newtonSteps)
    if !bench.quick { try addEstimation(to: &figures, execution) }
    try figures.print(json: bench.json, on: console)
  }

  private func denseGap() throws -> Double {
    let world = try SampleMembership.manyBenefits(4)
    let problem = try world.model.problem(world.chains, theta: world.theta)
    let (states, actions) = (problem.stateCount, problem.actions.count)
    var dense = [Double](repeating: 0, count: actions * states * states)
    for column in 0..<states {
      var unit = [Double](repeating: 0, count: states)
      unit[column] = 1
      for action in 0..<actions {
        let values = problem.transitions.expectation(of: unit, action: action)
        for s in 0..<states { dense[(action * states + s) * states + column] = values[s] }
      }
    }
    let written = try DecisionProblem(
      actions: problem.actions, discount: problem.discount,
      transitions: SparseTransitions(stateCount: states, actionCount: actions, dense: dense),
      features: problem.features)
    let rewards = problem.features.offset
    let (first, second) = (
      ValueSolver().solve(problem, rewards: rewards), ValueSolver().solve(written, rewards: rewards)
    )
    return zip(first.values, second.values).map { abs($0 - $1) }.max() ?? 0
  }

  private func addEstimation(to figures: inout BenchFigures, _ execution: Execution) throws {
    let world = try SampleMembership.manyBenefits(8)
    let simulator = try MembershipSimulator(model: world.model, theta: world.theta, chains: world.chains)
    let rows = simulator.rows(customers: 20_000, months: 36, seed: 1)
    var recipe = NestedFixedPoint()
    recipe.errors = .given
    let (estimate, seconds) = try Stopwatch.processSeconds {
      let data = try world.model.data(ChoicePanel(rows)).data
      return try recipe.fit(data, on: execution)
    }
    figures["estimate_8_sec"] = seconds
    figures["estimate_8_worst"] = zip(estimate.parameters, world.theta).compactMap { parameter, truth in
      parameter.standardError.map { abs(parameter.value - truth) / $0 }
    }.max()
  }
}
