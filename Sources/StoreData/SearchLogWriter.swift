/// Writes queries and events of User Behavior Insights 1.3 as JSON Lines, one after the other.
///
/// Queries and events may go to one file or to two: a reader tells them apart.
public final class SearchLogWriter {
  private let sink: ByteSink

  /// Starts a file, packed for `.gz`; "-" is standard output.
  ///
  /// - Throws: ``FileError``.
  public init(path: String) throws {
    sink = try ByteSink(path: path)
  }

  /// Appends a query.
  ///
  /// - Throws: ``FileError``.
  public func append(_ query: SearchQuery) throws {
    sink.json.object { json in
      if let application = query.application { json.member("application", application) }
      json.member("query_id", query.id)
      if let client = query.client { json.member("client_id", client) }
      json.member("user_query", query.text)
      if let time = query.time { json.member("timestamp", time.description) }
      if let ranker = query.ranker {
        json.member("query_attributes", object: { $0.member("ranker", ranker) })
      }
      if !query.results.isEmpty {
        json.member("object_id_field", "product_id")
        json.member("query_response_object_ids", query.results)
      }
    }
    try sink.endLine()
  }

  /// Appends an event.
  ///
  /// - Throws: ``FileError``.
  public func append(_ event: SearchEvent) throws {
    sink.json.object { json in
      if let application = event.application { json.member("application", application) }
      json.member("action_name", event.action.description)
      if let query = event.query { json.member("query_id", query) }
      if let client = event.client { json.member("client_id", client) }
      if let session = event.session { json.member("session_id", session) }
      if let time = event.time { json.member("timestamp", time.description) }
      if let text = event.queryText { json.member("user_query", text) }
      if event.product != nil || event.position != nil {
        json.member(
          "event_attributes",
          object: { json in
            if let product = event.product {
              json.member(
                "object",
                object: { json in
                  json.member("object_id", product)
                  json.member("object_id_field", "product_id")
                })
            }
            if let position = event.position {
              json.member("position", object: { $0.member("ordinal", position) })
            }
          })
      }
    }
    try sink.endLine()
  }

  /// Completes the file.
  ///
  /// - Throws: ``FileError``; nothing is left behind then.
  public func finish() throws { try sink.finish() }
}

extension SearchLog {
  /// Writes all queries and then all events into one file.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws {
    let writer = try SearchLogWriter(path: path)
    for query in queries { try writer.append(query) }
    for event in events { try writer.append(event) }
    try writer.finish()
  }
}
