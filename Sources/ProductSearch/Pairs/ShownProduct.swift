internal import TextFeatures

/// A product that a search showed, or that was acted upon without being shown, with what came of it.
struct ShownProduct {
  /// Number of the normalised query.
  var query: Int32
  /// Position in the catalogue.
  var product: Int32
  /// Position in the answer from 1 on; 0 where the log does not say.
  var position: Int32
  /// Whether an event shows it.
  var isShown: Bool
  /// Whether it was clicked, put into the cart or bought.
  var isActedUpon: Bool
  /// The largest weight of the actions.
  var value: Double
  /// Whether the answer was in random order.
  var isRandomised: Bool
}

/// What every search showed, by normalised query.
struct ShownProducts {
  /// Normalised queries, ascending.
  private(set) var queries: [String] = []
  /// The most frequent spelling of each query, the first of equally frequent ones.
  private(set) var spellings: [String] = []
  private(set) var all: [ShownProduct] = []

  init(_ log: InteractionLog, _ recipe: PairRecipe, _ report: inout PairReport) {
    let cleaned = log.cleaned(searchesPerHour: recipe.searchesPerHour)
    report.duplicates = cleaned.duplicates
    report.robots = cleaned.robots
    report.ofRobots = cleaned.ofRobots
    let forms = QueryForms(log.texts.all)
    queries = forms.queries
    var frequencies = [Int](repeating: 0, count: log.texts.all.count)
    let attribution = SearchAttribution(cleaned, minutes: recipe.attributionMinutes)

    // Events by search, or by shopper and text where nothing names a search; products within.
    var placed: [(visit: Visit, event: InteractionLog.Event)] = []
    placed.reserveCapacity(cleaned.events.count)
    for event in cleaned.events {
      if let (visit, isAttributed) = Visit.of(event, cleaned.searches, attribution) {
        placed.append((visit, event))
        if isAttributed { report.attributed += 1 }
      } else {
        report.unattributed += 1
      }
    }
    placed.sort { Visit.key($0) < Visit.key($1) }

    var start = 0
    var lastSearch: Visit?
    while start < placed.count {
      let (visit, first) = placed[start]
      var end = start + 1
      while end < placed.count, placed[end].visit == visit, placed[end].event.product == first.product,
        visit.search >= 0 || Visit.isSame(placed[end].event, first, minutes: recipe.attributionMinutes)
      {
        end += 1
      }
      defer { start = end }
      let query = forms.numbers[Int(visit.text)]
      if query < 0 { continue }
      if lastSearch != visit {
        lastSearch = visit
        report.searches += 1
        frequencies[Int(visit.text)] += 1
      }
      let isRandomised = visit.search >= 0 && cleaned.searches[Int(visit.search)].isRandomised
      var shown = ShownProduct(
        query: query, product: first.product, position: 0, isShown: false, isActedUpon: false, value: 0,
        isRandomised: isRandomised)
      for (_, event) in placed[start..<end] { shown.add(event, recipe.actions) }
      all.append(shown)
    }
    spellings = forms.spellings(frequencies, log.texts)
  }
}

/// What events are put together by: a search, or a shopper and a text where no event names the search.
private struct Visit: Equatable {
  let search: Int32
  let text: Int32
  let client: Int32
  let session: Int32

  /// What visits with their events sort by.
  static func key(
    _ placed: (visit: Visit, event: InteractionLog.Event)
  ) -> (Int32, Int32, Int32, Int32, Int32, Int64) {
    let visit = placed.visit
    return (visit.search, visit.text, visit.client, visit.session, placed.event.product, placed.event.time)
  }

  static func of(
    _ event: InteractionLog.Event, _ searches: [InteractionLog.Search], _ attribution: SearchAttribution
  ) -> (visit: Visit, isAttributed: Bool)? {
    if event.search >= 0 {
      let text = searches[Int(event.search)].text
      guard text >= 0 || event.text >= 0 else { return nil }
      return (
        Visit(search: event.search, text: text >= 0 ? text : event.text, client: -1, session: -1), false
      )
    }
    if let search = attribution.search(of: event), searches[Int(search)].text >= 0 {
      return (
        Visit(search: search, text: searches[Int(search)].text, client: -1, session: -1), true
      )
    }
    guard event.text >= 0 else { return nil }
    return (Visit(search: -1, text: event.text, client: event.client, session: event.session), false)
  }

  /// Whether an event belongs to the same look at a product as an earlier one, where nothing names the search.
  static func isSame(_ event: InteractionLog.Event, _ first: InteractionLog.Event, minutes: Double) -> Bool {
    event.time != InteractionLog.noTime && first.time != InteractionLog.noTime
      && Double(event.time - first.time) <= minutes * 60_000
  }
}

extension ShownProduct {
  /// Takes an event of the product into account.
  fileprivate mutating func add(_ event: InteractionLog.Event, _ weights: PairRecipe.ActionWeights) {
    switch event.action {
    case .impression:
      // The position where it was shown counts more than that where an action was noted.
      if event.position > 0 {
        position = isShown && position > 0 ? min(position, event.position) : event.position
      }
      isShown = true
      return
    case .click: value = max(value, weights.click)
    case .cart: value = max(value, weights.cart)
    case .purchase: value = max(value, weights.purchase)
    case .keystroke, .other: return
    }
    isActedUpon = true
    if !isShown, position == 0, event.position > 0 { position = event.position }
  }
}

/// Texts of queries brought into one form.
private struct QueryForms {
  /// Normalised queries, ascending.
  let queries: [String]
  /// For each text the number of its normalised query; -1 for a text without words.
  let numbers: [Int32]

  init(_ texts: [String]) {
    var normalizer = TextNormalizer()
    normalizer.splitsCodes = false
    let forms = texts.map { normalizer.normalize($0).split(separator: " ").joined(separator: " ") }
    queries = Set(forms).filter { !$0.isEmpty }.sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(queries, (0...).lazy.map { Int32($0) }))
    numbers = forms.map { places[$0] ?? -1 }
  }

  func spellings(_ frequencies: [Int], _ texts: Names) -> [String] {
    var best = [Int](repeating: -1, count: queries.count)
    for (text, number) in numbers.enumerated() where number >= 0 {
      let known = best[Int(number)]
      if known < 0
        || (-frequencies[text], texts.all[text]) < (-frequencies[known], texts.all[known])
      {
        best[Int(number)] = text
      }
    }
    return best.map { texts.all[$0] }
  }
}
