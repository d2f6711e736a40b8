import StoreData
import TestSupport
import Testing

@Test func `queries and events are told apart and everything in them is optional but what names them`() throws
{
  let (log, report) = try SearchLog.read(contentsOf: fixtures() + "/search-log/small.jsonl")
  var query = SearchQuery(id: "q1", text: "drill")
  query.application = "shop"
  query.client = "c1"
  query.time = Timestamp(milliseconds: 1_737_557_845_099)
  query.ranker = "random"
  query.results = ["a", "b", "3"]
  #expect(log.queries == [query] && query.isRandomised)
  #expect(log.events.map(\.action) == [.impression, .click, .purchase, .search])
  #expect(log.events.map(\.product) == ["a", "3", "b", nil])
  #expect(log.events.map(\.query) == ["q1", "q1", nil, nil])
  #expect(
    log.events[0].time == query.time && log.events[1].time == Timestamp(milliseconds: 1_737_557_846_099))
  #expect(
    rejections(report) == [
      "line 6: timestamp: given a value that is not a date, expected ISO 8601 or milliseconds since 1970",
      "line 7: ordinal: given a number, expected a position from 0 to 1,000,000",
      "line 8: action_name: given a number, expected a text",
      "line 9: given neither action_name nor both query_id and user_query, expected an event or a query of User Behavior Insights",
      "line 10: given null, expected one JSON object a line",
    ])
}

@Test func `positions count from 1, also of an application that counts from 0`() throws {
  let (log, _) = try SearchLog.read(contentsOf: fixtures() + "/search-log/small.jsonl")
  #expect(log.events.map(\.position) == [1, 3, 1, nil])
}

@Test func `the bulk form of OpenSearch is read without counting its index lines`() throws {
  let (log, report) = try SearchLog.read(contentsOf: fixtures() + "/search-log/ubi-excerpt.ndjson")
  #expect(log.queries.count == 6 && log.events.count == 54)
  #expect(report.accepted == 60 && report.rejected == 0)
  #expect(Set(log.events.compactMap(\.application)) == ["Chorus", "esci_ubi_sample", "ubi-demo"])
  #expect(
    log.events.filter { $0.application == "Chorus" && $0.action == .search }.allSatisfy { $0.product == nil })
}

@Test(.enabled(if: SharedData.isAvailable("ubi-sample")))
func `the whole sample of User Behavior Insights gives 473 queries, 3,448 events and 287 clicks`() throws {
  let path = try #require(SharedData.path("ubi-sample"))
  let (log, report) = try SearchLog.read(contentsOf: path + "/ubi_queries_events.ndjson.gz")
  #expect(log.queries.count == 473 && log.events.count == 3448 && report.rejected == 0)
  #expect(log.events.count { $0.action == .click } == 287)
  #expect(log.events.count { $0.action == .impression } == 1999)
  #expect(log.events.count { $0.action == .addToCart } == 234)
  #expect(log.events.count { $0.action == .purchase } == 6)
  #expect(log.events.compactMap(\.position).min() == 1)
  #expect(log.events.allSatisfy { $0.time != nil })
}

@Test func `a written log reads as it was, in one file or in several`() throws {
  let (log, _) = try SearchLog.read(contentsOf: [
    fixtures() + "/search-log/small.jsonl", fixtures() + "/search-log/ubi-excerpt.ndjson",
  ])
  #expect(log.events.count == 58)
  try withTemporaryFolder { folder in
    try log.write(to: "\(folder)/log.jsonl.gz")
    let (again, report) = try SearchLog.read(contentsOf: "\(folder)/log.jsonl.gz")
    #expect(again == log && report.rejected == 0)
    try SearchLog(queries: log.queries).write(to: "\(folder)/queries.jsonl")
    try SearchLog(events: log.events).write(to: "\(folder)/events.jsonl")
    let apart = try SearchLog.read(contentsOf: ["\(folder)/queries.jsonl", "\(folder)/events.jsonl"])
    #expect(apart.value == log && apart.reports.map(\.accepted) == [7, 58])
  }
}

@Test func `every action has the name that the format gives it`() {
  for action: SearchEvent.Action in [
    .impression, .click, .addToCart, .purchase, .search, .other("page_exit"),
  ] {
    #expect(SearchEvent.Action(action.description) == action)
  }
}
