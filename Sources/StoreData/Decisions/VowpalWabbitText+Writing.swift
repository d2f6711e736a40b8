public import Learning
public import PolicyEvaluation

extension VowpalWabbitText {
  /// Writes a log; what the format has no place for (times, tables of probabilities, and in `cb` features of actions) is
  /// left out.
  ///
  /// - Throws: ``FileError``; ``InvalidInput`` when a decision has no propensity, or `cb` is asked for and ids of actions are
  ///   not numbers from 1.
  /// - Complexity: O(size of the text)
  public func write(_ log: DecisionLog, to path: String, execution: Execution = Execution()) throws {
    let sink = try ByteSink(path: path)
    for place in 0..<log.count {
      if place & 0xFFF == 0 { try execution.cancellation.check() }
      let decision = log[place]
      guard let propensity = decision.propensity, propensity > 0, propensity <= 1 else {
        throw InvalidInput(
          "propensity of row \(place + 1)", given: decision.propensity.map { "\($0)" } ?? "nothing",
          expected: "above 0 and at most 1, without which the format cannot say what was shown")
      }
      switch shape {
      case .cb: try sink.write(try line(decision, propensity, place))
      case .cbADF: try sink.write(block(decision, propensity))
      }
    }
    try sink.finish()
  }

  private func line(_ decision: LoggedDecision, _ propensity: Double, _ place: Int) throws -> String {
    let shown = decision.situation.actions[decision.chosen].id
    guard let number = Int(shown), number >= 1 else {
      throw InvalidInput(
        "action of row \(place + 1)", given: "an id that is not a number from 1", expected: "1, 2, 3, ...",
        advice: "Write cb_adf, which takes any id.")
    }
    return "\(number):\(cost(ofReward: decision.reward ?? 0)):\(propensity) \(head(decision))\n"
  }

  private func block(_ decision: LoggedDecision, _ propensity: Double) -> String {
    var text = "shared \(head(decision))\n"
    for (number, action) in decision.situation.actions.enumerated() {
      if number == decision.chosen { text += "0:\(cost(ofReward: decision.reward ?? 0)):\(propensity) " }
      text += "|a id=\(action.id.escaped)" + words(action.features) + "\n"
    }
    return text + "\n"
  }

  private func head(_ decision: LoggedDecision) -> String {
    (decision.id.isEmpty ? "" : "'\(decision.id.escaped)") + "|s" + words(decision.situation.context)
      + (decision.situation.slot > 0 ? " |slot \(decision.situation.slot)" : "")
  }

  private func words(_ features: [Feature]) -> String {
    features.map { feature in
      switch feature.value {
      case .category(let text): " \(feature.name.escaped)=\(text.escaped)"
      case .number(let value): " \(feature.name.escaped):\(value)"
      }
    }.joined()
  }
}

extension String {
  /// Without the bytes that separate in the format.
  fileprivate var escaped: String {
    var text: [UInt8] = []
    for byte in utf8 {
      switch byte {
      case 0...0x20, 0x7F...0xFF, UInt8(ascii: "%"), UInt8(ascii: ":"), UInt8(ascii: "|"), UInt8(ascii: "="),
        UInt8(ascii: "'"):
        text.append(UInt8(ascii: "%"))
        for digit in [byte >> 4, byte & 15] { text.append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
      default: text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
