internal import Glibc
internal import Probability
internal import QueryCompletion
internal import StoreData

/// Plays the sessions in which shoppers type, change and repeat queries.
struct SearchBoxSimulation {
  struct Entry {
    var search: LoggedSearch
    var oddity: SearchBoxLog.Oddity?
  }

  private let shop: SampleShop
  private let words: ShopperWords
  /// Types of each type's department, itself left out.
  private let neighbours: [[Int]]

  // Shares of sessions by length; seconds between searches at some quantiles; how often a search is changed in which way.
  private static let lengths: [(Int, Double)] = [
    (1, 0.62), (2, 0.20), (3, 0.09), (4, 0.04), (5, 0.02), (7, 0.02), (10, 0.01),
  ]
  private static let gaps: [(quantile: Double, seconds: Double)] = [
    (0, 4), (0.25, 182), (0.5, 387), (0.75, 781), (0.9, 1250), (1, 1795),
  ]
  private static let changes: [(Change, Double)] = [
    (.topic, 0.36), (.substitution, 0.51), (.addition, 0.08), (.reduction, 0.05),
  ]
  private static let typo = 0.05
  private static let personal = 0.003
  private static let halfTyped = 0.02
  private static let repeated = 0.08
  private static let replayed = 0.07

  private enum Change { case topic, substitution, addition, reduction }

  init(_ shop: SampleShop) {
    self.shop = shop
    words = ShopperWords(vocabulary: shop.vocabulary, brands: shop.brands)
    let types = shop.vocabulary.types
    neighbours = types.indices.map { type in
      types.indices.filter { other in
        other != type && types[other].department == types[type].department
          && !shop.productsOfType[other].isEmpty
      }
    }
  }

  /// All sessions of a customer, in the order of time.
  func searches(ofCustomer customer: Int) -> [Entry] {
    var generator = SeededGenerator(seed: shop.recipe.seed, stream: 3 << 32 | UInt64(customer))
    var keys = SeededGenerator(seed: shop.recipe.seed, stream: 4 << 32 | UInt64(customer))
    let mean = shop.recipe.sessionsPerCustomer
    let count = Int((mean * exp(0.8 * generator.normal() - 0.32)).rounded())
    let starts = (0..<count).map { _ in start(&generator) }.sorted()
    let end = Double(SampleShop.start.milliseconds) / 1000 + Double(shop.recipe.days) * 86_400
    var (entries, earlier, clock) = ([Entry](), [[String]](), 0.0)
    for (number, start) in starts.enumerated() {
      clock = max(start, clock + 1900)
      let replay =
        !earlier.isEmpty && generator.uniform() < Self.replayed
        ? earlier[generator.integer(below: earlier.count)] : nil
      let texts = replay ?? session(&generator)
      if texts.count > 1 { earlier.append(texts) }
      for text in texts {
        let first = entries.count
        append(text, to: &entries, &clock, &generator)
        for place in first..<entries.count {
          entries[place].search.user = "C\(customer)"
          entries[place].search.session = "C\(customer)-\(number + 1)"
          entries[place].search.typed = typing(entries[place].search.text, &keys)
        }
      }
    }
    return entries.filter { $0.search.time < end }
  }

  private func start(_ generator: inout SeededGenerator) -> Double {
    let day = generator.integer(below: shop.recipe.days)
    let hour = (generator.uniform() + generator.uniform() + generator.uniform()) / 3 * 20 + 4
    return Double(SampleShop.start.milliseconds) / 1000 + Double(day) * 86_400
      + Double(Int(hour * 3600))
  }

  /// The texts of one session.
  private func session(_ generator: inout SeededGenerator) -> [String] {
    let length = Self.draw(Self.lengths, &generator)
    var target = shop.facts[shop.demand.draw(using: &generator)]
    var intent = ShopperIntent(like: target, shop.vocabulary, &generator)
    var texts: [String] = []
    for _ in 0..<4 * length where texts.count < length {
      let text = words.wording(of: intent, slang: 0.06, typo: 0, &generator).text
      if texts.last != text { texts.append(text) }
      switch Self.draw(Self.changes, &generator) {
      case .topic:
        target = product(near: Int(target.type), &generator)
        intent = ShopperIntent(like: target, shop.vocabulary, &generator)
      case .substitution:
        let same = shop.productsOfType[Int(target.type)]
        target = shop.facts[Int(same[min(same.count - 1, Int(generator.exponential() * 12))])]
        if intent.wishes > 0 { intent.relax() }
        intent.add(likeSlotOf: target, &generator)
      case .addition: intent.add(likeSlotOf: target, &generator)
      case .reduction: intent.relax()
      }
    }
    return texts
  }

  /// What goes with a type: mostly a wanted product of the same department.
  private func product(near type: Int, _ generator: inout SeededGenerator) -> ProductFacts {
    let others = neighbours[type]
    guard generator.uniform() < 0.7, !others.isEmpty else {
      return shop.facts[shop.demand.draw(using: &generator)]
    }
    let near = others[min(others.count - 1, Int(generator.exponential() * 1.5))]
    let products = shop.productsOfType[near]
    return shop.facts[Int(products[min(products.count - 1, Int(generator.exponential() * 8))])]
  }

  /// One search as it reaches the log, with what goes wrong on the way.
  private func append(
    _ text: String, to entries: inout [Entry], _ clock: inout Double, _ generator: inout SeededGenerator
  ) {
    var (sent, oddity) = (text, SearchBoxLog.Oddity?.none)
    if generator.uniform() < Self.personal {
      (sent, oddity) = (PersonalTexts.text(&generator), .personal)
    } else if generator.uniform() < Self.typo {
      sent = words.misspelled(text, &generator)
      oddity = sent == text ? nil : .misspelt
    }
    func add(_ text: String, _ oddity: SearchBoxLog.Oddity?) {
      entries.append(Entry(search: LoggedSearch(text, user: "", time: clock), oddity: oddity))
    }
    if sent.count > 6, generator.uniform() < Self.halfTyped {
      let cut = String(sent.prefix(3 + generator.integer(below: sent.count - 4)))
      if !cut.hasSuffix(" ") {
        add(cut, .halfTyped)
        clock += 1 + Double(generator.integer(below: 3))
      }
    }
    add(sent, oddity)
    if generator.uniform() < Self.repeated {
      clock += 5 + Double(generator.integer(below: 60))
      add(sent, oddity)
    }
    clock += Self.gap(&generator)
  }

  private static func gap(_ generator: inout SeededGenerator) -> Double {
    let u = generator.uniform()
    let upper = gaps.firstIndex { $0.quantile > u } ?? gaps.count - 1
    let (low, high) = (gaps[upper - 1], gaps[upper])
    let share = (u - low.quantile) / (high.quantile - low.quantile)
    return (low.seconds + share * (high.seconds - low.seconds)).rounded()
  }

  /// What the box held after each key: slips and backspaces, sometimes a paste, often a suggestion taken early.
  private func typing(_ text: String, _ generator: inout SeededGenerator) -> [String] {
    let letters = Array(text)
    if generator.uniform() < 0.02 || letters.count < 3 { return [text] }
    let stop =
      generator.uniform() < 0.6 ? letters.count : 1 + generator.integer(below: letters.count - 1)
    var states: [String] = []
    for length in 1...stop {
      if generator.uniform() < 0.05 {
        let slip = ShopperWords.neighbour(of: letters[length - 1])
        states.append(String(letters[..<(length - 1)]) + String(slip))
        if length > 1 { states.append(String(letters[..<(length - 1)])) }
      }
      states.append(String(letters[..<length]))
    }
    return states
  }

  /// Programs: one repeats an advertisement, one walks through the catalogue.
  func robots() -> [Entry] {
    let count = max(20, min(2000, shop.recipe.customers / 40))
    let begin = Double(SampleShop.start.milliseconds) / 1000 + Double(shop.recipe.days / 2) * 86_400
    func robot(_ name: String, every seconds: Double, _ text: (Int) -> String) -> [Entry] {
      (0..<count).map { number in
        var search = LoggedSearch(text(number), user: name, time: begin + seconds * Double(number))
        search.session = "\(name)-1"
        search.typed = [search.text]
        return Entry(search: search, oddity: .robot)
      }
    }
    return robot("robot-1", every: 30) { _ in "buy followers cheap now" }
      + robot("robot-2", every: 2) { number in
        shop.product(at: number % shop.count).title.lowercased()
      }
  }

  private static func draw<Value>(_ table: [(Value, Double)], _ generator: inout SeededGenerator) -> Value {
    var u = generator.uniform() * table.reduce(0) { $0 + $1.1 }
    for (value, weight) in table {
      u -= weight
      if u < 0 { return value }
    }
    return table[table.count - 1].0
  }
}
