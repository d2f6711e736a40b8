import DynamicChoice
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isAvailable("rust-bus")))
struct RustTests {
  @Test func `scratch`() throws {
    for (bins, width) in [(90, 5000.0), (175, 450000.0 / 175)] {
    for groups in [[4], [1, 2, 3], [1, 2, 3, 4]] {
      let panel = try BusPanel(folder: SharedData.path("rust-bus")!, groups: groups, width: width)
      for cost in EngineReplacement.Cost.allCases {
        for discount in [0.9999, 0.0] {
          let problem = EngineReplacement(bins: bins, discount: discount, cost: cost, incrementCounts: panel.incrementCounts)
          var recipe = NestedFixedPoint()
          recipe.errors = .given
          let clock = ContinuousClock()
          var fit: StructuralEstimate?
          let time = try clock.measure { fit = try recipe.fit(problem.data(panel)) }
          print(bins, groups, cost, discount, fit!.theta, fit!.parameters.map { $0.standardError ?? -1 }, fit!.logLikelihood, fit!.logLikelihood + panel.incrementLogLikelihood, fit!.status, fit!.effort.iterations, fit!.effort.evaluations, fit!.effort.contractions, fit!.effort.newtonSteps, time)
        }
      }
      }
    }
  }
}
