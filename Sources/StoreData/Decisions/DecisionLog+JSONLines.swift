internal import PolicyEvaluation

extension DecisionLog {
  static func readJSONLines(
    from source: ByteSource, options: ReadOptions
  ) throws -> (value: DecisionLog, report: ReadReport) {
    let lines = try LineImport(source, options)
    let parser = JSONParser(maximumBytes: options.maximumLineBytes)
    var log = DecisionLog()
    try lines.forEachLine { bytes in
      log.append(try LoggedDecision(parser.parse(bytes)))
    }
    return (log, try lines.finish())
  }
}

extension LoggedDecision {
  /// Reads an object `{"decision_id", "time", "policy", "context", "actions", "action", "slot", "propensity",
  /// "propensity_kind", "probabilities", "reward", "reward_time"}`.
  init(_ object: JSONElement) throws(Rejection) {
    let situation = try Situation(object)
    let actions = situation.actions
    guard let name = object["action"]?.name else {
      throw Rejection(
        "action", given: object["action"]?.kindName ?? "nothing", expected: "the id of an action")
    }
    guard let chosen = actions.firstIndex(where: { $0.id == name }) else {
      throw Rejection("action", given: "an id that is not among the actions", expected: "one of them")
    }
    self.init(
      id: object["decision_id"]?.name ?? "",
      situation: situation, chosen: chosen,
      propensity: try number(object["propensity"], "propensity"),
      reward: try number(object["reward"], "reward"))
    time = try moment(object["time"], "time")
    rewardTime = try moment(object["reward_time"], "reward_time")
    policy = object["policy"]?.text
    if let kind = object["propensity_kind"] {
      guard let known = kind.text.flatMap(PropensityKind.init(rawValue:)) else {
        throw Rejection(
          "propensity_kind", given: "another word",
          expected: "one of " + PropensityKind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      propensityKind = known
    }
    if let table = object["probabilities"] {
      var values: [Double] = []
      for element in table.elements {
        guard let value = element.number else {
          throw Rejection("probabilities", given: element.kindName, expected: "a list of numbers")
        }
        values.append(value)
      }
      guard values.count == actions.count else {
        throw Rejection(
          "probabilities", given: "\(values.count)", expected: "\(actions.count), one for each action")
      }
      probabilities = values
    }
  }
}

extension Situation {
  /// Reads an object `{"context", "actions", "slot"}`; other members are not looked at.
  init(_ object: JSONElement) throws(Rejection) {
    guard object.isObject else { throw Rejection("line", given: object.kindName, expected: "an object") }
    guard let list = object["actions"], list.isArray else {
      throw Rejection(
        "actions", given: object["actions"]?.kindName ?? "nothing", expected: "a list of actions")
    }
    var actions: [Action] = []
    for element in list.elements { actions.append(try Action(element)) }
    guard Set(actions.lazy.map(\.id)).count == actions.count else {
      throw Rejection("actions", given: "an id twice", expected: "different ids")
    }
    let context = try object["context"].map { (element) throws(Rejection) in
      try readFeatures(element, "context")
    }
    let slot = try object["slot"].map { (element) throws(Rejection) in try Self.slot(element) }
    self.init(context: context ?? [], actions: actions, slot: slot ?? 0)
  }

  private static func slot(_ element: JSONElement) throws(Rejection) -> Int {
    guard let slot = element.integer, (0...1000).contains(slot) else {
      throw Rejection("slot", given: element.kindName, expected: "a whole number from 0 to 1000")
    }
    return Int(slot)
  }
}

extension Action {
  /// Reads an id alone or `{"id", "features"}`.
  fileprivate init(_ element: JSONElement) throws(Rejection) {
    if let id = element.name {
      self.init(id)
      return
    }
    guard let id = element["id"]?.name else {
      throw Rejection("actions", given: "an element without id", expected: "ids or objects with id")
    }
    let read = try element["features"].map { (part) throws(Rejection) in
      try readFeatures(part, "features of an action")
    }
    self.init(id, features: read ?? [])
  }
}

/// Reads an object of texts, numbers, true or false, and lists of texts, in ascending order of names.
private func readFeatures(_ element: JSONElement, _ field: String) throws(Rejection) -> [Feature] {
  guard element.isObject else { throw Rejection(field, given: element.kindName, expected: "an object") }
  var features: [Feature] = []
  for (name, value) in element.members where !value.isNull {
    let name = name.text
    if value.isArray {
      for part in value.elements {
        guard let text = part.name else {
          throw Rejection(field, given: "a list with \(part.kindName)", expected: "lists of texts")
        }
        features.append(Feature(name, .category(text)))
      }
    } else if let text = value.text {
      features.append(Feature(name, .category(text)))
    } else if let flag = value.boolean {
      features.append(Feature(name, .category(flag ? "true" : "false")))
    } else if let number = value.number {
      features.append(Feature(name, .number(number)))
    } else {
      throw Rejection(
        field, given: value.kindName, expected: "texts, numbers, true or false, or lists of texts")
    }
  }
  // The order of an object's members means nothing; equal contexts must be equal.
  return features.enumerated().sorted { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }
    .map(\.element)
}

private func number(_ element: JSONElement?, _ field: String) throws(Rejection) -> Double? {
  guard let element else { return nil }
  guard let number = element.number else {
    throw Rejection(field, given: element.kindName, expected: "a number")
  }
  return number
}

private func moment(_ element: JSONElement?, _ field: String) throws(Rejection) -> Int64? {
  guard let element else { return nil }
  if let number = element.integer { return number }
  guard let time = element.text.flatMap({ Timestamp($0) }) else {
    throw Rejection(
      field, given: element.text == nil ? element.kindName : "another text",
      expected: "a moment, or a whole number of milliseconds or steps")
  }
  return time.milliseconds
}

extension JSONElement {
  /// A text, or a whole number as text.
  fileprivate var name: String? { text ?? integer.map { String($0) } }
}
