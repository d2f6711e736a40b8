import Learning
import LinearAlgebra
import Probability
import Synchronization
import TestSupport
import Testing

@testable import QueryCompletion

/// One test for each promise that has none beside what it is about.
@Suite struct AcceptanceTests {
  private func model(_ labels: [(String, Int)]) throws -> CompletionModel {
    let examples = labels.enumerated().flatMap { number, label in
      (0..<label.1).map { CompletionExample(label.0, user: "u\(number)-\($0)") }
    }
    var recipe = CompletionWorld.recipe()
    (recipe.mergesForms, recipe.misspeltOdds) = (false, 0)
    return try recipe.fit(CompletionData(training: examples), on: Execution(threads: 1))
  }

  private func exact(_ prefix: String, _ model: CompletionModel, limit: Int = 10) -> [String] {
    var request = CompletionRequest(prefix, limit: limit)
    request.tiers = [.exact]
    return model.complete(request).texts
  }

  @Test func `the first ten equal those of brute force on random suggestions with ties, for every prefix`()
    throws
  {
    var generator = SeededGenerator(seed: 5)
    for count in [0, 1, 5, 60, 400] {
      let keys = LabelStoreTests.keys(count, seed: UInt64(count + 1))
      let counts = keys.map { (String(decoding: $0, as: UTF8.self), 1 + generator.integer(below: 3)) }
      let model = try model(counts)
      var prefixes: Set<String> = [""]
      for (text, _) in counts {
        for length in 1...text.count { prefixes.insert(String(text.prefix(length))) }
      }
      for prefix in prefixes.sorted().prefix(150) {
        let expected = counts.indices.filter { counts[$0].0.hasPrefix(prefix) }
          .sorted { (model.openingRanking.scores[$0], $1) > (model.openingRanking.scores[$1], $0) }
        #expect(exact(prefix, model) == expected.prefix(10).map { counts[$0].0 })
      }
    }
  }

  @Test func `a session lifts what it speaks for among short prefixes`() throws {
    let model = try CompletionWorld.shared.get()
    let rows = CompletionWorld.log(600, seed: 77).filter { !$0.history.isEmpty }
      .map { row in
        var row = row
        row.prefix = String(row.query.prefix(1))
        return row
      }
    func mean(_ withSession: Bool) -> Double {
      CompletionEvaluation(rows, known: []) { request in
        var request = request
        request.tiers = [.exact]
        if !withSession { request.history = [] }
        return model.complete(request).texts
      }.mean(.all).reciprocalRank
    }
    #expect(mean(true) > 1.1 * mean(false))
  }

  @Test func `a cap spreads categories and lets no rank fall; marginal relevance does let them`() throws {
    let world = CompletionWorld.data()
    var data = world
    data.titles = CompletionWorld.titles
    let model = try CompletionWorld.recipe().fit(data, on: Execution(threads: 1))
    let plain = try CompletionWorld.shared.get()
    func categories(_ list: CompletionList) -> Int {
      Set(list.suggestions.compactMap(\.scope?.category)).count
    }
    var (capped, all, falls) = (0, 0, 0)
    for example in CompletionWorld.log(150, seed: 31) {
      var before = Int.max
      for length in 0..<example.query.count {
        var request = CompletionRequest(
          String(example.query.prefix(length)), after: example.history, limit: 100)
        request.tiers = [.exact]
        let list = model.complete(request)
        let rank = list.texts.firstIndex(of: example.query) ?? Int.max
        if rank > before { falls += 1 }
        before = min(before, rank)
        if length == 1 {
          request.limit = 6
          capped += categories(model.complete(request))
          let texts = Set(plain.complete(request).texts)
          all += Set(list.suggestions.filter { texts.contains($0.text) }.compactMap(\.scope?.category)).count
        }
      }
    }
    #expect(falls == 0 && capped > all)
    // Two of one category, one of another: after the first pick, likeness moves the third one before the second; with
    // one more letter the first is gone and they change places again.
    let scores = ["aa x": 3.0, "ab x": 2.0, "ab y": 1.5]
    func relevance(_ prefix: String) -> [String] {
      var (left, chosen) = (scores.filter { $0.key.hasPrefix(prefix) }, [String]())
      while let next = left.max(by: { penalised($0, chosen) < penalised($1, chosen) }) {
        chosen.append(next.key)
        left[next.key] = nil
      }
      return chosen
    }
    func penalised(_ entry: (key: String, value: Double), _ chosen: [String]) -> Double {
      entry.value - (chosen.contains { $0.last == entry.key.last } ? 1 : 0)
    }
    #expect(relevance("a").firstIndex(of: "ab y") == 1 && relevance("ab").firstIndex(of: "ab y") == 1)
    #expect(relevance("a").firstIndex(of: "ab x") == 2 && relevance("ab").firstIndex(of: "ab x") == 0)
  }

  @Test func `a category is told where it is likely, and asked for alone`() throws {
    var data = CompletionWorld.data()
    data.titles = CompletionWorld.titles
    let model = try CompletionWorld.recipe().fit(data, on: Execution(threads: 1))
    var (right, told) = (0, 0)
    for suggestion in model.complete(CompletionRequest("", limit: 100)).suggestions {
      guard let scope = suggestion.scope else { continue }
      #expect(scope.share >= 0.6)
      told += 1
      if suggestion.text.contains(scope.category) { right += 1 }
    }
    #expect(told > 20 && Double(right) >= 0.9 * Double(told))
    var request = CompletionRequest("b", limit: 100)
    request.scope = "rug"
    let only = model.complete(request).suggestions
    #expect(!only.isEmpty && only.allSatisfy { $0.text.contains("rug") })
    request.scope = "no such category"
    #expect(model.complete(request).suggestions.isEmpty)
  }

  @Test func `after so many days of silence a search weighs half`() {
    let halfLives = HalfLives()
    let old = CompletionExample("a", time: 0)
    let new = CompletionExample("b", time: 90 * 86_400)
    let clock = ExampleClock([old, new], halfLives)
    #expect(abs(Double(clock.slow(old)) - 0.5) < 1e-9 && clock.slow(new) == 1)
    #expect(abs(Double(clock.weight(of: new)) - 5) < 1e-6)
  }

  @Test func `a retired product's texts go with it and come back with it`() throws {
    var data = CompletionWorld.data()
    data.titles = CompletionWorld.titles
    let live = try LiveCompletion(CompletionWorld.recipe().fit(data, on: Execution(threads: 1)), clock: { 0 })
    func hasRugs() -> Bool {
      live.complete(CompletionRequest("r", limit: 100)).texts.contains { $0.contains("rug") }
    }
    live.refreshGrounding(TitleGrounding(CompletionWorld.titles))
    #expect(hasRugs())
    live.refreshGrounding(TitleGrounding(CompletionWorld.titles.filter { !$0.text.contains("RUG") }))
    #expect(!hasRugs())
    live.refreshGrounding(TitleGrounding(CompletionWorld.titles))
    #expect(hasRugs())
  }

  @Test func `every change of the rules is in the audit file`() throws {
    try withTemporaryFolder { folder in
      let now = Mutex(5.0)
      let path = "\(folder)/audit.log"
      let live = try LiveCompletion(CompletionWorld.shared.get(), audit: path) { now.withLock { $0 } }
      var rules = CompletionRules()
      rules.blocks = [.init(.contains, "rug")]
      try live.setRules(rules, by: "kim")
      now.withLock { $0 = 9 }
      rules.isEnabled = false
      try live.setRules(rules, by: "lee")
      rules.boosts = [.init("x", factor: -1)]
      #expect(throws: InvalidInput.self) { try live.setRules(rules, by: "max") }
      let changes = try RuleChange.read(path)
      #expect(changes.map(\.author) == ["kim", "lee"] && changes.map(\.time) == [5, 9])
      #expect(changes[0].rules.blocks == rules.blocks && !changes[1].rules.isEnabled)
      try write(Array("nothing".utf8), toFile: path + "2")
      #expect(throws: FileFormatError.self) { try RuleChange.read(path + "2") }
    }
  }

  @Test func `two hundred blocked phrases in twenty disguises come through no tier`() throws {
    let words = [
      "casino", "poker", "viagra", "escort", "betting", "ammo", "vodka", "tobacco", "narcotic", "cannabis",
    ]
    let phrases = words.flatMap { word in (0..<20).map { "\(word)\($0 == 0 ? "" : " number \($0)")" } }
    var rules = CompletionRules()
    rules.blocks = phrases.map { .init(.contains, $0) }
    rules.allows = ["poker table cloth"]
    let check = try RuleCheck(rules)
    let leet: [Character: Character] = ["o": "0", "i": "1", "e": "3", "a": "4", "s": "5", "t": "7"]
    for phrase in phrases {
      let disguises: [String] = [
        phrase.uppercased(), "buy \(phrase)", "\(phrase) online", String(phrase.map { leet[$0] ?? $0 }),
        phrase.map { "\($0)" }.joined(separator: space), phrase.map { "\($0)" }.joined(separator: "."),
        phrase.map { "\($0)" }.joined(separator: "-"), phrase.map { "\($0)" }.joined(separator: "_"),
        phrase.replacing("a", with: "@"), phrase.replacing("s", with: "$"),
        phrase.replacing("o", with: "ooo"),
        phrase.replacing("i", with: "iiii"), " \(phrase) ", "\(phrase)!", "(\(phrase))", "x \(phrase) y",
        phrase.replacing("o", with: "0"), phrase.replacing("e", with: "é"), phrase.capitalised, "'\(phrase)'",
      ]
      for text in disguises { #expect(check.block(of: text) != nil, "\(text)") }
    }
    #expect(check.block(of: "poker table cloth") == nil && check.block(of: "ammonite lamp") == nil)
  }

  @Test func `what is taken at low ranks teaches the true order, naive counts do not`() throws {
    var generator = SeededGenerator(seed: 3)
    let truth = (0..<8).map { 0.5 - 0.05 * Double($0) }
    // Shown worst first, with two neighbours swapped at times.
    var lists: [ShownList] = []
    var naive = [Double](repeating: 0, count: 8)
    for _ in 0..<60_000 {
      var order = Array((0..<8).reversed())
      if generator.uniform() < 0.5 {
        let place = generator.integer(below: 7)
        order.swapAt(place, place + 1)
      }
      // Each rank is looked at with 1/rank, and the first one wanted is taken.
      var list = ShownList(order.map { "t\($0)" }, prefix: "p")
      let looked = order.indices.filter { generator.uniform() < 1 / Double($0 + 1) }
      let wanted = looked.filter { generator.uniform() < truth[order[$0]] }
      guard let taken = wanted.isEmpty ? nil : wanted[generator.integer(below: wanted.count)] else {
        lists.append(list)
        continue
      }
      list.accepted = taken
      lists.append(list)
      naive[order[taken]] += 1
    }
    let model = ExaminationModel(lists, rounds: 300)
    let learned = (0..<8).map { model.relevance(of: "t\($0)", for: "p") ?? 0 }
    #expect(Self.tau(learned) > 0.9 && Self.tau(naive) < 0.8)
    for rank in 0..<4 {
      #expect(abs(model.examination[rank] - 1 / Double(rank + 1)) < 0.1, "\(model.examination)")
    }
    #expect(model.weight(ofRank: 7) <= 10)
  }

  /// Kendall's tau of numbers with a descending order.
  private static func tau(_ values: [Double]) -> Double {
    var sum = 0
    for i in values.indices { for j in values.indices where i < j { sum += values[i] > values[j] ? 1 : -1 } }
    return Double(sum) / Double(values.count * (values.count - 1) / 2)
  }

  @Test func `interleaving names the better completer`() {
    var wins = 0
    for run in 0..<200 {
      var generator = SeededGenerator(seed: UInt64(run))
      var credit = 0
      for _ in 0..<200 {
        let wanted = generator.integer(below: 10)
        let better = (0..<10).sorted { abs($0 - wanted) < abs($1 - wanted) }.map { "t\($0)" }
        let worse = (0..<10).map { "t\($0)" }
        let list = InterleavedList(better, worse, limit: 10, using: &generator)
        #expect(Set(list.texts).count == 10)
        guard let rank = list.texts.firstIndex(of: "t\(wanted)") else { continue }
        if generator.uniform() < 1 / Double(rank + 1) {
          credit += list.team(ofRank: rank) == .first ? 1 : -1
        }
      }
      if credit > 0 { wins += 1 }
    }
    #expect(wins >= 190)
  }

  @Test func `a deadline that has passed leaves popularity, and says so`() throws {
    let model = try CompletionWorld.shared.get()
    var request = CompletionRequest("b", after: ["black rug"])
    request.deadline = .zero
    let list = model.complete(request)
    #expect(list.degradation == .deadline && list.texts == exact("b", model))
    request.deadline = .seconds(60)
    #expect(model.complete(request).degradation == nil)
  }

  @Test func `the published ranker's walk never leaves the prefix's interval`() throws {
    // With the constraint off the same walk does: the guarantee is the constraint's.
    var recipe = PrefixRanker()
    (recipe.leafSize, recipe.exactBelow, recipe.beam) = (8, 0, 3)
    let model = try recipe.fit(CompletionWorld.data(), on: Execution(threads: 1))
    var outside = 0
    for example in CompletionWorld.log(60, seed: 12) {
      let prefix = Array(QueryNormalizer().key(example.prefix ?? "", keepsTrailingBlank: true).utf8)
      let interval = model.labels.interval(of: prefix)
      let found = try model.ranked([], prefix, interval, 10)
      #expect(found.allSatisfy { interval.contains($0) })
      let free = try model.ranked([], prefix, 0..<model.labelCount, 10)
      outside += free.count { !interval.contains($0) }
    }
    #expect(outside > 0)
  }

  @Test func `what a shopper searched is asked again only in his own session`() throws {
    let model = try CompletionWorld.shared.get()
    let secret = "my very own list"
    _ = model.complete(CompletionRequest("", after: [secret], limit: 100))
    #expect(!model.complete(CompletionRequest("", limit: 100)).texts.contains(secret))
    #expect(model.complete(CompletionRequest("")).texts.count == 10)
    #expect(
      model.complete(CompletionRequest("", after: ["blue rug"])).texts
        != model.complete(CompletionRequest("")).texts)
  }

  @Test func `compaction keeps what was answered, with new texts in their places, and writes a folder`()
    throws
  {
    try withTemporaryFolder { folder in
      let live = try LiveCompletion(CompletionWorld.shared.get(), clock: { 0 })
      live.record(
        (0..<6).flatMap { number in
          [
            CompletionExample("zebra lamp \(number)", history: ["rug"], user: "n\(number)"),
            CompletionExample("black amber rug", history: ["green rug"], user: "m\(number)"),
          ]
        })
      try live.refresh()
      func texts(_ prefix: String, _ tiers: Set<CompletionTier> = [.exact]) -> [String] {
        var request = CompletionRequest(prefix, after: ["rug"], limit: 100)
        request.tiers = tiers
        return live.complete(request).texts
      }
      let prefixes = ["", "b", "zeb", "black a", "ru", "running s"]
      let before = prefixes.map { Set(texts($0)) }
      try live.compact(to: "\(folder)/m")
      #expect(prefixes.map { Set(texts($0)) } == before)
      let opened = try CompletionModel(contentsOf: "\(folder)/m")
      #expect(opened.labelCount == (try CompletionWorld.shared.get()).labelCount + 7)
      #expect(texts("amber rug", [.conjunctive]).contains("black amber rug"))
      for label in 0..<opened.labelCount {
        #expect(opened.labels.label(of: opened.labels.key(of: label)) == label)
      }
      #expect(exact("zeb", opened).count == 6)
    }
  }

  @Test func `with what was shown no suggestion of any tier falls`() throws {
    let model = try CompletionWorld.shared.get()
    var falls = 0
    for example in CompletionWorld.log(200, seed: 19) {
      var (before, shown) = (Int.max, [String]())
      for length in 1..<example.query.count {
        var request = CompletionRequest(String(example.query.prefix(length)), after: example.history)
        request.shown = shown
        shown = model.complete(request).texts
        #expect(shown.count <= 10 && Set(shown).count == shown.count)
        let rank = shown.firstIndex(of: example.query) ?? Int.max
        if rank > before { falls += 1 }
        before = rank
      }
    }
    #expect(falls == 0)
    var request = CompletionRequest("r")
    request.shown = ["a text that nobody knows", "<script>"]
    #expect(model.complete(request).texts == model.complete(CompletionRequest("r")).texts)
  }

  @Test func `who is forgotten no longer counts`() throws {
    let live = try LiveCompletion(CompletionWorld.anonymous.get(), clock: { 0 })
    live.record((0..<5).map { CompletionExample("quartz clock", user: "p\($0)", time: 2_000_000) }.dropLast())
    live.forget(user: "p0")
    live.record([CompletionExample("quartz clock", user: "p4", time: 2_000_000)])
    try live.refresh()
    #expect(!live.complete(CompletionRequest("quar")).texts.contains("quartz clock"))
    live.record([CompletionExample("quartz clock", user: "p5", time: 2_000_000)])
    try live.refresh()
    #expect(live.complete(CompletionRequest("quar")).texts.contains("quartz clock"))
  }
}

private let space = " "
extension String {
  fileprivate var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
