import ChoiceModels
import Learning
import TestSupport
import Testing

/// Sales of a hotel as the shared data holds them.
private func hotel(_ number: Int, split: String) throws -> SalesWithOffers {
  let path = SharedData.path("hotel-choice")! + "/hotel\(number).csv"
  let lines = String(decoding: try bytes(ofFile: path), as: UTF8.self).split(whereSeparator: \.isNewline)
    .dropFirst()
  let fields = lines.map { $0.split(separator: ",").map(String.init) }
  let products = fields.flatMap { $0[1].split(separator: " ").compactMap { Int($0) } }.max()!
  let rows = fields.filter { $0[0] == split }.map { row in
    SalesWithOffers.Row(
      offered: row[1].split(separator: " ").compactMap { Int($0) }.filter { $0 > 0 }.map { $0 - 1 },
      product: row[2] == "0" ? nil : Int(row[2])! - 1, count: Double(row[3])!)
  }
  return try SalesWithOffers(productCount: products, rows: rows)
}

/// Mean log-likelihoods of the reference estimation in NumPy, train and test (em_hotel.py, six digits).
private let reference:
  [(hotel: Int, logit: (Double, Double), chain: (Double, Double), prior5: (Double, Double))] = [
    (1, (-0.835466, -0.818792), (-0.798546, -0.788360), (-0.803723, -0.793490)),
    (2, (-0.774289, -0.774316), (-0.750978, -0.752641), (-0.761317, -0.760039)),
    (3, (-0.732676, -0.735892), (-0.712115, -0.711320), (-0.714640, -0.715096)),
  ]

@Test(.enabled(if: SharedData.isAvailable("hotel-choice")), arguments: [1, 2, 3])
func `hotels get the likelihoods of the reference from the same start and stop rule`(number: Int) throws {
  let expected = reference[number - 1]
  let (train, test) = (try hotel(number, split: "train"), try hotel(number, split: "test"))
  let logit = try MultinomialLogit().fit(train)
  #expect(isClose(train.meanLogLikelihood(logit), to: expected.logit.0, absolute: 2e-6))
  #expect(isClose(test.meanLogLikelihood(logit), to: expected.logit.1, absolute: 2e-6))
  var recipe = ChainEstimator()
  recipe.isAccelerated = false
  let chain = try recipe.fit(train)
  #expect(isClose(train.meanLogLikelihood(chain), to: expected.chain.0, absolute: 5e-5))
  #expect(isClose(test.meanLogLikelihood(chain), to: expected.chain.1, absolute: 5e-5))
  (recipe.start, recipe.priorStrength) = (.logit, 5)
  let prior = try recipe.fit(train)
  #expect(isClose(train.meanLogLikelihood(prior), to: expected.prior5.0, absolute: 5e-5))
  (recipe.start, recipe.priorStrength, recipe.isAccelerated) = (.uniform, 0, true)
  let fast = try recipe.fit(train)
  #expect(train.meanLogLikelihood(fast) >= expected.chain.0 - 5e-5)
}
