internal import DynamicChoice
internal import Glibc
internal import Learning
internal import LinearAlgebra

/// Methods on the bus world, every one with the same anchor.
struct BusComparison {
  let execution: Execution

  /// Rewards from counts alone, and by maximum likelihood with the anchor known and estimated.
  func addTables(sizes: [Int], seeds: [UInt64], to figures: inout BenchFigures) throws {
    let world = try BusWorld()
    let states = world.problem.stateCount
    for size in sizes {
      var errors: [String: [Double]] = [:]
      for seed in seeds {
        try execution.cancellation.check()
        let sample = world.simulate(paths: size, variables: 0, seed: seed)
        let data = try counted(world, sample)
        func note(_ name: String, _ rewards: [Double]) {
          errors[name, default: []].append(world.error(sample) { rewards[$1 * states + sample.states[$0]] })
        }
        var recipe = AnchoredReward()
        recipe.anchor = .action(0, reward: -5)
        for (policy, name) in [
          (PolicyStep.countsOnLogit, "pqr"), (.halfCounts, "pqr_counts"), (.logit, "pqr_logit"),
        ] {
          recipe.policy = policy
          recipe.ridge = 1e-3
          note(name, try recipe.fit(data, on: execution).rewards)
        }
        for (isKnown, name) in [(true, "known"), (false, "estimated")] {
          let features = try features(isKnown: isKnown)
          let full = try ChoiceData(
            problem: data.problem.with(features: features), counts: data.counts)
          note(name, features.rewards(try NestedFixedPoint().fit(full, on: execution).theta))
        }
      }
      for (name, values) in errors.sorted(by: { $0.key < $1.key }) {
        figures["\(name)_mape_\(size)"] = values.mean
      }
    }
  }

  /// The cost of keeping as one parameter; the anchor's as another, or known.
  private func features(isKnown: Bool) throws -> RewardFeatures {
    let cells = BusWorld.cells
    let zeros = [Double](repeating: 0, count: cells)
    let cost = (0..<cells).map { -Double($0 + 1) }
    if isKnown {
      return try RewardFeatures(
        names: ["cost"], stateCount: cells, actionCount: 2, values: zeros + cost,
        offset: [Double](repeating: -5, count: cells) + zeros)
    }
    return try RewardFeatures(
      names: ["cost", "replace"], stateCount: cells, actionCount: 2,
      values: zeros + [Double](repeating: -1, count: cells) + cost + zeros)
  }

  /// Counts of the training paths; states and actions never seen have their true transitions, as the comparison has it.
  private func counted(_ world: BusWorld, _ sample: BusWorld.Sample) throws -> ChoiceData {
    let rows = 0..<sample.training
    let states = world.problem.stateCount
    let counts = try TransitionCounts(
      states: rows.map { Int32(sample.states[$0]) }, actions: Array(sample.actions[rows]),
      next: rows.map { Int32(sample.next[$0]) }, stateCount: states, actionCount: 2)
    let found = try counts.transitions(unseen: .absorbing)
    var dense: [Double] = []
    for action in 0..<2 {
      var columns: [[Double]] = []
      for s in 0..<states {
        let unit = (0..<states).map { $0 == s ? 1.0 : 0 }
        let (a, b) = (
          found.expectation(of: unit, action: action),
          world.problem.transitions.expectation(of: unit, action: action)
        )
        columns.append((0..<states).map { counts.isSeen(state: $0, action: action) ? a[$0] : b[$0] })
      }
      for s in 0..<states { dense += columns.map { $0[s] } }
    }
    var design = DoubleMatrix(rows: states, columns: 4)
    for s in 0..<states {
      let u = Double(s + 1) / 5
      for (k, value) in [1, u, u * u, u * u * u].enumerated() { design[s, k] = value }
    }
    return try ChoiceData(
      problem: DecisionProblem(
        actions: world.problem.actions, discount: BusWorld.discount,
        transitions: SparseTransitions(stateCount: states, actionCount: 2, dense: dense),
        features: RewardFeatures(names: [], stateCount: states, actionCount: 2, values: [])),
      counts: ChoiceCounts(
        states: rows.map { Int32(sample.states[$0]) }, actions: Array(sample.actions[rows]),
        stateCount: states,
        actionCount: 2),
      design: StateDesign(design))
  }

  /// The terms that are declared.
  enum Form {
    /// One for each mileage.
    case mileage
    /// And one for the regime.
    case additiveRegime
    /// And one for each mileage within the regime.
    case crossedRegime
    /// A constant, the mileage as a number, and the regime: inputs of a network.
    case numbers

    func columns(_ states: ArraySlice<Int>) -> DoubleMatrix {
      let cells = BusWorld.cells
      let width =
        switch self {
        case .mileage: cells
        case .additiveRegime: cells + 1
        case .crossedRegime: 2 * cells
        case .numbers: 3
        }
      var matrix = DoubleMatrix(rows: states.count, columns: width)
      for (row, s) in states.enumerated() {
        let (cell, isDear) = (s % cells, s >= cells)
        if self == .numbers {
          (matrix[row, 0], matrix[row, 1], matrix[row, 2]) = (1, Double(cell), isDear ? 1 : 0)
          continue
        }
        matrix[row, cell] = 1
        if isDear, self == .additiveRegime { matrix[row, cells] = 1 }
        if isDear, self == .crossedRegime { matrix[row, cells + cell] = 1 }
      }
      return matrix
    }
  }

  /// What one fit reached.
  struct Run {
    let error: Double
    let kept: [Int]
    let seconds: Double
    /// Log-likelihood of a held-out choice; 0 for a network.
    let likelihood: Double
  }

  private struct Part {
    let declared, variables: DoubleMatrix
  }

  private func part(_ form: Form, _ states: ArraySlice<Int>, _ z: [Double], _ rows: Range<Int>, _ count: Int)
    throws -> Part
  {
    Part(
      declared: form.columns(states),
      variables: try DoubleMatrix(
        rows: rows.count, columns: count, values: Array(z[rows.lowerBound * count..<rows.upperBound * count]))
    )
  }

  private func training(_ sample: BusWorld.Sample, _ form: Form, _ count: Int) throws -> ChoiceRows {
    let rows = 0..<sample.training
    let now = try part(form, sample.states[rows], sample.variables, rows, count)
    let next = try part(form, sample.next[rows], sample.variablesNext, rows, count)
    return try ChoiceRows(
      declared: now.declared, declaredNext: next.declared, variables: now.variables,
      variablesNext: next.variables,
      actions: Array(sample.actions[rows]), actionCount: 2)
  }

  private var recipe: SieveReward {
    var recipe = SieveReward()
    (recipe.discount, recipe.anchorReward) = (BusWorld.discount, -5)
    return recipe
  }

  /// A sieve with K irrelevant variables.
  func sieve(
    _ world: BusWorld, variables: Int, screening: SieveReward.Screening, form: Form = .mileage, seed: UInt64
  ) throws -> Run {
    let sample = world.simulate(paths: 1000, variables: variables, seed: seed)
    let rows = try training(sample, form, variables)
    var recipe = recipe
    recipe.screening = screening
    let (model, seconds) = try Stopwatch.processSeconds { try recipe.fit(rows, on: execution) }
    let held = sample.training..<sample.states.count
    let test = try part(form, sample.states[held], sample.variables, held, variables)
    let rewards = model.rewards(declared: test.declared, variables: test.variables)
    let policy = model.logPolicy(declared: test.declared, variables: test.variables)
    let likelihood =
      held.reduce(0) { $0 + policy[$1 - held.lowerBound, Int(sample.actions[$1])] } / Double(held.count)
    return Run(
      error: world.error(sample) { rewards[$0 - held.lowerBound, $1] }, kept: model.kept, seconds: seconds,
      likelihood: likelihood)
  }

  /// A network with K irrelevant variables; it is told the mileage as a number and the regime, not their product.
  func network(
    _ world: BusWorld, variables: Int, screening: SieveReward.Screening, seed: UInt64
  ) throws -> Run {
    let sample = world.simulate(paths: 1000, variables: variables, seed: seed)
    let rows = try training(sample, .numbers, variables)
    var deep = DeepReward()
    (deep.base.discount, deep.base.anchorReward) = (BusWorld.discount, -5)
    (deep.base.screening, deep.seed) = (screening, seed)
    let (model, seconds) = try Stopwatch.processSeconds { try deep.fit(rows, on: execution) }
    let held = sample.training..<sample.states.count
    let test = try part(.numbers, sample.states[held], sample.variables, held, variables)
    let rewards = model.rewards(declared: test.declared, variables: test.variables)
    return Run(
      error: world.error(sample) { rewards[$0 - held.lowerBound, $1] }, kept: model.kept, seconds: seconds,
      likelihood: 0)
  }
}
