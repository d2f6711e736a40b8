internal import Learning

/// A pattern that is searched for in time linear in the text, whatever the pattern: characters, `.`, classes `[a-z]`,
/// choices `|`, groups, repetition `*`, `+`, `?`, anchors `^` and `$`.
///
/// K. Thompson: "Regular Expression Search Algorithm", CACM 11(6), 1968: all states at once, never back.
struct LinearPattern: Sendable {
  private enum State: Sendable {
    case character([ClosedRange<Unicode.Scalar>], isNegated: Bool, next: Int)
    case split(Int, Int)
    case start(Int)
    case end(Int)
    case match
  }

  private var states: [State] = []
  private var first = 0

  /// The longest pattern, in characters.
  static let longest = 200

  /// Reads a pattern.
  ///
  /// - Throws: ``InvalidInput`` with the position of what is not understood.
  init(_ pattern: String) throws {
    var reader = Reader(scalars: Array(pattern.unicodeScalars))
    guard reader.scalars.count <= Self.longest else {
      throw InvalidInput(
        "pattern", given: "\(reader.scalars.count) characters", expected: "at most \(Self.longest)")
    }
    let tree = try reader.choice()
    if reader.place < reader.scalars.count { throw reader.error() }
    states = [.match]
    first = add(tree, next: 0)
  }

  /// Whether any part of a text matches.
  ///
  /// - Complexity: O(characters of the text · states)
  func matches(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    var current: [Int] = []
    var isIn = [Bool](repeating: false, count: states.count)
    for place in 0...scalars.count {
      enter(first, place, scalars.count, &current, &isIn)
      if isIn[0] { return true }
      guard place < scalars.count else { break }
      var following: [Int] = []
      var isNext = [Bool](repeating: false, count: states.count)
      for state in current {
        guard case .character(let ranges, let isNegated, let next) = states[state],
          ranges.contains(where: { $0.contains(scalars[place]) }) != isNegated
        else { continue }
        enter(next, place + 1, scalars.count, &following, &isNext)
      }
      (current, isIn) = (following, isNext)
      if isIn[0] { return true }
    }
    return false
  }

  private func enter(_ state: Int, _ place: Int, _ end: Int, _ list: inout [Int], _ isIn: inout [Bool]) {
    var waiting = [state]
    while let state = waiting.popLast() {
      if isIn[state] { continue }
      isIn[state] = true
      switch states[state] {
      case .split(let a, let b): waiting += [a, b]
      case .start(let next): if place == 0 { waiting.append(next) }
      case .end(let next): if place == end { waiting.append(next) }
      case .character, .match: list.append(state)
      }
    }
  }

  private mutating func add(_ tree: Tree, next: Int) -> Int {
    switch tree {
    case .empty: return next
    case .character(let ranges, let isNegated):
      states.append(.character(ranges, isNegated: isNegated, next: next))
    case .start: states.append(.start(next))
    case .end: states.append(.end(next))
    case .sequence(let parts): return parts.reversed().reduce(next) { add($1, next: $0) }
    case .choice(let parts):
      let starts = parts.map { add($0, next: next) }
      return starts.dropFirst().reduce(starts[0]) { other, start in
        states.append(.split(other, start))
        return states.count - 1
      }
    case .repeated(let part, let isOptional, let isEndless):
      guard isEndless else {
        let start = add(part, next: next)
        states.append(.split(start, next))
        return states.count - 1
      }
      let loop = states.count
      states.append(.split(next, next))
      let start = add(part, next: loop)
      states[loop] = .split(start, next)
      return isOptional ? loop : start
    }
    return states.count - 1
  }

  private indirect enum Tree {
    case empty, start, end
    case character([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    case sequence([Tree])
    case choice([Tree])
    case repeated(Tree, isOptional: Bool, isEndless: Bool)
  }

  private struct Reader {
    let scalars: [Unicode.Scalar]
    var place = 0
    var depth = 0

    func error() -> InvalidInput {
      InvalidInput(
        "pattern", given: "what is not understood at character \(place + 1)",
        expected: "characters, ., [a-z], |, (), *, +, ?, ^ and $")
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    mutating func choice() throws -> Tree {
      depth += 1
      guard depth <= 50 else { throw error() }
      defer { depth -= 1 }
      var parts = [try sequence()]
      while next == "|" {
        place += 1
        parts.append(try sequence())
      }
      return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws -> Tree {
      var parts: [Tree] = []
      while let scalar = next, scalar != "|", scalar != ")" {
        var part = try atom()
        while let sign = next, sign == "*" || sign == "+" || sign == "?" {
          place += 1
          part = .repeated(part, isOptional: sign != "+", isEndless: sign != "?")
        }
        parts.append(part)
      }
      return parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func atom() throws -> Tree {
      guard let scalar = next else { throw error() }
      switch scalar {
      case "(":
        place += 1
        let inner = try choice()
        guard next == ")" else { throw error() }
        place += 1
        return inner
      case "[": return try characterClass()
      case "*", "+", "?", "{", "}", "]", "\\": throw error()
      case "^", "$":
        place += 1
        return scalar == "^" ? .start : .end
      case ".":
        place += 1
        return .character([], isNegated: true)
      default:
        place += 1
        return .character([scalar...scalar], isNegated: false)
      }
    }

    private mutating func characterClass() throws -> Tree {
      place += 1
      let isNegated = next == "^"
      if isNegated { place += 1 }
      var ranges: [ClosedRange<Unicode.Scalar>] = []
      while let low = next, low != "]" {
        place += 1
        guard next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else {
          ranges.append(low...low)
          continue
        }
        guard low <= scalars[place + 1] else { throw error() }
        ranges.append(low...scalars[place + 1])
        place += 2
      }
      guard next == "]", !ranges.isEmpty else { throw error() }
      place += 1
      return .character(ranges, isNegated: isNegated)
    }
  }
}
