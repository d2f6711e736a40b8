/// Tells queries, events and the index lines of bulk files apart and takes their fields.
struct SearchRecordParser {
  enum Record {
    case query(SearchQuery)
    case event(SearchEvent)
    case bulkAction
  }

  private var texts = InternTable<String>()

  mutating func record(in json: JSONElement) throws(Rejection) -> Record {
    guard json.isObject else { throw Rejection("given \(json.kindName), expected one JSON object a line") }
    if let action = json["action_name"] { return .event(try event(in: json, action)) }
    if json["index"]?.isObject == true || json["create"]?.isObject == true { return .bulkAction }
    if json["user_query"] != nil, json["query_id"] != nil { return .query(try query(in: json)) }
    throw Rejection(
      "given neither action_name nor both query_id and user_query, expected an event or a query of User Behavior Insights"
    )
  }

  private mutating func query(in json: JSONElement) throws(Rejection) -> SearchQuery {
    guard let id = try text(json, "query_id"), let text = try text(json, "user_query") else {
      throw Rejection("query_id", given: "an empty text", expected: "an id")
    }
    var query = SearchQuery(id: id, text: text)
    query.application = try self.text(json, "application")
    query.client = try self.text(json, "client_id")
    query.time = try time(json)
    if let attributes = json["query_attributes"], attributes.isObject {
      query.ranker = try self.text(attributes, "ranker")
    }
    for name: StaticString in ["query_response_object_ids", "query_response_hit_ids"]
    where query.results.isEmpty {
      guard let results = json[name] else { continue }
      guard results.isArray else {
        throw Rejection("\(name)", given: results.kindName, expected: "a list of ids")
      }
      for result in results.elements { query.results.append(try self.id(result, name)) }
    }
    return query
  }

  private mutating func event(in json: JSONElement, _ action: JSONElement) throws(Rejection) -> SearchEvent {
    guard let name = action.bytes, !name.isEmpty else {
      throw Rejection(
        "action_name", given: action.bytes == nil ? action.kindName : "an empty text", expected: "a text")
    }
    var event = SearchEvent(SearchEvent.Action(texts.text(name)))
    event.query = try nonEmpty(json, "query_id")
    event.queryText = try text(json, "user_query")
    event.application = try text(json, "application")
    event.client = try nonEmpty(json, "client_id")
    event.session = try nonEmpty(json, "session_id")
    event.time = try time(json)
    guard let attributes = json["event_attributes"] else { return event }
    guard attributes.isObject else {
      throw Rejection("event_attributes", given: attributes.kindName, expected: "an object or null")
    }
    if event.session == nil { event.session = try nonEmpty(attributes, "session_id") }
    if let object = attributes["object"]?["object_id"] ?? attributes["data"]?["object_id"] {
      let product = try id(object, "object_id")
      event.product = product.isEmpty ? nil : product
    }
    if let ordinal = attributes["position"]?["ordinal"] {
      guard let position = ordinal.integer ?? ordinal.bytes?.integer.map({ Int64($0) }),
        (0...1_000_000).contains(position)
      else { throw Rejection("ordinal", given: ordinal.kindName, expected: "a position from 0 to 1,000,000") }
      event.position = Int(position)
    }
    return event
  }

  private mutating func text(_ json: JSONElement, _ name: StaticString) throws(Rejection) -> String? {
    guard let member = json[name] else { return nil }
    guard let bytes = member.bytes else {
      throw Rejection("\(name)", given: member.kindName, expected: "a text")
    }
    return texts.text(bytes)
  }

  /// A text or number that names something, where an empty text says that there is nothing.
  private mutating func nonEmpty(_ json: JSONElement, _ name: StaticString) throws(Rejection) -> String? {
    guard let member = json[name] else { return nil }
    let id = try id(member, name)
    return id.isEmpty ? nil : id
  }

  private mutating func id(_ json: JSONElement, _ name: StaticString) throws(Rejection) -> String {
    if let bytes = json.bytes { return texts.text(bytes) }
    guard let number = json.integer else {
      throw Rejection("\(name)", given: json.kindName, expected: "a text or a whole number")
    }
    return String(number)
  }

  private func time(_ json: JSONElement) throws(Rejection) -> Timestamp? {
    guard let member = json["timestamp"] else { return nil }
    let moment = member.bytes.map { Timestamp($0) } ?? member.integer.flatMap { Timestamp(checking: $0) }
    guard let moment else {
      throw Rejection(
        "timestamp", given: "a value that is not a date", expected: "ISO 8601 or milliseconds since 1970")
    }
    return moment
  }
}
