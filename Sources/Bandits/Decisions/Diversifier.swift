internal import Glibc
internal import Learning

/// Orders candidates so that a list is both good and varied, varied to the customer's own taste.
///
///     let list = try Diversifier().list(probabilities: p, categories: c, preference: w, limit: 5)
///
/// Value of a list: Σ p + λ s Σ_c w_c log(1 + S_c/s), S_c the sum of p in category c, s the mean p of the candidates: monotone and
/// submodular, so the greedy list is at least 1 - 1/e of the best one (G. Nemhauser, L. Wolsey, M. Fisher, Mathematical Programming
/// 14, 1978), and so is each of its beginnings. In the spirit of C. H. Teo et al.: *Adaptive, Personalized Diversity for Visual
/// Discovery*, RecSys 2016, of which only the abstract was available to us.
public struct Diversifier: Codable, Sendable, Equatable {
  /// How much variety counts against conversions, 0 or more.
  public var strength = 4.0

  /// Creates the default diversifier.
  public init() {}

  /// The best `limit` candidates in order.
  ///
  /// - Parameters:
  ///   - probabilities: of a conversion, for each candidate, 0 to 1.
  ///   - categories: of each candidate, a place in `preference`.
  ///   - preference: how much the customer likes each category, 0 or more.
  /// - Throws: ``InvalidInput`` listing everything out of range.
  /// - Complexity: O(candidates · log(candidates)) on most inputs
  public func list(
    probabilities: [Double], categories: [Int], preference: [Double], limit: Int
  ) throws -> [Int] {
    var problems = Violations()
    problems.require(
      strength >= 0 && strength.isFinite, "strength", given: strength, expected: "0 or more and finite")
    problems.require(
      categories.count == probabilities.count, "categories", given: "\(categories.count)",
      expected: "\(probabilities.count), one for each candidate")
    problems.require(
      probabilities.allSatisfy { $0 >= 0 && $0 <= 1 }, "probabilities", given: "a number outside of 0 to 1",
      expected: "probabilities")
    problems.require(
      categories.allSatisfy { preference.indices.contains($0) }, "categories",
      given: "number \(categories.max() ?? 0)",
      expected: "0 to \(preference.count - 1), as there are preferences")
    problems.require(
      preference.allSatisfy { $0 >= 0 && $0.isFinite }, "preference", given: "a number below 0 or not finite",
      expected: "0 or more")
    try problems.throwIfAny()
    let scale = probabilities.isEmpty ? 0 : probabilities.reduce(0, +) / Double(probabilities.count)
    var mass = [Double](repeating: 0, count: preference.count)
    func gain(_ candidate: Int) -> Double {
      let (p, category) = (probabilities[candidate], categories[candidate])
      guard scale > 0 else { return p }
      return p + strength * scale * preference[category]
        * log((scale + mass[category] + p) / (scale + mass[category]))
    }
    // Gains only fall, so a gain computed anew that still leads is the largest: most candidates are looked at once.
    var queue = GainQueue(probabilities.indices.map { (gain($0), $0) })
    var list: [Int] = []
    while list.count < limit, let top = queue.pop() {
      let now = gain(top.candidate)
      if let next = queue.first, now < next.gain || (now == next.gain && top.candidate > next.candidate) {
        queue.push((now, top.candidate))
        continue
      }
      list.append(top.candidate)
      mass[categories[top.candidate]] += probabilities[top.candidate]
    }
    return list
  }

  /// The value of a list.
  ///
  /// - Precondition: places of candidates, categories that are places of `preference`.
  public func value(
    of list: [Int], probabilities: [Double], categories: [Int], preference: [Double]
  ) -> Double {
    let scale = probabilities.reduce(0, +) / Double(max(1, probabilities.count))
    var mass = [Double](repeating: 0, count: preference.count)
    for candidate in list { mass[categories[candidate]] += probabilities[candidate] }
    guard scale > 0 else { return 0 }
    let variety = zip(preference, mass).reduce(0) { $0 + $1.0 * log1p($1.1 / scale) }
    return list.reduce(0) { $0 + probabilities[$1] } + strength * scale * variety
  }
}

/// What a customer likes: w_c = (α_c + n_c)/Σ, n_c the clicks in category c, half as much after each half-life, at most a cap.
public struct CategoryPreference: Sendable, Equatable, Codable {
  /// What all customers like together: pseudo-clicks by category, above 0.
  public let population: [Double]

  /// After this time a click counts half, above 0; in the unit of the times of clicks.
  public var halfLife: Double

  /// The most that the clicks of one category count.
  public var cap = 50.0

  private var clicks: [Double]
  private var time = 0.0

  /// The preference of a customer of whom nothing is known.
  ///
  /// - Precondition: at least one category, pseudo-clicks above 0, a half-life above 0.
  public init(population: [Double], halfLife: Double) {
    precondition(!population.isEmpty && population.allSatisfy { $0 > 0 } && halfLife > 0, "positive numbers")
    self.population = population
    self.halfLife = halfLife
    clicks = [Double](repeating: 0, count: population.count)
  }

  /// Notes a click at a time; an earlier one than the last counts as the last.
  ///
  /// - Precondition: a category there is.
  public mutating func click(_ category: Int, at moment: Double) {
    let passed = max(0, moment - time)
    let fade = exp2(-passed / halfLife)
    for place in clicks.indices { clicks[place] *= fade }
    time += passed
    clicks[category] += 1
  }

  /// How much each category is liked, of sum 1.
  public var weights: [Double] {
    let counts = zip(population, clicks).map { $0 + min($1, cap) }
    let sum = counts.reduce(0, +)
    return counts.map { $0 / sum }
  }

  /// Whether a category is liked clearly more than customers like it on average: by half.
  public func prefers(_ category: Int) -> Bool {
    weights[category] > 1.5 * population[category] / population.reduce(0, +)
  }
}

/// A heap with the largest gain on top, the first candidate of equal ones.
private struct GainQueue {
  typealias Entry = (gain: Double, candidate: Int)
  private var entries: [Entry]

  init(_ entries: [Entry]) {
    // Descending order is a heap.
    self.entries = entries.sorted { Self.precedes($0, $1) }
  }

  var first: Entry? { entries.first }

  private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
    left.gain > right.gain || (left.gain == right.gain && left.candidate < right.candidate)
  }

  mutating func pop() -> Entry? {
    guard let top = entries.first, let last = entries.popLast() else { return nil }
    guard !entries.isEmpty else { return top }
    entries[0] = last
    var place = 0
    while true {
      var best = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < entries.count && Self.precedes(entries[child], entries[best]) {
        best = child
      }
      if best == place { return top }
      entries.swapAt(place, best)
      place = best
    }
  }

  mutating func push(_ entry: Entry) {
    entries.append(entry)
    var place = entries.count - 1
    while place > 0, Self.precedes(entries[place], entries[(place - 1) / 2]) {
      entries.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }
}
