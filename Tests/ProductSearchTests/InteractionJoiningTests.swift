import Testing

@testable import ProductSearch

/// How searches and events are put together before anything is learned.
@Suite struct InteractionJoiningTests {
  private let minute: Int64 = 60_000

  private func log(_ searches: [LoggedSearch], _ events: [Interaction]) -> InteractionLog {
    var log = InteractionLog { Int($0) }
    for search in searches { log.append(search) }
    for event in events { log.append(event) }
    return log
  }

  private func event(
    _ action: Interaction.Action, _ product: String?, at time: Int64?, search: String? = nil,
    client: String? = nil, session: String? = nil, text: String? = nil, position: Int? = nil
  ) -> Interaction {
    var event = Interaction(action, search: search, product: product, position: position)
    (event.time, event.client, event.session, event.text) = (time, client, session, text)
    return event
  }

  @Test func `what names no search goes to the latest one within ten minutes that showed the product`() throws
  {
    let searches = [
      LoggedSearch(id: "a", text: "lamp", time: 0, client: "c"),
      LoggedSearch(id: "b", text: "desk", time: 5 * minute, client: "c"),
      LoggedSearch(id: "x", text: "sofa", time: 6 * minute, client: "d"),
    ]
    let shown = [
      event(.impression, "1", at: 0, search: "a", position: 1),
      event(.impression, "2", at: 5 * minute, search: "b", position: 1),
      event(.impression, "1", at: 6 * minute, search: "x", position: 1),
    ]
    func pairs(_ action: Interaction) throws -> (pairs: [String], report: PairReport) {
      var recipe = PairRecipe()
      recipe.minimumImpressions = 1
      let learned = try TrainingPairs(log(searches, shown + [action]), recipe)
      return (learned.pairs.map { "\($0.query) \($0.product)" }, learned.report)
    }
    let direct = try pairs(event(.purchase, "2", at: 9 * minute, client: "c"))
    #expect(direct.pairs == ["desk 2"] && direct.report.attributed == 1)
    // The later search did not show the product.
    #expect(try pairs(event(.click, "1", at: 9 * minute, client: "c")).pairs == ["lamp 1"])
    #expect(try pairs(event(.click, "1", at: 10 * minute, client: "c")).pairs == ["lamp 1"])
    let late = try pairs(event(.click, "1", at: 10 * minute + 1, client: "c"))
    #expect(late.pairs.isEmpty && late.report.unattributed == 1)
    #expect(try pairs(event(.click, "2", at: 4 * minute, client: "c")).pairs.isEmpty)
    #expect(try pairs(event(.click, "1", at: 7 * minute, client: "e")).report.unattributed == 1)
    #expect(try pairs(event(.click, "1", at: nil, client: "c")).report.unattributed == 1)
    // A search that is named counts however late the event is.
    #expect(try pairs(event(.purchase, "1", at: 900 * minute, search: "a")).pairs == ["lamp 1"])
  }

  @Test func `a visit comes before the client`() throws {
    let searches = [
      LoggedSearch(id: "a", text: "lamp", time: 0, client: "c"),
      LoggedSearch(id: "b", text: "desk", time: 1, client: "c"),
    ]
    let events = [
      event(.impression, "1", at: 0, search: "a", session: "one", position: 1),
      event(.impression, "1", at: 1, search: "b", session: "two", position: 1),
      event(.click, "1", at: minute, client: "c", session: "one"),
    ]
    var recipe = PairRecipe()
    recipe.minimumImpressions = 1
    #expect(try TrainingPairs(log(searches, events), recipe).pairs.map(\.query) == ["lamp"])
  }

  @Test func `key strokes are no queries, and what teaches nothing is counted`() throws {
    let events = [
      event(.keystroke, nil, at: 0, client: "c", text: "l"),
      event(.keystroke, nil, at: 1, client: "c", text: "la"),
      event(.other, "1", at: 2, client: "c"),
      event(.click, nil, at: 3, client: "c", text: "lamp"),
      event(.click, "none", at: 3, client: "c", text: "lamp"),
      event(.click, "1", at: 4, client: "c", text: " "),
      event(.click, "1", at: 5, client: "c", text: "lamp"),
    ]
    let learned = try TrainingPairs(log([], events))
    #expect(learned.pairs == [QueryProductPair(query: "lamp", product: 1, weight: 1)])
    #expect(learned.report.ignored == 3 && learned.report.withoutProduct == 1)
    #expect(learned.report.unknownProducts == 1 && learned.report.searches == 1)
  }

  @Test func `robots are left out with everything they did`() throws {
    func searches(_ count: Int, every gap: Int64, client: String) -> [LoggedSearch] {
      (0..<count).map {
        LoggedSearch(id: "\(client)\($0)", text: "lamp", time: Int64($0) * gap, client: client)
      }
    }
    func clicks(_ searches: [LoggedSearch]) -> [Interaction] {
      searches.map { event(.click, "1", at: $0.time, search: $0.id) }
    }
    // 201 within an hour, 200 within an hour, 201 in a little more than an hour.
    let robot = searches(201, every: 17_999, client: "robot")
    let busy = searches(200, every: 17_999, client: "busy")
    let slow = searches(201, every: 18_000, client: "slow")
    let everything = robot + busy + slow
    let learned = try TrainingPairs(log(everything, clicks(everything)))
    #expect(learned.report.robots == 1 && learned.report.ofRobots == 402)
    #expect(learned.pairs.map(\.weight) == [401])
  }

  @Test func `spellings of one query are one pair under the most frequent spelling`() throws {
    let texts = ["Cordless Drill", "cordless  drill", "cordless drill", "cordless drill", "CORDLESS DRILL"]
    let searches = texts.enumerated().map { LoggedSearch(id: "\($0)", text: $1, time: 0) }
    let clicks = searches.map { event(.click, "1", at: 1, search: $0.id) }
    let learned = try TrainingPairs(log(searches, clicks))
    #expect(learned.pairs == [QueryProductPair(query: "cordless drill", product: 1, weight: 5)])
  }

  @Test func `several actions of one search on a product count once with the largest weight`() throws {
    let search = LoggedSearch(id: "a", text: "lamp", time: 0)
    let events = [
      event(.click, "1", at: 1, search: "a"), event(.click, "1", at: 2, search: "a"),
      event(.cart, "1", at: 3, search: "a"), event(.click, "1", at: 4, search: "a"),
    ]
    #expect(try TrainingPairs(log([search], events)).pairs.map(\.weight) == [3])
  }

  @Test func `rare and light pairs are left out and counted`() throws {
    let searches = (0..<4).map { LoggedSearch(id: "\($0)", text: "lamp", time: 0) }
    var events: [Interaction] = []
    for (product, shown, clicked) in [("1", 1, 1), ("2", 2, 1), ("3", 4, 1), ("4", 4, 0)] {
      for number in 0..<shown {
        events.append(event(.impression, product, at: 0, search: "\(number)", position: 1))
        if number < clicked { events.append(event(.click, product, at: 1, search: "\(number)")) }
      }
    }
    var recipe = PairRecipe()
    recipe.minimumWeight = 0.4
    let learned = try TrainingPairs(log(searches, events), recipe)
    #expect(learned.pairs == [QueryProductPair(query: "lamp", product: 2, weight: 0.5)])
    #expect(learned.report.rarelyShown == 1 && learned.report.belowMinimumWeight == 1)
    #expect(learned.report.pairs == 3)
  }
}
