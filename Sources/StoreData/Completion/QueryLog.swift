internal import Learning
public import QueryCompletion

/// Searches as a log has them, for completion.
public struct QueryLog: Sendable, Equatable {
  /// How a log is laid out.
  public enum Layout: String, Sendable, CaseIterable {
    /// User Behavior Insights: query records; events and the index lines of bulk files are skipped.
    case ubi
    /// JSON Lines with the columns of the AmazonQAC data set (CDLA-Permissive-2.0).
    case amazonqac
    /// Tab-separated, with the header `AnonID Query QueryTime ItemRank ClickURL`, a row for each click.
    case aol
  }

  /// The searches in the order of the file.
  public var searches: [LoggedSearch] = []

  /// Creates a log.
  public init(_ searches: [LoggedSearch] = []) { self.searches = searches }

  /// Writes JSON Lines with the columns of AmazonQAC, and `user_id`; packed for `.gz`.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws {
    let sink = try ByteSink(path: path)
    var counts: [String: Int] = [:]
    for search in searches { counts[search.text, default: 0] += 1 }
    for (number, search) in searches.enumerated() {
      // A fifth of a second for each key.
      let began = search.time - 0.2 * Double(search.typed.count)
      sink.json.object { object in
        object.member("query_id", number)
        object.member("user_id", search.user)
        object.member("session_id", search.session ?? search.user)
        object.member("prefixes", search.typed)
        object.member("first_prefix_typed_time", Self.moment(began))
        object.member("final_search_term", search.text)
        object.member("search_time", Self.moment(search.time.rounded(.down)))
        object.member("popularity", counts[search.text, default: 0])
      }
      try sink.endLine()
    }
    try sink.finish()
  }

  /// `2025-01-22 14:57:25.099`, as the data set writes times.
  private static func moment(_ seconds: Double) -> String {
    String(
      Timestamp(milliseconds: Int64((seconds * 1000).rounded())).description.dropLast().map {
        $0 == "T" ? " " : $0
      })
  }

  /// Reads a log.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; `CancellationError`.
  /// - Complexity: O(bytes); memory for the searches and one line.
  public static func read(
    from source: ByteSource, layout: Layout, latest: Double = .infinity, options: ReadOptions = ReadOptions()
  ) throws -> (value: QueryLog, report: ReadReport) {
    var log = QueryLog()
    let lines = try LineImport(source, options)
    let parser = JSONParser(maximumBytes: options.maximumLineBytes)
    try lines.forEachLine { bytes in
      let search: LoggedSearch? =
        switch layout {
        case .ubi: try ubi(parser.parse(bytes))
        case .amazonqac: try amazonQAC(parser.parse(bytes))
        case .aol: try aol(bytes.text, after: log.searches.last)
        }
      guard let search else { return lines.uncount() }
      guard search.time <= latest + 86_400 else {
        throw Rejection("time", given: "more than a day ahead", expected: "a time that has passed")
      }
      log.searches.append(search)
    }
    return (log, try lines.finish())
  }

  private static func ubi(_ json: JSONElement) throws(Rejection) -> LoggedSearch? {
    guard json.isObject else { throw Rejection("given \(json.kindName), expected one JSON object a line") }
    if json["action_name"] != nil || json["index"]?.isObject == true || json["create"]?.isObject == true {
      return nil
    }
    guard json["query_id"] != nil else {
      throw Rejection("query_id", given: "nothing", expected: "a query or event of User Behavior Insights")
    }
    guard let text = json["user_query"]?.text, !text.isEmpty else { return nil }
    let moment = json["timestamp"].flatMap { member in
      member.bytes.map { Timestamp($0) } ?? member.integer.flatMap { Timestamp(checking: $0) }
    }
    guard let moment else {
      throw Rejection("timestamp", given: "no date", expected: "ISO 8601 or milliseconds since 1970")
    }
    let attributes = json["query_attributes"]
    let session = attributes?["session_id"]?.text
    guard let user = json["client_id"]?.text ?? session else {
      throw Rejection("client_id", given: "nothing", expected: "who searched")
    }
    var search = LoggedSearch(text, user: user, time: Double(moment.milliseconds) / 1000, session: session)
    search.isSubmitted = attributes?["trigger"]?.text != "pause"
    return search
  }

  private static func amazonQAC(_ json: JSONElement) throws(Rejection) -> LoggedSearch? {
    guard json.isObject else { throw Rejection("given \(json.kindName), expected one JSON object a line") }
    guard let text = json["final_search_term"]?.text, !text.isEmpty else {
      throw Rejection("final_search_term", given: "nothing", expected: "what was searched")
    }
    let session = json["session_id"].flatMap { $0.text ?? $0.integer.map { String($0) } }
    guard let session else { throw Rejection("session_id", given: "nothing", expected: "a session") }
    guard let time = json["search_time"]?.text.flatMap({ Timestamp($0) }) else {
      throw Rejection("search_time", given: "no date", expected: "YYYY-MM-DD HH:MM:SS")
    }
    var search = LoggedSearch(
      text, user: json["user_id"]?.text ?? session, time: Double(time.milliseconds) / 1000, session: session)
    if let prefixes = json["prefixes"], prefixes.isArray {
      search.typed = prefixes.elements.compactMap(\.text)
    }
    return search
  }

  /// A row of a click repeats its search.
  private static func aol(_ line: String, after last: LoggedSearch?) throws(Rejection) -> LoggedSearch? {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
    if fields.first == "AnonID" { return nil }
    guard fields.count >= 3, !fields[0].isEmpty else {
      throw Rejection("given \(fields.count) fields, expected AnonID, Query and QueryTime, tab-separated")
    }
    guard let time = Timestamp(String(fields[2])) else {
      throw Rejection("QueryTime", given: "no date", expected: "YYYY-MM-DD HH:MM:SS")
    }
    if fields[1].isEmpty || fields[1] == "-" { return nil }
    let search = LoggedSearch(
      String(fields[1]), user: String(fields[0]), time: Double(time.milliseconds) / 1000)
    return search == last ? nil : search
  }
}
