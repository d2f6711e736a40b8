internal import Probability
internal import StoreData

/// One visit: searches, what was shown, clicked, put into the cart and bought, now or days later.
struct ShopSession {
  var queries: [SearchQuery] = []
  var events: [SearchEvent] = []
  /// What was meant by each query.
  var intents: [ShopperIntent] = []

  /// Milliseconds of the whole log.
  private let end: Int64

  /// Plays the visit of a number; equal numbers play alike.
  init(number: Int, in shop: SampleShop, _ simulation: inout SearchSimulation) {
    var generator = SeededGenerator(seed: shop.recipe.seed, stream: 2 << 32 | UInt64(number))
    let words = ShopperWords(vocabulary: shop.vocabulary, brands: shop.brands)
    end = SampleShop.start.milliseconds + Int64(shop.recipe.days) * 86_400_000
    var time = Self.start(of: number, in: shop, &generator)
    let client = "C\(generator.integer(below: shop.recipe.customers))"
    let target = shop.facts[shop.demand.draw(using: &generator)]
    var intent = ShopperIntent(like: target, shop.vocabulary, &generator)
    var wording = words.wording(of: intent, &generator)

    for attempt in 0..<3 {
      var query = SearchQuery(id: "S\(number)-\(attempt + 1)", text: wording.text)
      let randomised = generator.uniform() < shop.recipe.randomisedShare
      let results = simulation.results(for: intent, randomised: randomised, &generator)
      query.application = "sample-shop"
      query.client = client
      query.time = Timestamp(milliseconds: time)
      query.ranker = randomised ? "random" : "default"
      query.results = results.map { shop.id(at: Int($0.product)) }
      queries.append(query)
      intents.append(intent)

      let clicks = SearchSimulation.clicks(on: results, &generator)
      for position in results.indices { record(.impression, query, position, "V\(number)", after: 0) }
      var wait: Int64 = 1500
      for position in results.indices where clicks[position] {
        wait += 1000 + Int64(generator.exponential() * 9000)
        record(.click, query, position, "V\(number)", after: wait)
        buy(query, position, "V\(number)", &wait, &generator)
      }
      time += wait + 4000 + Int64(generator.exponential() * 15_000)

      // Who found something mostly stops; who did not tries other words, or wants more or less.
      guard generator.uniform() < (clicks.contains(true) ? 0.15 : 0.6), time < end else { break }
      if wording.hasTypo || wording.usesSlang {
        wording = words.wording(of: intent, slang: 0.05, typo: 0, &generator)
      } else {
        if intent.wishes > 1, generator.uniform() < 0.5 {
          intent.relax()
        } else {
          intent.add(likeSlotOf: target, &generator)
        }
        wording = words.wording(of: intent, &generator)
      }
    }
  }

  /// Visits come evenly over the days and mostly in the evening.
  static func start(of number: Int, in shop: SampleShop, _ generator: inout SeededGenerator) -> Int64 {
    let day = number * shop.recipe.days / max(1, shop.recipe.sessions)
    let hour = (generator.uniform() + generator.uniform() + generator.uniform()) / 3 * 20 + 4
    return SampleShop.start.milliseconds + Int64(day) * 86_400_000 + Int64(hour * 3_600_000)
  }

  /// One in five clicks goes into the cart, half of the carts are bought, two in five of those days later.
  private mutating func buy(
    _ query: SearchQuery, _ position: Int, _ session: String, _ wait: inout Int64,
    _ generator: inout SeededGenerator
  ) {
    guard generator.uniform() < 0.2 else { return }
    wait += 5000 + Int64(generator.exponential() * 40_000)
    record(.addToCart, query, position, session, after: wait)
    guard generator.uniform() < 0.5 else { return }
    if generator.uniform() < 0.6 {
      record(
        .purchase, query, position, session, after: wait + 30_000 + Int64(generator.exponential() * 300_000))
    } else {
      // A later visit of its own, whose application no longer knows the query.
      let delay = Int64(generator.exponential() * 2 * 86_400_000) + 3_600_000
      record(
        .purchase, query, position, "\(session)-later", after: delay, knowsQuery: generator.uniform() < 0.5)
    }
  }

  /// Records what happens before the log ends.
  private mutating func record(
    _ action: SearchEvent.Action, _ query: SearchQuery, _ position: Int, _ session: String, after wait: Int64,
    knowsQuery: Bool = true
  ) {
    let time = (query.time ?? SampleShop.start).milliseconds + wait
    guard time < end else { return }
    var event = SearchEvent(action, query: knowsQuery ? query.id : nil, product: query.results[position])
    event.queryText = knowsQuery ? query.text : nil
    event.position = knowsQuery ? position + 1 : nil
    event.time = Timestamp(milliseconds: time)
    event.application = query.application
    event.client = query.client
    event.session = session
    events.append(event)
  }
}
