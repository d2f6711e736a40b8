internal import DynamicChoice
internal import Learning

/// The tables of Rust (1987), estimated again.
struct EngineTables {
  let folder: String
  let execution: Execution

  /// Table VIII, choice log-likelihoods at discounts .9999 and 0 for groups 4, 1-3 and 1-4: J. Rust, Econometrica 55(5), 1987.
  ///
  /// The two lines of the printed cubic cell of group 4 are swapped here, as no parameters reach the printed one at .9999; the
  /// hyperbolic form at .9999 is what an independent program finds, as the printed cells (-165.423, -133.408, -305.605) are
  /// not reached by any.
  private static let table8: [(cost: EngineReplacement.Cost, cells: [(Double, Double)])] = [
    (.cubic, [(-162.988, -162.885), (-131.064, -131.177), (-296.515, -296.411)]),
    (.quadratic, [(-163.402, -163.771), (-131.326, -131.534), (-297.939, -299.328)]),
    (.linear, [(-163.584, -165.459), (-132.389, -134.747), (-300.250, -306.641)]),
    (.squareRoot, [(-163.395, -164.143), (-132.104, -133.472), (-299.314, -302.703)]),
    (.mixed, [(-163.376, -164.048), (-131.418, -131.612), (-298.865, -301.064)]),
    (.hyperbolic, [(-165.178, -174.023), (-133.413, -138.894), (-305.626, -325.700)]),
  ]
  private static let samples: [(name: String, groups: [Int])] = [
    ("g4", [4]), ("g123", [1, 2, 3]), ("g1234", [1, 2, 3, 4]),
  ]

  func add(to figures: inout BenchFigures) throws {
    var recipe = NestedFixedPoint()
    recipe.errors = .given
    let (worst, iterations) = try table8(recipe, &figures)
    var difference = 0.0
    var table9: [(data: ChoiceData, name: String)] = []
    for (bins, width) in [(90, 5000.0), (175, 450_000.0 / 175)] {
      for (name, groups) in Self.samples {
        let panel = try BusPanel(folder: folder, groups: groups, width: width)
        let model = EngineReplacement(bins: bins, discount: 0.9999, incrementCounts: panel.incrementCounts)
        let data = try model.data(panel)
        let estimate = try recipe.fit(data, on: execution)
        var pseudo = PseudoLikelihood()
        (pseudo.start, pseudo.steps, pseudo.errors) = (model.cubicLogitPolicy(data.counts), 200, .given)
        let nested = try pseudo.fit(data, on: execution)
        difference = max(difference, zip(nested.theta, estimate.theta).map { abs($0 - $1) }.max() ?? 0)
        let key = bins == 90 ? name : "cells175_\(name)"
        add(estimate, panel, key, errors: bins == 90, &figures)
        table9.append((data, key))
        if bins == 90, name != "g123" {
          pseudo.steps = 1
          let first = try pseudo.fit(data, on: execution)
          (figures["hm_\(name)_rc"], figures["hm_\(name)_theta"]) = (first.theta[0], first.theta[1])
        }
      }
    }
    figures["worst_table8_gap"] = worst
    figures["worst_iterations"] = Double(iterations)
    figures["npl_minus_nfxp"] = difference
    let times = try Stopwatch.microseconds(count: table9.count, passes: 21) {
      _ = try recipe.fit(table9[$0].data, on: Execution(threads: 1))
    }
    figures["g4_ms"] = times[0] / 1000
    figures["table9_ms"] = times.reduce(0, +) / 1000
  }

  private func table8(
    _ recipe: NestedFixedPoint, _ figures: inout BenchFigures
  ) throws -> (gap: Double, iterations: Int) {
    var (worst, iterations) = (0.0, 0)
    for (place, sample) in Self.samples.enumerated() {
      let panel = try BusPanel(folder: folder, groups: sample.groups, width: 5000)
      for (cost, cells) in Self.table8 {
        for (discount, known) in [(0.9999, cells[place].0), (0, cells[place].1)] {
          let model = EngineReplacement(
            bins: 90, discount: discount, cost: cost, incrementCounts: panel.incrementCounts)
          let estimate = try recipe.fit(model.data(panel), on: execution)
          worst = max(worst, abs(estimate.logLikelihood - known))
          iterations = max(iterations, estimate.effort.iterations)
          if cost == .cubic, sample.name == "g4" {
            figures[discount == 0 ? "cubic_g4_beta0_ll" : "cubic_g4_ll"] = estimate.logLikelihood
          }
        }
      }
    }
    return (worst, iterations)
  }

  private func add(
    _ estimate: StructuralEstimate, _ panel: BusPanel, _ key: String, errors: Bool,
    _ figures: inout BenchFigures
  ) {
    figures["\(key)_rc"] = estimate.theta[0]
    figures["\(key)_theta"] = estimate.theta[1]
    if errors {
      figures["\(key)_se_rc"] = estimate.parameters[0].standardError
      figures["\(key)_se_theta"] = estimate.parameters[1].standardError
    }
    figures["\(key)_choice_ll"] = estimate.logLikelihood
    figures["\(key)_full_ll"] = estimate.logLikelihood + panel.incrementLogLikelihood
  }
}
