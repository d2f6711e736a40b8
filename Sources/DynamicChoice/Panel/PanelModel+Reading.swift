public import Learning

extension PanelModel {
  /// States that a panel may have at the most.
  static let largestStateCount = 2_000_000

  /// Reads a model of `"kind": "panel"`.
  ///
  /// - Throws: ``InvalidInput`` listing everything that is wrong.
  public init(_ document: JSONValue) throws {
    var root = ModelFields(document, at: "")
    let horizon = root.has("horizon") ? root.integer("horizon", in: 1...100_000) : nil
    let discount = ChoiceModelFile.discount(&root, allowsOne: horizon != nil)
    var titles = root.object("columns")
    let columns = (titles.text("customer"), titles.text("time"), titles.text("action"))
    root.take(titles)
    let state = Self.columns(&root)
    let actions = Self.actions(&root)
    if state.reduce(1, { min($0 * $1.levels, Self.largestStateCount + 1) }) * (horizon ?? 1)
      > Self.largestStateCount
    {
      root.fail(
        "state", given: "more than \(Self.largestStateCount) states",
        expected: "at most \(Self.largestStateCount)")
    }
    let transitions = Self.transitions(&root, state, actions)
    let features = Self.features(&root, state, actions)
    let anchor = Self.anchor(&root, state, actions)
    try root.problems.throwIfAny()
    self.init(
      columns: columns, discount: discount, state: state, actions: actions, transitions: transitions,
      horizon: horizon, anchor: anchor, features: features)
  }

  private static func columns(_ root: inout ModelFields) -> [PanelLayout.Column] {
    let columns = root.objects("state").map { fields in
      var fields = fields
      let name = fields.text("name")
      var content = PanelLayout.Column.Content.integers(0...0)
      if fields.has("values") {
        let values = fields.numbers("values")
        if values.isEmpty || Set(values).count != values.count {
          fields.fail("values", given: "\(values.count) values", expected: "different numbers, 1 or more")
        }
        content = .values(values.isEmpty ? [0] : values)
      } else {
        let low = fields.integer("from", in: -1_000_000...1_000_000)
        let high = fields.integer("to", in: low...low + largestStateCount)
        content = .integers(low...high)
      }
      root.take(fields)
      return PanelLayout.Column(name: name, content: content)
    }
    if columns.isEmpty { root.fail("state", given: "no column", expected: "1 or more") }
    if Set(columns.map(\.name)).count != columns.count {
      root.fail("state", given: "a name that comes twice", expected: "different names")
    }
    return columns
  }

  private static func actions(_ root: inout ModelFields) -> [Action] {
    let actions = root.objects("actions").map { fields in
      var fields = fields
      let name = fields.text("name")
      let months = fields.integer("months", in: 1...1200, default: 1)
      var code: String?
      switch fields.value("code") {
      case nil: break
      case .string(let text)?: code = text
      case let value?:
        code = value.number.map { Int(exactly: $0).map { "\($0)" } ?? "\($0)" }
        if code == nil { fields.fail("code", given: value.kind, expected: "a number or a text") }
      }
      root.take(fields)
      return Action(action: ChoiceAction(name, months: months), code: code)
    }
    if actions.count < 2 { root.fail("actions", given: "\(actions.count)", expected: "2 or more") }
    let texts = actions.flatMap { Array(Set([$0.action.name, $0.code ?? $0.action.name])) }
    if Set(texts).count != texts.count {
      root.fail("actions", given: "a name or code that comes twice", expected: "different names and codes")
    }
    return actions
  }

  private static func transitions(
    _ root: inout ModelFields, _ state: [PanelLayout.Column], _ actions: [Action]
  ) -> Transitions {
    var fields = root.object("transitions")
    defer { root.take(fields) }
    switch fields.text("kind") {
    case "counts": return .counts
    case "increment":
      let column = fields.text("column")
      if state.count != 1 || state.first?.name != column {
        fields.fail("column", given: column, expected: "the only column of the state")
      }
      var resets = [Int?](repeating: nil, count: actions.count)
      if fields.has("reset") {
        var inner = fields.object("reset")
        for key in inner.keys {
          let value = inner.number(key)
          let place = actions.firstIndex { $0.action.name == key }
          let level = state.first?.code(of: value)
          if let place, let level {
            resets[place] = Int(level)
          } else {
            inner.fail(
              key, given: "\(value)", expected: "a value of \(column) under the name of an action")
          }
        }
        fields.take(inner)
      }
      return .increment(resets: resets)
    case "rules":
      var inner = fields.object("rules")
      let rules = actions.map { action -> [Rule] in
        guard inner.has(action.action.name) else { return [] }
        var change = inner.object(action.action.name)
        let rules = change.keys.compactMap { rule($0, &change, state) }
        inner.take(change)
        return rules
      }
      for key in inner.keys where !actions.contains(where: { $0.action.name == key }) {
        inner.fail(key, given: "an unknown action", expected: "the name of an action")
      }
      fields.take(inner)
      return .rules(rules)
    case let other:
      fields.fail("kind", given: other, expected: "counts, increment or rules")
      return .counts
    }
  }

  private static func rule(_ key: String, _ fields: inout ModelFields, _ state: [PanelLayout.Column]) -> Rule?
  {
    let text = fields.text(key)
    if let column = state.firstIndex(where: { $0.name == key }) {
      if text.first == "=", let value = Double(text.dropFirst()), let level = state[column].code(of: value) {
        return Rule(column: column, change: .to(Int(level)))
      }
      if let step = Int(text), text.first == "+" || text.first == "-" {
        return Rule(column: column, change: .by(step))
      }
    }
    fields.fail(key, given: text, expected: "\"+1\", \"-1\" or \"=v\" for a column of the state")
    return nil
  }

  private static func features(
    _ root: inout ModelFields, _ state: [PanelLayout.Column], _ actions: [Action]
  ) -> [Feature] {
    root.objects("features").map { fields in
      var fields = fields
      let name = fields.text("name")
      let action = fields.text("action")
      let place = actions.firstIndex { $0.action.name == action }
      if place == nil {
        fields.fail(
          "action", given: action, expected: "one of \(actions.map(\.action.name).joined(separator: ", "))")
      }
      let listed = fields.has("terms") ? fields.objects("terms") : []
      let terms = listed.map { term -> Term in
        var term = term
        let column = term.text("column")
        let at = state.firstIndex { $0.name == column }
        if at == nil {
          term.fail("column", given: column, expected: "one of \(state.map(\.name).joined(separator: ", "))")
        }
        let result = Term(
          column: at ?? 0, minus: term.number("minus", default: 0),
          power: term.integer("power", in: 1...10, default: 1),
          equals: term.has("equals") ? term.number("equals") : nil)
        fields.take(term)
        return result
      }
      let scale = fields.number("scale", default: 1)
      root.take(fields)
      return Feature(name: name, action: place ?? 0, scale: scale, terms: terms)
    }
  }

  private static func anchor(
    _ root: inout ModelFields, _ state: [PanelLayout.Column], _ actions: [Action]
  ) -> Anchor? {
    guard root.has("anchor") else { return nil }
    var fields = root.object("anchor")
    defer { root.take(fields) }
    let action = fields.text("action")
    guard let place = actions.firstIndex(where: { $0.action.name == action }) else {
      fields.fail(
        "action", given: action, expected: "one of \(actions.map(\.action.name).joined(separator: ", "))")
      return nil
    }
    if case .array? = fields.value("reward") {
      let table = fields.numbers("reward")
      let states = state.reduce(1) { min($0 * $1.levels, largestStateCount + 1) }
      if table.count != states {
        fields.fail("reward", given: "\(table.count) numbers", expected: "1 or \(states), one for each state")
      }
      return Anchor(.action(place), reward: table)
    }
    return .action(place, reward: fields.number("reward", default: 0))
  }
}
