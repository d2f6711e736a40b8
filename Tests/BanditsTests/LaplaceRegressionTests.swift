import Bandits
import Glibc
import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

struct LaplaceRegressionTests {
  private let space: LayoutSpace

  init() throws { space = try LayoutSpace(sizes: [2, 3, 2, 2, 2]) }

  private func reference() throws -> JSONValue {
    try JSONValue(parsing: bytes(ofFile: fixtures() + "/layout_regression.json"))
  }

  private func counts(_ entry: JSONValue) -> ConversionCounts {
    var counts = ConversionCounts(
      rows: (0..<48).map { number in
        space.features(of: space.layout(number)!, pairs: true)
      })
    counts.shows = entry["shows"]?.numbers ?? []
    counts.conversions = entry["conversions"]?.numbers ?? []
    return counts
  }

  @Test func `mode, variances and evidence equal the reference's`() throws {
    for entry in try reference()["regressions"]?.elements ?? [] {
      let link = try #require(Link(rawValue: entry["link"]?.text ?? ""))
      let priors = [1, 0.01, 0.0025].map { GroupPrior(variance: $0) }
      var recipe = LaplaceRegression(prior: NormalPrior(groups: space.groups, priors: priors))
      recipe.link = link
      let posterior = try recipe.fit(counts(entry))
      #expect(posterior.isConverged)
      #expect(difference(of: posterior.mean, from: entry["mean"]?.numbers ?? [], absolute: 1e-8) == nil)
      #expect(
        difference(of: posterior.variance, from: entry["variance"]?.numbers ?? [], absolute: 1e-8) == nil)
      #expect(isClose(posterior.logEvidence, to: entry["evidence"]?.number ?? 0, absolute: 1e-7))
    }
  }

  @Test func `learned priors equal the reference's`() throws {
    for entry in try reference()["regressions"]?.elements ?? [] {
      let link = try #require(Link(rawValue: entry["link"]?.text ?? ""))
      let ones = [GroupPrior](repeating: GroupPrior(), count: 3)
      let learned = try MetaPrior.evidence(counts(entry), groups: space.groups, start: ones, link: link)
      #expect(
        difference(
          of: learned.priors.dropFirst().map(\.variance), from: entry["learned"]?.numbers ?? [],
          relative: 1e-6)
          == nil)
      let moments = MetaPrior.moments(
        mean: entry["mean"]?.numbers ?? [], variance: entry["variance"]?.numbers ?? [], groups: space.groups,
        start: ones)
      #expect(
        difference(
          of: moments.raw.dropFirst().map { $0 ?? .nan }, from: entry["moments"]?.numbers ?? [],
          absolute: 1e-9)
          == nil)
      #expect(moments.priors[0] == GroupPrior(), "a group of one keeps its prior")
      #expect(
        difference(
          of: moments.priors.dropFirst().map(\.mean), from: entry["moment_means"]?.numbers ?? [],
          absolute: 1e-9)
          == nil)
    }
  }

  @Test func `rows that are split or merged give the same posterior`() throws {
    let features = FeatureVector(indices: [0, 1], values: [1, 0.5])
    var merged = ConversionCounts(rows: [features, FeatureVector(ones: [0])])
    (merged.shows, merged.conversions) = ([30, 50], [6, 4])
    var split = ConversionCounts(rows: [features, FeatureVector(ones: [0]), features])
    (split.shows, split.conversions) = ([10, 50, 20], [1, 4, 5])
    let recipe = LaplaceRegression(prior: NormalPrior(features: 2))
    let (first, second) = (try recipe.fit(merged), try recipe.fit(split))
    #expect(difference(of: first.mean, from: second.mean, absolute: 1e-10) == nil)
    #expect(difference(of: first.variance, from: second.variance, absolute: 1e-10) == nil)
  }

  @Test(arguments: Link.allCases)
  func `the evidence is the integral over the weight`(_ link: Link) throws {
    var counts = ConversionCounts(rows: [
      FeatureVector(ones: [0]), FeatureVector(indices: [0], values: [0.5]),
    ])
    (counts.shows, counts.conversions) = ([60, 40], [12, 14])
    var recipe = LaplaceRegression(prior: NormalPrior(features: 1, mean: -0.2, variance: 0.8))
    recipe.link = link
    let posterior = try recipe.fit(counts)
    let integral = GaussLegendre(points: 400).integral(over: -4...4) { w in
      var log = -0.5 * (w + 0.2) * (w + 0.2) / 0.8
      for (row, x) in [1, 0.5].enumerated() {
        let p = link == .probit ? StandardNormal.cumulative(w * x) : 1 / (1 + exp(-w * x))
        log +=
          counts.conversions[row] * Glibc.log(p)
          + (counts.shows[row] - counts.conversions[row]) * Glibc.log(1 - p)
      }
      return exp(log - posterior.logEvidence)
    }
    // Laplace's integral of a normal density has the factor √(2π) that the evidence leaves out, and the prior's own 1/s₀ is
    // in the evidence.
    let expected = (2 * Double.pi * 0.8).squareRoot()
    #expect(isClose(integral, to: expected, relative: 0.02))
  }

  @Test func `the evidence never falls while priors are learned`() throws {
    let entry = try #require(try reference()["regressions"]?.elements.first)
    let counts = counts(entry)
    var priors = [1, 1, 1].map { GroupPrior(variance: $0) }
    var last = -Double.infinity
    for _ in 0..<12 {
      let evidence = try LaplaceRegression(prior: NormalPrior(groups: space.groups, priors: priors))
        .fit(counts).logEvidence
      // Laplace's approximation moves by a little where the exact evidence would rise.
      #expect(evidence >= last - 1e-2)
      last = evidence
      priors = try MetaPrior.evidence(counts, groups: space.groups, start: priors, rounds: 1).priors
    }
  }

  @Test func `a known spread is found again`() throws {
    let stream = CounterStream("TAUS", seed: 1)
    let truth = 0.3
    var counts = ConversionCounts(rows: (0..<400).map { FeatureVector(ones: [0, Int32($0 + 1)]) })
    for row in 0..<400 {
      let p = StandardNormal.cumulative(-1 + truth * stream.normal(UInt64(row)))
      var generator = SeededGenerator(seed: 9, stream: UInt64(row))
      counts.shows[row] = 200
      counts.conversions[row] = Double(generator.binomial(trials: 200, probability: p))
    }
    let groups = [0] + [Int](repeating: 1, count: 400)
    let start = [GroupPrior(), GroupPrior(variance: 0.01)]
    let learned = try MetaPrior.evidence(counts, groups: groups, start: start)
    #expect(isClose(learned.priors[1].variance.squareRoot(), to: truth, relative: 0.25))
    let wide = try LaplaceRegression(
      prior: NormalPrior(groups: groups, priors: [GroupPrior(), GroupPrior()])
    )
    .fit(counts)
    let divided = MetaPrior.dividedMoments(
      mean: wide.mean, variance: wide.variance,
      prior: NormalPrior(groups: groups, priors: [GroupPrior(), GroupPrior()]), groups: groups, start: start)
    #expect(isClose(divided.priors[1].variance.squareRoot(), to: truth, relative: 0.25))
  }

  @Test func `groups without spread are floored and say so`() throws {
    let moments = MetaPrior.moments(
      mean: [0, 0.1, 0.1, 0.1], variance: [1, 0.2, 0.2, 0.2], groups: [0, 1, 1, 1],
      start: [GroupPrior(), GroupPrior()])
    #expect(moments.floored == [1] && moments.priors[1].variance == 1e-4)
    #expect(moments.raw[0] == nil && isClose(moments.raw[1] ?? 0, to: -0.2, absolute: 1e-12))
  }

  @Test func `separable rows under a proper prior converge, no data give the prior`() throws {
    var counts = ConversionCounts(rows: [FeatureVector(ones: [0]), FeatureVector(ones: [1])])
    (counts.shows, counts.conversions) = ([1000, 1000], [1000, 0])
    let prior = NormalPrior(features: 2, variance: 4)
    let posterior = try LaplaceRegression(prior: prior).fit(counts)
    #expect(posterior.isConverged && posterior.mean[0] > 1 && posterior.mean[1] < -1)
    let empty = try LaplaceRegression(prior: prior).fit(ConversionCounts(rows: []))
    #expect(empty.mean == [0, 0] && difference(of: empty.variance, from: [4, 4], relative: 1e-12) == nil)
  }

  @Test func `draws have the posterior's mean and spread`() throws {
    var counts = ConversionCounts(rows: [FeatureVector(ones: [0]), FeatureVector(ones: [0, 1])])
    (counts.shows, counts.conversions) = ([50, 80], [10, 30])
    let posterior = try LaplaceRegression(prior: NormalPrior(features: 2)).fit(counts)
    var generator = SeededGenerator(seed: 4)
    let draws = (0..<20_000).map { _ in posterior.draw([generator.normal(), generator.normal()]) }
    for i in 0..<2 {
      let mean = draws.reduce(0) { $0 + $1[i] } / 20_000
      let variance = draws.reduce(0) { $0 + ($1[i] - mean) * ($1[i] - mean) } / 20_000
      #expect(isClose(mean, to: posterior.mean[i], absolute: 0.01))
      #expect(isClose(variance, to: posterior.variance[i], relative: 0.05))
    }
    let z = try DoubleMatrix(rows: 2, columns: 2, values: [0.3, -1, 2, 0.5])
    let both = posterior.draws(z, scale: 0.5)
    #expect(
      difference(of: [both[0, 0], both[1, 0]], from: posterior.draw([0.3, 2], scale: 0.5), absolute: 1e-12)
        == nil)
  }

  @Test(arguments: ContractItem.allCases)
  func `keeps the contract of estimators`(_ item: ContractItem) throws {
    func input(_ conversions: [Double]) -> ConversionCounts {
      var counts = ConversionCounts(
        rows: [
          FeatureVector(ones: [0]), FeatureVector(ones: [0, 1]), FeatureVector(indices: [2], values: [0.5]),
        ])
      (counts.shows, counts.conversions) = ([40, 30, 20], conversions)
      return counts
    }
    var contract = EstimatorContract(
      LaplaceRegression(prior: NormalPrior(features: 3)), input: input([4, 9, 5]),
      otherInput: input([9, 1, 2]),
      queries: [FeatureVector(ones: [0]), FeatureVector(ones: [1, 2])])
    var none = input([4, 9, 5])
    none.shows[0] = .nan
    contract.inputsNotFinite = [none]
    contract.queriesNotFinite = [FeatureVector(indices: [0], values: [.infinity])]
    contract.mismatchedQueries = [(FeatureVector(ones: [7]), (7, 3))]
    contract.smallData = [("nothing", ConversionCounts(rows: []), .fits)]
    contract.outOfRange = [
      .init("maximumSteps", 0, allowed: "1 to 1000") { $0.maximumSteps = 0 },
      .init("tolerance", 0.0, allowed: "above 0 and finite") { $0.tolerance = 0 },
    ]
    contract.withoutRange = ["link", "mean", "variance"]
    contract.save = { try $0.write(to: $1) }
    contract.load = { try GaussianPosterior(contentsOf: $0) }
    contract.batch = { model, queries in try queries.map { try model.predict($0) } }
    let given = input([4, 9, 5])
    var reversed = ConversionCounts(rows: given.rows.reversed())
    (reversed.shows, reversed.conversions) = (given.shows.reversed(), given.conversions.reversed())
    contract.inputWithRowsReversed = reversed
    #expect(try contract.failures(of: item) == [])
  }
}

extension JSONValue {
  subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

  var numbers: [Double] { elements.compactMap(\.number) }

  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  var text: String? { if case .string(let text) = self { text } else { nil } }
}
