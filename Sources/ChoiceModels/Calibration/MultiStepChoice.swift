internal import Learning
public import Probability

/// How customers of an online shop choose: search, look through the first results, buy the best of what they saw.
///
/// A customer of intent k sees the `resultCount` available products of highest `relevance + noise`, examines the result
/// at position l with probability `examination^l`, and buys the examined product of highest `utility + taste` when that
/// beats buying nothing. Intents of Zipf-like weight and positions that fade give demand a heavy tail. What is out of stock
/// does not show, so others move up: this is no Markov chain, and calibration says by how much.
public struct MultiStepChoice: ChoiceOracle {
  /// The numbers of the model.
  public struct Parameters: Sendable, Equatable, Codable {
    /// How often each intent comes; need not sum to 1.
    public var weights: [Double]
    /// A row an intent: relevance of each product.
    public var relevance: [[Double]]
    /// A row an intent: utility of each product, relative to buying nothing.
    public var utility: [[Double]]
    /// Results that are shown, 1 or more.
    public var resultCount = 20
    /// Scale of the noise of the ranking, 0 or more.
    public var searchNoise = 0.4
    /// Probability of looking at one result more, 0 to 1.
    public var examination = 0.88

    /// The usual 20 results, looked at with probability .88 each.
    public init(weights: [Double], relevance: [[Double]], utility: [[Double]]) {
      self.weights = weights
      self.relevance = relevance
      self.utility = utility
    }
  }

  /// Everything that is random about one customer.
  public struct Customer: Sendable {
    /// The intent.
    public let intent: Int
    let scores: [Double]
    let reach: Int
    let seen: UInt64
    let utilities: [Double]
    let outside: Double
  }

  /// What happened in one session.
  public struct Session: Sendable {
    /// The intent.
    public let intent: Int
    /// The products that were shown, best first.
    public let shown: [Int]
    /// The position of what was bought; nil for nothing.
    public let bought: Int?
  }

  /// The numbers of the model.
  public let parameters: Parameters
  private let intents: AliasSampler
  private let examinations: [Double]

  /// Takes the numbers.
  ///
  /// - Throws: `InvalidInput` with everything that is wrong.
  public init(_ parameters: Parameters) throws {
    var problems = Violations()
    let (k, n) = (parameters.weights.count, parameters.relevance.first?.count ?? 0)
    problems.require(
      parameters.weights.allSatisfy { $0 >= 0 && $0.isFinite } && parameters.weights.reduce(0, +) > 0,
      "weights",
      given: "a sum of \(parameters.weights.reduce(0, +))", expected: "numbers from 0 on with a positive sum")
    for (name, rows) in [("relevance", parameters.relevance), ("utility", parameters.utility)] {
      problems.require(
        rows.count == k && rows.allSatisfy { $0.count == n }, name, given: "\(rows.count) rows",
        expected: "\(k) rows of \(n) numbers")
      problems.require(
        rows.allSatisfy { $0.allSatisfy(\.isFinite) }, name, given: "NaN or infinity",
        expected: "finite numbers")
    }
    problems.require(
      (1...64).contains(parameters.resultCount), "resultCount", given: parameters.resultCount,
      expected: "1 to 64")
    problems.require(
      parameters.searchNoise >= 0 && parameters.searchNoise.isFinite, "searchNoise",
      given: parameters.searchNoise,
      expected: "0 or more")
    problems.require(
      (0...1).contains(parameters.examination), "examination", given: parameters.examination,
      expected: "0 to 1")
    try problems.throwIfAny()
    self.parameters = parameters
    intents = AliasSampler(weights: parameters.weights)
    var chances = [1.0]
    while chances.count < parameters.resultCount { chances.append(chances.last! * parameters.examination) }
    examinations = chances
  }

  /// How many products there are.
  public var productCount: Int { parameters.relevance[0].count }

  /// Draws intent, ranking noise, which positions are looked at, and tastes.
  public func draw(using generator: inout SeededGenerator) -> Customer {
    let intent = intents.draw(using: &generator)
    let noise = parameters.searchNoise
    let scores = parameters.relevance[intent].map { noise > 0 ? $0 + noise * generator.gumbel() : $0 }
    var seen: UInt64 = 0
    for (position, chance) in examinations.enumerated() where generator.uniform() < chance {
      seen |= 1 << UInt64(position)
    }
    let utilities = parameters.utility[intent].map { $0 + generator.gumbel() }
    return Customer(
      intent: intent, scores: scores, reach: 64 - seen.leadingZeroBitCount, seen: seen, utilities: utilities,
      outside: generator.gumbel())
  }

  /// What the customer buys.
  public func choose(_ customer: Customer, offered: ProductSet) -> Int? {
    // Nobody looks beyond the last position that is examined.
    let shown = ranking(customer, offered: offered, limit: customer.reach)
    return bought(customer, shown).map { shown[$0] }
  }

  /// What is shown and bought.
  public func session(_ customer: Customer, offered: ProductSet) -> Session {
    let shown = ranking(customer, offered: offered, limit: parameters.resultCount)
    return Session(intent: customer.intent, shown: shown, bought: bought(customer, shown))
  }

  private func bought(_ customer: Customer, _ shown: [Int]) -> Int? {
    var (best, choice): (Double, Int?) = (customer.outside, nil)
    for (position, product) in shown.enumerated()
    where customer.seen >> UInt64(position) & 1 == 1 && customer.utilities[product] > best {
      (best, choice) = (customer.utilities[product], position)
    }
    return choice
  }

  /// The offered products of highest score, best first; among equals the first.
  private func ranking(_ customer: Customer, offered: ProductSet, limit: Int) -> [Int] {
    guard limit > 0 else { return [] }
    var top: [Int] = []
    top.reserveCapacity(limit + 1)
    var threshold = -Double.infinity
    customer.scores.withUnsafeBufferPointer { scores in
      offered.flags.withUnsafeBufferPointer { flags in
        for i in scores.indices where flags[i] && (scores[i] > threshold || top.count < limit) {
          var place = top.count
          while place > 0, scores[top[place - 1]] < scores[i] { place -= 1 }
          top.insert(i, at: place)
          if top.count > limit { top.removeLast() }
          if top.count == limit { threshold = scores[top[limit - 1]] }
        }
      }
    }
    return top
  }
}
