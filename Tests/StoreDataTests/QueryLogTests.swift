import LinearAlgebra
import QueryCompletion
import StoreData
import TestSupport
import Testing

/// Logs of searches in each layout, as they are and as they are broken.
struct QueryLogTests {
  private func read(_ text: String, _ layout: QueryLog.Layout, latest: Double = .infinity) throws -> (
    searches: [LoggedSearch], report: ReadReport
  ) {
    let (log, report) = try QueryLog.read(
      from: ByteSource(bytes: Array(text.utf8), name: "log"), layout: layout, latest: latest)
    return (log.searches, report)
  }

  @Test
  func `queries of User Behavior Insights are read; events, index lines and empty queries are passed over`()
    throws
  {
    let (searches, report) = try read(
      """
      {"index":{"_index":"ubi_queries"}}
      {"query_id":"q1","client_id":"c1","user_query":"desk lamp","timestamp":"2025-01-22T14:57:25Z","query_attributes":{"session_id":"s9","trigger":"pause"}}
      {"query_id":"q2","client_id":"c2","user_query":"","timestamp":"2025-01-22T14:57:25Z"}
      {"action_name":"click","query_id":"q1","timestamp":"2025-01-22T14:57:30Z"}
      {"query_id":"q3","client_id":"c2","user_query":"rug","timestamp":1737557845099}

      """, .ubi)
    #expect(searches.map(\.text) == ["desk lamp", "rug"] && searches.map(\.user) == ["c1", "c2"])
    #expect(searches[0].session == "s9" && !searches[0].isSubmitted && searches[1].isSubmitted)
    #expect(searches[0].time == 1_737_557_845 && searches[1].time == 1_737_557_845.099)
    #expect(report.rejected == 0)
  }

  @Test func `rows of AmazonQAC are read with their keys and written back`() throws {
    let line =
      #"{"query_id":0,"session_id":17,"prefixes":["d","de",""],"first_prefix_typed_time":"2023-09-04 20:46:14.293","final_search_term":"desk lamp","search_time":"2023-09-04 20:46:27","popularity":3}"#
    let (searches, report) = try read(line + "\n", .amazonqac)
    #expect(report.rejected == 0 && searches[0].text == "desk lamp" && searches[0].typed == ["d", "de", ""])
    #expect(searches[0].user == "17" && searches[0].session == "17" && searches[0].time == 1_693_860_387)
    try withTemporaryFolder { folder in
      try QueryLog(searches).write(to: "\(folder)/log.jsonl.gz")
      let again = try QueryLog.read(from: ByteSource(path: "\(folder)/log.jsonl.gz"), layout: .amazonqac)
      #expect(again.value.searches == searches)
    }
  }

  @Test func `a row for each click is one search in the layout with tabs`() throws {
    let (searches, report) = try read(
      """
      AnonID\tQuery\tQueryTime\tItemRank\tClickURL
      7\tdesk lamp\t2006-03-01 07:17:12\t1\thttp://a.example
      7\tdesk lamp\t2006-03-01 07:17:12\t2\thttp://b.example
      7\t-\t2006-03-01 07:18:00\t\t
      8\trug\t2006-03-01 07:19:00

      """, .aol)
    #expect(searches.map(\.text) == ["desk lamp", "rug"] && searches.map(\.user) == ["7", "8"])
    #expect(report.rejected == 0)
  }

  @Test func `what is wrong with a line is told with its number, and the others are read`() throws {
    func rejections(_ lines: String..., layout: QueryLog.Layout) throws -> [String] {
      try read(lines.joined(separator: "\n") + "\n", layout, latest: 1_800_000_000).report.rejections.map(
        \.description)
    }
    let good = #"{"query_id":"q","client_id":"c","user_query":"rug","timestamp":"2025-01-01T00:00:00Z"}"#
    let told = try rejections(
      good, "[1]", #"{"user_query":"rug"}"#,
      #"{"query_id":"q","client_id":"c","user_query":"rug","timestamp":"soon"}"#,
      #"{"query_id":"q","user_query":"rug","timestamp":"2025-01-01T00:00:00Z"}"#,
      #"{"query_id":"q","client_id":"c","user_query":"rug","timestamp":"2099-01-01T00:00:00Z"}"#, layout: .ubi
    )
    #expect(
      told == [
        "line 2: given a list, expected one JSON object a line",
        "line 3: query_id: given nothing, expected a query or event of User Behavior Insights",
        "line 4: timestamp: given no date, expected ISO 8601 or milliseconds since 1970",
        "line 5: client_id: given nothing, expected who searched",
        "line 6: time: given more than a day ahead, expected a time that has passed",
      ])
    #expect(
      try rejections(#"{"session_id":1}"#, #"{"final_search_term":"a"}"#, layout: .amazonqac) == [
        "line 1: final_search_term: given nothing, expected what was searched",
        "line 2: session_id: given nothing, expected a session",
      ])
    #expect(
      try rejections("7 rug", "7\trug\tyesterday", layout: .aol) == [
        "line 1: given 1 fields, expected AnonID, Query and QueryTime, tab-separated",
        "line 2: QueryTime: given no date, expected YYYY-MM-DD HH:MM:SS",
      ])
  }

  @Test func `examples of completion come back as they were written`() throws {
    let rows = CompletionRows([
      CompletionExample(
        "running socks", history: ["rug", "hiking boots"], user: "u1", time: 12.5, prefix: "ru"),
      CompletionExample("café", user: "u2", prefix: ""),
    ])
    try withTemporaryFolder { folder in
      try rows.write(to: "\(folder)/rows.jsonl")
      #expect(try CompletionRows.read(contentsOf: "\(folder)/rows.jsonl").value == rows)
      let lists = SuggestionLists([["a", "b"], [], ["日本"]])
      try lists.write(to: "\(folder)/lists.jsonl")
      #expect(try SuggestionLists.read(contentsOf: "\(folder)/lists.jsonl").value == lists)
    }
    let old = try CompletionRows.read(
      from: ByteSource(
        bytes: Array(#"{"prev_query":"a","prefix":"b","next_query":"bc"}"#.utf8), name: "rows"),
      options: ReadOptions())
    #expect(old.value.examples == [CompletionExample("bc", history: ["a"], prefix: "b")])
  }
}
