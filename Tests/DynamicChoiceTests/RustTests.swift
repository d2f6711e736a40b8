import DynamicChoice
import TestSupport
import Testing

/// The published tables of bus engine replacement, and what an independent program finds on the same panel.
@Suite(.enabled(if: SharedData.isAvailable("rust-bus")))
struct RustTests {
  static func data(
    groups: [Int], bins: Int = 90, width: Double = 5000, discount: Double = 0.9999,
    cost: EngineReplacement.Cost = .linear
  ) throws -> (panel: BusPanel, data: ChoiceData, model: EngineReplacement) {
    let panel = try BusPanel(folder: SharedData.path("rust-bus")!, groups: groups, width: width)
    let model = EngineReplacement(
      bins: bins, discount: discount, cost: cost, incrementCounts: panel.incrementCounts)
    return (panel, try model.data(panel), model)
  }

  static let published = NestedFixedPoint.withGivenErrors

  @Test func `the panel has the published numbers of months, replacements and increments`() throws {
    let (four, _, model) = try Self.data(groups: [4])
    #expect(four.bins.count == 4292 && four.replaced.count { $0 == 1 } == 33)
    #expect(
      difference(of: model.rows[0].probabilities, from: [0.3919, 0.5953, 0.0128], absolute: 5e-5) == nil)
    let all = try Self.data(groups: [1, 2, 3, 4]).panel
    #expect(all.bins.count == 8156 && all.replaced.count { $0 == 1 } == 60)
  }

  @Test(arguments: [
    ([4], 10.0750, 2.2930, 1.582, 0.639, -163.584, -3304.155),
    ([1, 2, 3], 11.7270, 4.8259, 2.602, 1.792, -132.389, -2703.353),
    ([1, 2, 3, 4], 9.7558, 2.6275, 1.227, 0.618, -300.250, -6050.644),
  ])
  func `table IX of Rust is reproduced`(
    groups: [Int], cost: Double, slope: Double, costError: Double, slopeError: Double, choice: Double,
    full: Double
  ) throws {
    let (panel, data, _) = try Self.data(groups: groups)
    let estimate = try Self.published.fit(data)
    #expect(estimate.status == .converged && estimate.effort.iterations <= 40)
    #expect(difference(of: estimate.theta, from: [cost, slope], absolute: 5e-4) == nil)
    #expect(
      difference(
        of: estimate.parameters.map { $0.standardError! }, from: [costError, slopeError], absolute: 2e-3)
        == nil)
    #expect(isClose(estimate.logLikelihood, to: choice, absolute: 1e-3))
    #expect(isClose(estimate.logLikelihood + panel.incrementLogLikelihood, to: full, absolute: 1e-3))
  }

  @Test func `pseudo-likelihood ends where maximum likelihood does, and Hotz-Miller is near`() throws {
    for groups in [[4], [1, 2, 3], [1, 2, 3, 4]] {
      let (_, data, model) = try Self.data(groups: groups)
      var recipe = PseudoLikelihood()
      recipe.start = model.cubicLogitPolicy(data.counts)
      recipe.steps = 200
      let (nested, pseudo) = (try Self.published.fit(data), try recipe.fit(data))
      #expect(difference(of: pseudo.theta, from: nested.theta, absolute: 1e-4) == nil)
      recipe.steps = 1
      if groups == [4] {
        #expect(difference(of: try recipe.fit(data).theta, from: [9.8173, 2.0722], absolute: 1e-4) == nil)
      }
    }
  }

  @Test func `every form of the cost converges within 40 steps from zeros`() throws {
    for cost in EngineReplacement.Cost.allCases {
      for discount in [0.9999, 0] {
        let (_, data, _) = try Self.data(groups: [1, 2, 3], discount: discount, cost: cost)
        let estimate = try Self.published.fit(data)
        #expect(estimate.status == .converged && estimate.effort.iterations <= 40, "\(cost), \(discount)")
      }
    }
  }

  @Test func `errors that count the estimated increments are larger`() throws {
    let (_, data, _) = try Self.data(groups: [4])
    let given = try Self.published.fit(data)
    let twoStep = try NestedFixedPoint().fit(data)
    for (a, b) in zip(given.parameters, twoStep.parameters) { #expect(b.standardError! > a.standardError!) }
  }
}

extension NestedFixedPoint {
  /// With errors as the tables print them: as if transitions were known.
  static var withGivenErrors: NestedFixedPoint {
    var recipe = NestedFixedPoint()
    recipe.errors = .given
    return recipe
  }
}
