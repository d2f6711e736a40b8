internal import PolicyEvaluation

extension VowpalWabbitText {
  func read(
    from source: ByteSource, options: ReadOptions
  ) throws -> (value: DecisionLog, report: ReadReport) {
    let lines = try LineImport(source, options)
    return switch shape {
    case .cb: (try readLines(lines), try lines.finish())
    case .cbADF: (try readBlocks(lines), try lines.finish())
    }
  }

  /// One line a decision; the actions are 1 to the largest number in the file.
  private func readLines(_ lines: LineImport) throws -> DecisionLog {
    var read: [(example: Example, label: Label, action: Int)] = []
    try lines.forEachLine { bytes in
      let example = try Example(bytes)
      let label = try example.onlyLabel()
      guard let action = label.action, (1...1_000_000).contains(action) else {
        throw Rejection("action", given: "another number", expected: "1 to 1000000")
      }
      read.append((example, label, action))
    }
    let actions = (1...max(1, read.lazy.map(\.action).max() ?? 1)).map { Action(String($0)) }
    var log = DecisionLog()
    for (example, label, action) in read {
      log.append(
        LoggedDecision(
          id: example.tag,
          situation: Situation(context: example.features, actions: actions, slot: example.slot),
          chosen: action - 1, propensity: label.probability, reward: reward(ofCost: label.cost)))
    }
    return log
  }

  private func readBlocks(_ lines: LineImport) throws -> DecisionLog {
    var log = DecisionLog()
    var block: [[UInt8]] = []
    var (first, isTooLong) = (0, false)
    func finishBlock() throws {
      defer { (block, isTooLong) = ([], false) }
      if isTooLong { return try lines.rejectTooLong(first) }
      guard !block.isEmpty else { return }
      try block[0].withUnsafeBytes { bytes in
        try lines.accept(first, bytes) { log.append(try decision(block)) }
      }
    }
    let reader = LineReader(lines.source, maximumBytes: lines.options.maximumLineBytes)
    var bytesOfBlock = 0
    while let line = try reader.next() {
      try lines.tick(reader.number)
      if block.isEmpty { (first, bytesOfBlock) = (reader.number, 0) }
      switch line {
      case .tooLong: isTooLong = true
      case .bytes(let bytes) where bytes.isBlank: try finishBlock()
      case .bytes(let bytes):
        bytesOfBlock += bytes.count
        // A file without blank lines is one block; it must not fill the memory.
        if bytesOfBlock > lines.options.maximumLineBytes { isTooLong = true }
        if isTooLong { block = [[]] } else { block.append(Array(bytes)) }
      }
    }
    try finishBlock()
    return log
  }

  private func decision(_ block: [[UInt8]]) throws -> LoggedDecision {
    var (context, slot, tag) = ([Feature](), 0, "")
    var actions: [Action] = []
    var shown: (place: Int, label: Label)?
    for (number, line) in block.enumerated() {
      let example = try line.withUnsafeBytes { try Example($0) }
      if tag.isEmpty { tag = example.tag }
      if example.isShared {
        guard number == 0 else {
          throw Rejection("shared", given: "not the first line", expected: "the first")
        }
        (context, slot) = (example.features, example.slot)
        continue
      }
      if !example.labels.isEmpty {
        guard shown == nil, example.labels.count == 1 else {
          throw Rejection(
            "label", given: "several in a block", expected: "one, before the action that was shown")
        }
        shown = (actions.count, example.labels[0])
      }
      actions.append(Action(example.id ?? String(actions.count + 1), features: example.features))
    }
    guard let shown else { throw Rejection("label", given: "none in a block", expected: "one") }
    guard Set(actions.lazy.map(\.id)).count == actions.count else {
      throw Rejection("id", given: "the same for two actions of a block", expected: "different ids")
    }
    return LoggedDecision(
      id: tag, situation: Situation(context: context, actions: actions, slot: slot), chosen: shown.place,
      propensity: shown.label.probability, reward: reward(ofCost: shown.label.cost))
  }
}

/// `action:cost:probability`
private struct Label {
  let action: Int?
  let cost, probability: Double
}

/// One line.
private struct Example {
  var isShared = false
  var labels: [Label] = []
  var tag = ""
  var features: [Feature] = []
  var slot = 0
  var id: String?

  init(_ bytes: UnsafeRawBufferPointer) throws(Rejection) {
    guard bytes.allSatisfy({ $0 < 0x80 }) else {
      throw Rejection("line", given: "bytes that are not ASCII", expected: "ASCII, others written as %XX")
    }
    guard let bar = bytes.position(of: UInt8(ascii: "|")) else {
      throw Rejection("line", given: "no |", expected: "features after a |")
    }
    var head = bytes.part(0..<bar)
    if let quote = head.position(of: UInt8(ascii: "'")) {
      tag = Self.unescaped(head.part(quote + 1..<head.count).trimmed)
      head = head.part(0..<quote)
    }
    for word in head.words(limit: .max) {
      if word.equals("shared") { isShared = true } else { labels.append(try Self.label(word)) }
    }
    var start = bar
    while start < bytes.count {
      let end = bytes.position(of: UInt8(ascii: "|"), from: start + 1) ?? bytes.count
      try readNamespace(bytes.part(start + 1..<end))
      start = end
    }
    features = features.enumerated().sorted {
      ($0.element.name, $0.offset) < ($1.element.name, $1.offset)
    }.map(\.element)
  }

  func onlyLabel() throws(Rejection) -> Label {
    guard labels.count == 1 else {
      throw Rejection(
        "label", given: labels.isEmpty ? "none" : "several", expected: "one action:cost:probability")
    }
    return labels[0]
  }

  private static func label(_ word: UnsafeRawBufferPointer) throws(Rejection) -> Label {
    let parts = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map {
      UnsafeRawBufferPointer(rebasing: $0)
    }
    guard parts.count == 3, let cost = parts[1].decimal, let probability = parts[2].decimal else {
      throw Rejection("label", given: "another form", expected: "action:cost:probability")
    }
    guard probability > 0, probability <= 1 else {
      throw Rejection("probability", given: "\(probability)", expected: "above 0 and at most 1")
    }
    return Label(action: parts[0].integer, cost: cost, probability: probability)
  }

  private mutating func readNamespace(_ bytes: UnsafeRawBufferPointer) throws(Rejection) {
    var words = bytes.words(limit: .max)[...]
    var space = ""
    if let first = bytes.first, first != 0x20, first != 0x09, let name = words.popFirst() {
      space = Self.unescaped(name.part(0..<(name.position(of: UInt8(ascii: ":")) ?? name.count)))
    }
    if space == "slot" {
      guard words.count == 1, let number = words.first?.integer, (0...1000).contains(number) else {
        throw Rejection("slot", given: "another form", expected: "one number from 0 to 1000")
      }
      return slot = number
    }
    let prefix = space.isEmpty || space == "s" || space == "a" ? "" : space + "^"
    for word in words {
      let colon = word.position(of: UInt8(ascii: ":"))
      let name = word.part(0..<(colon ?? word.count))
      if let equals = name.position(of: UInt8(ascii: "=")), colon == nil {
        let text = Self.unescaped(name.part(equals + 1..<name.count))
        let key = Self.unescaped(name.part(0..<equals))
        if key == "id", space == "a" {
          id = text
        } else {
          features.append(Feature(prefix + key, .category(text)))
        }
        continue
      }
      let value = colon.map { word.part($0 + 1..<word.count).decimal } ?? 1
      guard let value else {
        throw Rejection("value", given: "a text that is not a number", expected: "name:number")
      }
      features.append(Feature(prefix + Self.unescaped(name), .number(value)))
    }
  }

  private static func unescaped(_ bytes: UnsafeRawBufferPointer) -> String {
    guard bytes.contains(UInt8(ascii: "%")) else { return bytes.text }
    var (text, place) = ([UInt8](), 0)
    while place < bytes.count {
      if bytes[place] == UInt8(ascii: "%"), place + 2 < bytes.count,
        let value = UInt8(bytes.part(place + 1..<place + 3).text, radix: 16)
      {
        text.append(value)
        place += 3
      } else {
        text.append(bytes[place])
        place += 1
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
