/// Queries and events of one or more applications, in the order of their files.
///
///     let (log, reports) = try SearchLog.read(contentsOf: ["ubi_queries.jsonl", "ubi_events.jsonl"])
///     log.events.count { $0.action == .click }
public struct SearchLog: Sendable, Equatable {
  /// The queries.
  public var queries: [SearchQuery]

  /// The events; positions start at 1.
  public var events: [SearchEvent]

  /// Creates a log.
  public init(queries: [SearchQuery] = [], events: [SearchEvent] = []) {
    self.queries = queries
    self.events = events
  }

  /// Shifts the positions of every application that counts from 0, recognised by a position 0, to count from 1.
  mutating func countPositionsFromOne() {
    let zeroBased = Set(events.lazy.filter { $0.position == 0 }.map(\.application))
    if zeroBased.isEmpty { return }
    for i in events.indices where zeroBased.contains(events[i].application) {
      events[i].position = events[i].position.map { $0 + 1 }
    }
  }
}
