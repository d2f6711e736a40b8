import ChoiceModels
import Glibc
import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@Suite struct `Estimation from sales` {
  @Test func `of a chain never loses penalised likelihood, accelerated or not`() throws {
    let market = try RandomMarket(6, seed: 2)
    var generator = SeededGenerator(seed: 1)
    let offers = (0..<12).map { _ in randomSet(6, share: 0.6, using: &generator) }
    let sales = try sales(from: market.chain, offers: offers, customersEach: 60, seed: 5)
    for strength in [0.0, 5] {
      for isAccelerated in [false, true] {
        var recipe = ChainEstimator()
        (recipe.start, recipe.priorStrength, recipe.isAccelerated) = (.logit, strength, isAccelerated)
        recipe.tolerance = 1e-9
        let trace = try recipe.fit(sales).penalisedLogLikelihoods
        for (before, after) in zip(trace, trace.dropFirst()) { #expect(after >= before - 1e-9 * abs(before)) }
      }
    }
  }

  @Test func `of a chain recovers choice probabilities when every product was missing at times`() throws {
    let market = try RandomMarket(5, seed: 12)
    let offers = subsets(5).filter { $0.count >= 2 }
    let sales = try sales(from: market.chain, offers: offers, customersEach: 4_000, seed: 6)
    var recipe = ChainEstimator()
    recipe.tolerance = 1e-9
    let estimate = try recipe.fit(sales)
    #expect(estimate.isIdentified == [true, true, true, true, true])
    for offered in offers {
      let (found, truth) = (
        estimate.probabilities(offered: offered), market.chain.probabilities(offered: offered)
      )
      #expect(zip(found, truth).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 < 0.02)
    }
  }

  @Test func `of a chain reaches at least the plain passes' likelihood when accelerated, in fewer passes`()
    throws
  {
    let market = try RandomMarket(6, seed: 3)
    var generator = SeededGenerator(seed: 4)
    let offers = (0..<15).map { _ in randomSet(6, share: 0.5, using: &generator) }
    let sales = try sales(from: market.chain, offers: offers, customersEach: 100, seed: 9)
    var recipe = ChainEstimator()
    (recipe.isAccelerated, recipe.tolerance) = (false, 1e-10)
    let plain = try recipe.fit(sales)
    recipe.isAccelerated = true
    let fast = try recipe.fit(sales)
    #expect(fast.logLikelihoods.last! >= plain.logLikelihoods.last! - 1e-4)
    #expect(fast.passes < plain.passes)
  }

  @Test func `of a chain keeps the rows of products that never were missing and says so`() throws {
    let market = try RandomMarket(4, seed: 3)
    let offers = [ProductSet(productCount: 4, [0, 1]), ProductSet(productCount: 4, [0, 1, 2])]
    let sales = try sales(from: market.chain, offers: offers, customersEach: 300, seed: 1)
    let estimate = try ChainEstimator().fit(sales)
    #expect(estimate.isIdentified == [false, false, true, true])
    #expect(estimate.neverSold == [3])
    #expect(estimate.chain.firstChoice[3] == 0)
    // Uniform over what was sold and leaving.
    #expect(isClose(estimate.chain.transitions.denseRows[0, 1], to: 1.0 / 3, absolute: 1e-12))
  }

  @Test func `around a given chain leaves its zeros alone`() throws {
    let market = try RandomMarket(4, seed: 3)
    var values = market.chain.transitions.denseRows.values
    values[0 * 4 + 1] = 0
    let prior = try SubstitutionChain(
      firstChoice: market.chain.firstChoice,
      transitions: .dense(DenseTransitions(productCount: 4, values: values)))
    let offers = subsets(4).filter { $0.count >= 2 }
    let sales = try sales(from: market.chain, offers: offers, customersEach: 100, seed: 1)
    var recipe = ChainEstimator()
    recipe.priorStrength = 10
    let estimate = try recipe.fit(sales, prior: prior)
    #expect(estimate.chain.transitions.denseRows[0, 1] == 0)
    #expect(estimate.chain.transitions.denseRows[0, 2] > 0)
  }

  @Test func `of a logit satisfies the first-order conditions`() throws {
    let truth = try LogitModel(attractions: [1, 2, 0.5, 3], outsideAttraction: 2)
    let offers = subsets(4).filter { $0.count >= 1 }
    let sales = try sales(from: truth, offers: offers, customersEach: 200, seed: 2)
    let model = try MultinomialLogit().fit(sales)
    #expect(model.status == .converged)
    var expected = [Double](repeating: 0, count: 4)
    for group in sales.groups {
      let p = model.probabilities(offered: ProductSet(productCount: 4, group.offered))
      for i in group.offered { expected[i] += group.total * p[i] }
    }
    #expect(difference(of: expected, from: sales.productTotals, relative: 1e-8) == nil)
    for (i, error) in model.standardErrors.enumerated() {
      let distance = abs(logRatio(model, i) - logRatio(truth, i))
      #expect(distance < 4 * (error ?? 0))
    }
  }

  @Test func `of a nested logit finds dissimilarities, is never below the logit, and has no slope`() throws {
    let truth = try JSONValue(
      parsing: Array(
        #"{"attractions":[3,2,1,2,1],"nests":[0,0,0,1,1],"dissimilarities":[0.3,0.9],"outsideAttraction":1,"#
          .utf8)
        + Array(#""status":"converged"}"#.utf8)
    ).decoded(as: NestedLogitModel.self)
    var generator = SeededGenerator(seed: 3)
    let offers = (0..<40).map { _ in randomSet(5, share: 0.7, using: &generator) }.filter { !$0.isEmpty }
    let data = try sales(from: truth, offers: offers, customersEach: 1_000, seed: 4)
    let nested = try NestedLogit(nests: truth.nests).fit(data)
    let logit = try MultinomialLogit().fit(data)
    #expect(nested.status == .converged)
    #expect(data.meanLogLikelihood(nested) > data.meanLogLikelihood(logit) + 1e-3)
    #expect(abs(nested.dissimilarities[0] - 0.3) < 0.05 && abs(nested.dissimilarities[1] - 0.9) < 0.15)
    let alone = try NestedLogit(nests: [0, 1, 2, 3, 4]).fit(data)
    for offered in offers.prefix(5) {
      #expect(
        difference(
          of: alone.probabilities(offered: offered), from: logit.probabilities(offered: offered),
          absolute: 1e-5)
          == nil)
    }
    // Calibrated to a chain it sells as it does itself where one product is missing.
    let chain = try Calibration().chain(of: nested).chain
    let missing = ProductSet.all(5).removing(1)
    #expect(
      difference(
        of: chain.probabilities(offered: missing), from: nested.probabilities(offered: missing),
        absolute: 1e-9)
        == nil)
  }

  @Test func `of a conditional logit has a vanishing gradient by finite differences`() throws {
    var generator = SeededGenerator(seed: 5)
    let values = (0..<600 * 3 * 2).map { _ in generator.normal() }
    let choices = (0..<600).map { t in
      (0..<3).max { a, b in
        let utility = { (i: Int) in values[t * 6 + i * 2] - 0.5 * values[t * 6 + i * 2 + 1] }
        return utility(a) + Double(a) * 0.1 < utility(b) + Double(b) * 0.1
      }!
    }
    var noisy = choices
    for t in noisy.indices where generator.uniform() < 0.4 { noisy[t] = generator.integer(below: 3) }
    let data = try ChoiceObservations(
      alternatives: ["a", "b", "c"], attributes: ["x", "y"], values: values, choices: noisy)
    let model = try ConditionalLogit().fit(data)
    #expect(model.status == .converged)
    let top = try model.meanLogLikelihood(data)
    #expect(isClose(top, to: likelihood(model.coefficients, data), absolute: 1e-12))
    for k in model.coefficients.indices {
      for step in [-1e-3, 1e-3] {
        var beta = model.coefficients
        beta[k] += step
        let moved = likelihood(beta, data)
        #expect(moved < top && top - moved < 1e-5)
      }
    }
  }

  @Test func `of latent classes finds a likelihood above one logit's where there are two kinds of customers`()
    throws
  {
    let truth = try MixtureModel(
      shares: [0.5, 0.5], attractions: [[5, 4, 0.2, 0.2], [0.2, 0.2, 5, 4]], outsideAttractions: [1, 1])
    let offers = subsets(4).filter { $0.count >= 1 }
    let sales = try sales(from: truth, offers: offers, customersEach: 300, seed: 2)
    var recipe = LatentClassLogit()
    recipe.maximumClasses = 3
    let model = try recipe.fit(sales)
    let logit = try MultinomialLogit().fit(sales)
    #expect(model.shares.count >= 2)
    #expect(sales.meanLogLikelihood(model) > sales.meanLogLikelihood(logit) + 0.02)
    for offered in offers {
      let (found, expected) = (model.probabilities(offered: offered), truth.probabilities(offered: offered))
      #expect(zip(found, expected).reduce(0) { $0 + abs($1.0 - $1.1) } / 2 < 0.05)
    }
  }
}

/// Log-attraction of a product relative to buying nothing.
private func logRatio(_ model: LogitModel, _ product: Int) -> Double {
  log(model.attractions[product] / model.outsideAttraction)
}

/// Mean log-likelihood of a conditional logit, written down once more.
private func likelihood(_ beta: [Double], _ data: ChoiceObservations) -> Double {
  let (j, a) = (data.alternatives.count, data.attributes.count)
  return data.choices.enumerated().reduce(0) { sum, entry in
    let utilities = (0..<j).map { i in
      (0..<a).reduce(i < j - 1 ? beta[i] : 0) {
        $0 + data.values[(entry.offset * j + i) * a + $1] * beta[j - 1 + $1]
      }
    }
    return sum + utilities[entry.element] - log(utilities.reduce(0) { $0 + exp($1) })
  } / Double(data.choices.count)
}
