import Learning
import TestSupport
import Testing

@testable import ProductSearch

/// Pairs learned from logs whose position bias is known.
@Suite struct TrainingPairsTests {
  @Test func `positions and attractions are recovered from confounded clicks`() throws {
    let clicks = BiasedClicks(searches: 50_000)
    let learned = try TrainingPairs(clicks.log())
    #expect(learned.positions.status == .identified)
    #expect(BiasedClicks.error(of: learned.positions) <= 0.02)
    #expect(learned.report.weight == .gamma && learned.report.searches == 50_000)
    let quality = PairQuality(learned, clicks)
    for ratio in quality.ratios { #expect((0.95...1.08).contains(ratio), "\(quality.ratios)") }
    #expect(quality.ordered >= 0.865, "\(quality.ordered)")
  }

  @Test func `without correction products shown far down seem worse than they are`() throws {
    let clicks = BiasedClicks(searches: 10_000, queries: 60)
    let log = clicks.log()
    func quality(_ weight: PairRecipe.Weight) throws -> PairQuality {
      var recipe = PairRecipe()
      recipe.weight = weight
      return PairQuality(try TrainingPairs(log, recipe), clicks)
    }
    let (raw, gamma, inverse) = (try quality(.raw), try quality(.gamma), try quality(.inversePropensity))
    #expect(raw.ratios[2] < 0.4 && raw.ratios[0] > 0.6)
    for corrected in [gamma, inverse] {
      for ratio in corrected.ratios { #expect((0.9...1.12).contains(ratio), "\(corrected.ratios)") }
      #expect(corrected.ordered > raw.ordered)
    }
    // Good rankings are marked down: what stands on top is expected to be clicked.
    let over = try quality(.clicksOverExpected)
    #expect(over.ratios[2] > over.ratios[0])
  }

  @Test func `events in another order or twice give the same pairs`() throws {
    let clicks = BiasedClicks(searches: 1500, queries: 30)
    let learned = try TrainingPairs(clicks.log())
    #expect(learned.pairs.count > 150)
    for (times, seed) in [(1, 7), (2, 8), (3, nil)] as [(Int, UInt64?)] {
      let again = try TrainingPairs(clicks.log(times: times, shuffledBy: seed))
      #expect(again.pairs == learned.pairs && again.positions == learned.positions)
      #expect(again.report.duplicates == (times - 1) * (clicks.searches.count + clicks.events.count))
    }
  }

  @Test func `a log without impressions weighs clicks and says so`() throws {
    let clicks = BiasedClicks(searches: 500, queries: 10)
    var log = InteractionLog { Int($0) }
    for event in clicks.events where event.action != .impression { log.append(event) }
    let learned = try TrainingPairs(log)
    #expect(learned.positions.status == .noImpressions && learned.positions.examination.isEmpty)
    #expect(learned.report.weight == .raw && learned.report.impressions == 0)
    let clicked = Set(clicks.events.filter { $0.action == .click }.map { $0.product! })
    #expect(Set(learned.pairs.map { "\($0.product)" }) == clicked)
    // Every action of a search counts with its largest weight.
    let total = learned.pairs.reduce(0) { $0 + $1.weight }
    let (carts, purchases) = (learned.count(.cart, clicks), learned.count(.purchase, clicks))
    let acted = learned.count(.click, clicks)
    #expect(total == Float(acted + 2 * carts + 2 * purchases))
  }

  @Test func `products that always stand at one position leave the bias unidentified`() throws {
    var clicks = BiasedClicks(searches: 0, queries: 1)
    for number in 0..<400 {
      for position in 1...5 {
        var shown = Interaction(.impression, search: "s\(number)", product: "\(position)", position: position)
        shown.text = "lamp"
        shown.time = Int64(number * 1_000_000)
        clicks.events.append(shown)
        if number % (2 * position) == 0 {
          var click = shown
          click.action = .click
          click.time = shown.time.map { $0 + 1000 }
          clicks.events.append(click)
        }
      }
    }
    let learned = try TrainingPairs(clicks.log())
    #expect(learned.positions.status == .fixedPositions && learned.report.weight == .raw)
    #expect(learned.pairs.map(\.product) == [1, 2, 3, 4, 5])
    #expect(learned.pairs.map(\.weight) == [0.5, 0.25, 67.0 / 400, 0.125, 0.1])
  }

  @Test func `impressions without a position leave the bias unidentified`() throws {
    var clicks = BiasedClicks(searches: 300, queries: 5)
    for place in clicks.events.indices { clicks.events[place].position = nil }
    let learned = try TrainingPairs(clicks.log())
    #expect(learned.positions.status == .noPositions && learned.report.weight == .raw)
    #expect(learned.pairs.allSatisfy { $0.weight > 0 && $0.weight <= 3 })
  }

  @Test func `a few products that moved by chance do not identify the bias`() throws {
    let clicks = BiasedClicks(searches: 15, queries: 5)
    let learned = try TrainingPairs(clicks.log())
    #expect(learned.positions.status == .fewMoves && learned.report.weight == .raw)
  }

  @Test func `a pinned position is told and takes over its neighbour's examination`() throws {
    // Position 11 shows one product alone, which stands nowhere else.
    var clicks = BiasedClicks(searches: 1500, queries: 20)
    for number in 0..<1500 {
      var pinned = Interaction(.impression, search: "s\(number)", product: "9999", position: 11)
      pinned.time = clicks.searches[number].time
      clicks.events.append(pinned)
    }
    let learned = try TrainingPairs(clicks.log())
    #expect(learned.positions.status == .identified && learned.positions.unlinkedPositions == [11])
    #expect(learned.positions.examination.count == 11)
    #expect(learned.positions.examination[10] == learned.positions.examination[9])
  }

  @Test func `randomised impressions alone serve where there are enough`() throws {
    let clicks = BiasedClicks(searches: 5000, queries: 10, randomisedEvery: 2)
    var recipe = PairRecipe()
    recipe.evidence = .randomised
    let learned = try TrainingPairs(clicks.log(), recipe)
    #expect(learned.positions.usesRandomisedAlone && learned.positions.status == .identified)
    #expect(learned.report.randomisedImpressions == 25_000)
    #expect(BiasedClicks.error(of: learned.positions) <= 0.1)
    let few = try TrainingPairs(BiasedClicks(searches: 1000, queries: 5).log(), recipe)
    #expect(!few.positions.usesRandomisedAlone && few.report.randomisedImpressions == 1000)
  }

  @Test func `actions that end in purchases weigh more and their mean stays`() throws {
    let clicks = BiasedClicks(searches: 5000, queries: 20)
    var plain = PairRecipe()
    (plain.actions.cart, plain.actions.purchase) = (1, 1)
    let alike = try TrainingPairs(clicks.log(), plain)
    let weighed = try TrainingPairs(clicks.log())
    let mean = { (pairs: TrainingPairs) in
      pairs.pairs.reduce(0) { $0 + Double($1.weight) } / Double(pairs.pairs.count)
    }
    #expect(abs(mean(weighed) / mean(alike) - 1) < 0.03)
    #expect(weighed.pairs != alike.pairs)
    var nothing = PairRecipe()
    (nothing.actions.click, nothing.actions.cart, nothing.actions.purchase) = (0, 0, 0)
    #expect(try TrainingPairs(clicks.log(), nothing).pairs == alike.pairs)
  }

  @Test func `recipes out of range are refused with everything that is wrong`() {
    var recipe = PairRecipe()
    recipe.actions.cart = -1
    recipe.actionPrior = .infinity
    recipe.minimumWeight = .nan
    recipe.minimumImpressions = 0
    recipe.searchesPerHour = 0
    recipe.attributionMinutes = -2
    #expect {
      try TrainingPairs(InteractionLog { Int($0) }, recipe)
    } throws: { error in
      "\(error)" == """
        actions.cart: given -1.0, expected 0 or more
        actionPrior: given inf, expected 0 or more
        minimumWeight: given nan, expected 0 or more
        attributionMinutes: given -2.0, expected 0 or more
        minimumImpressions: given 0, expected 1 or more
        searchesPerHour: given 0, expected 1 or more
        """
    }
  }

  @Test func `an empty log gives no pairs`() throws {
    let learned = try TrainingPairs(InteractionLog { Int($0) })
    #expect(learned.pairs.isEmpty && learned.positions.status == .noImpressions)
    #expect(learned.report == PairReport())
  }

  @Test func `recipes survive JSON`() throws {
    #expect(try JSONValue(encoding: PairRecipe()).decoded(as: PairRecipe.self) == PairRecipe())
  }
}

extension TrainingPairs {
  fileprivate func count(_ action: Interaction.Action, _ clicks: BiasedClicks) -> Int {
    clicks.events.count { $0.action == action }
  }
}

/// How well weights agree with the attractions they stand for, over pairs with 50 impressions or more.
struct PairQuality {
  /// Mean weight over mean attraction of products shown at positions 1-3, 4-6, 7-10 on average.
  private(set) var ratios: [Double] = []
  /// Share of two products of a query that are in the true order.
  private(set) var ordered = 0.0

  init(_ learned: TrainingPairs, _ clicks: BiasedClicks) {
    var (shown, positions) = ([Int: Double](), [Int: Double]())
    for event in clicks.events where event.action == .impression {
      let product = Int(event.product!)!
      shown[product, default: 0] += 1
      positions[product, default: 0] += Double(event.position!)
    }
    let weights = Dictionary(uniqueKeysWithValues: learned.pairs.map { ($0.product, Double($0.weight)) })
    var sums = [(weight: Double, truth: Double)](repeating: (0, 0), count: 3)
    var byQuery: [Int: [(weight: Double, truth: Double)]] = [:]
    for (product, count) in shown where count >= 50 {
      let truth = clicks.attraction[product / BiasedClicks.candidates][product % BiasedClicks.candidates]
      // A pair that was never clicked is no pair.
      let weight = weights[product] ?? 0
      let mean = positions[product]! / count
      let group = mean <= 3 ? 0 : mean <= 6 ? 1 : 2
      sums[group].weight += weight
      sums[group].truth += truth
      byQuery[product / BiasedClicks.candidates, default: []].append((weight, truth))
    }
    ratios = sums.map { $0.weight / $0.truth }
    var (right, all) = (0.0, 0.0)
    for products in byQuery.values {
      for i in products.indices {
        for j in products.indices.dropFirst(i + 1) where products[i].truth != products[j].truth {
          all += 1
          let (a, b) = (products[i].weight - products[j].weight, products[i].truth - products[j].truth)
          right += a == 0 ? 0.5 : a * b > 0 ? 1 : 0
        }
      }
    }
    ordered = right / all
  }
}
