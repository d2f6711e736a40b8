/// Searches and what followed them, kept as numbers so that a log of millions of events fits in memory.
///
///     var log = InteractionLog { catalogue.position(of: $0) }
///     log.append(LoggedSearch(id: "q1", text: "cordless drill"))
///     log.append(Interaction(.click, search: "q1", product: "100123", position: 3))
///     let pairs = try TrainingPairs(log)
///
/// The order in which searches and events are appended has no influence on what is learned from them.
public struct InteractionLog: Sendable {
  /// A search as numbers; -1 where nothing is known.
  struct Search {
    var id: Int32
    var text: Int32
    var client: Int32
    var time: Int64
    var isRandomised: Bool
  }

  /// An event as numbers; -1 where nothing is known.
  struct Event: Equatable {
    var action: Interaction.Action
    var search: Int32
    var text: Int32
    var product: Int32
    var position: Int32
    var client: Int32
    var session: Int32
    var time: Int64

    /// The fields by which events sort, so that equal ones stand together.
    var key: (Int32, Int32, Int32, Int32, Int64, Int64) {
      (search, product, Int32(action.rawValue), position, time, Int64(client) << 32 | Int64(session))
    }
  }

  /// The time of what has none.
  static let noTime = Int64.min

  private(set) var searches: [Search] = []
  private(set) var events: [Event] = []
  private(set) var searchIDs = Names()
  private(set) var texts = Names()
  private(set) var clients = Names()
  private(set) var sessions = Names()

  /// How many events were appended, by action.
  private(set) var counts = [Int](repeating: 0, count: Interaction.Action.allCases.count)

  /// Events that name a product that the catalogue does not have.
  private(set) var unknownProducts = 0

  /// Impressions, clicks, carts and purchases that name no product.
  private(set) var withoutProduct = 0

  private let position: @Sendable (String) -> Int?

  /// Creates an empty log.
  ///
  /// - Parameter position: where the product of an id is in the catalogue; nil where it is not.
  public init(position: @escaping @Sendable (String) -> Int?) {
    self.position = position
  }

  /// Adds a search.
  public mutating func append(_ search: LoggedSearch) {
    searches.append(
      Search(
        id: searchIDs.number(of: search.id), text: texts.number(of: search.text),
        client: clients.number(of: search.client), time: search.time ?? Self.noTime,
        isRandomised: search.isRandomised))
  }

  /// Adds what happened; events that can teach nothing are counted alone.
  public mutating func append(_ event: Interaction) {
    counts[Int(event.action.rawValue)] += 1
    if event.action == .keystroke || event.action == .other { return }
    guard let id = event.product else {
      withoutProduct += 1
      return
    }
    guard let product = position(id) else {
      unknownProducts += 1
      return
    }
    let position = event.position.map { Int32(clamping: max(0, $0)) } ?? -1
    events.append(
      Event(
        action: event.action, search: searchIDs.number(of: event.search),
        text: texts.number(of: event.text), product: Int32(product), position: position > 0 ? position : -1,
        client: clients.number(of: event.client), session: sessions.number(of: event.session),
        time: event.time ?? Self.noTime))
  }

  /// The log without some of its searches and events; what was only counted stays counted.
  func keeping(_ search: (Search) -> Bool, _ event: (Event) -> Bool) -> InteractionLog {
    var kept = self
    kept.searches = searches.filter(search)
    kept.events = events.filter(event)
    return kept
  }

  /// How many events of an action were appended.
  func count(of action: Interaction.Action) -> Int { counts[Int(action.rawValue)] }
}

/// Texts by number, each once.
struct Names: Sendable {
  private(set) var all: [String] = []
  private var numbers: [String: Int32] = [:]

  /// The number of a text; -1 of nothing.
  mutating func number(of text: String?) -> Int32 {
    guard let text else { return -1 }
    if let known = numbers[text] { return known }
    let number = Int32(all.count)
    numbers[text] = number
    all.append(text)
    return number
  }

  subscript(number: Int32) -> String { all[Int(number)] }
}
