public import PolicyEvaluation

/// Writes logged decisions as JSON Lines, one after the other.
public final class DecisionLogWriter {
  private let sink: ByteSink

  /// Starts a file, packed for `.gz`; "-" is standard output.
  ///
  /// - Throws: ``FileError``.
  public init(path: String) throws {
    sink = try ByteSink(path: path)
  }

  /// Appends a decision.
  ///
  /// - Throws: ``FileError``.
  public func append(_ decision: LoggedDecision) throws {
    sink.json.object { json in
      if !decision.id.isEmpty { json.member("decision_id", decision.id) }
      if let time = decision.time { json.member("time", Int(time)) }
      if let policy = decision.policy { json.member("policy", policy) }
      let situation = decision.situation
      json.member("context", object: { $0.members(situation.context) })
      json.key("actions")
      json.actions(situation.actions)
      json.member("action", situation.actions[decision.chosen].id)
      if situation.slot > 0 { json.member("slot", situation.slot) }
      if let propensity = decision.propensity {
        json.member("propensity", propensity)
        json.member("propensity_kind", decision.propensityKind.rawValue)
      }
      if let probabilities = decision.probabilities {
        json.key("probabilities")
        json.numbers(probabilities)
      }
      if let reward = decision.reward { json.member("reward", reward) }
      if let time = decision.rewardTime { json.member("reward_time", Int(time)) }
    }
    try sink.endLine()
  }

  /// Completes the file.
  ///
  /// - Throws: ``FileError``; nothing is left behind then.
  public func finish() throws { try sink.finish() }
}

extension JSONText {
  /// Appends features as members; several of one name as a list of texts.
  mutating func members(_ features: [Feature]) {
    var place = 0
    while place < features.count {
      let name = features[place].name
      let end = features[place...].firstIndex { $0.name != name } ?? features.count
      key(name)
      if end == place + 1 {
        switch features[place].value {
        case .category(let text): string(text)
        case .number(let value): number(value)
        }
      } else {
        array(
          features[place..<end].map { feature in
            switch feature.value {
            case .category(let text): text
            case .number(let value): "\(value)"
            }
          })
      }
      place = end
    }
  }

  mutating func actions(_ actions: [Action]) {
    append("[")
    for (place, action) in actions.enumerated() {
      if place > 0 { append(",") }
      object { json in
        json.member("id", action.id)
        if !action.features.isEmpty {
          json.member("features", object: { $0.members(action.features) })
        }
      }
    }
    append("]")
  }

  mutating func numbers(_ values: [Double]) {
    append("[")
    for (place, value) in values.enumerated() {
      if place > 0 { append(",") }
      number(value)
    }
    append("]")
  }
}
