/// Reads the arguments of one command into its options; collects everything that is wrong.
///
/// `--name value`, `--name=value`, `-k 10`, `-k10`, `--no-name`, several switches in one (`-qv`); `--` ends the
/// options. A value that begins with a dash is written `--name=-value`, except for numbers and `-` itself.
struct ArgumentReader {
  private let options: [String: any DeclaredArgument]
  private let shorts: [Character: any DeclaredArgument]
  private var positionals: [any DeclaredArgument]
  private let declared: [any DeclaredArgument]
  private var problems: [String] = []
  private(set) var wantsHelp = false

  init(_ declared: [any DeclaredArgument]) {
    self.declared = declared
    let named = declared.filter { !$0.isPositional }.map { ($0, $0.summary) }
    options = Dictionary(uniqueKeysWithValues: named.map { ($1.name, $0) })
    shorts = Dictionary(
      uniqueKeysWithValues: named.compactMap { option, summary in summary.short.map { ($0, option) } })
    positionals = declared.filter(\.isPositional)
  }

  /// Reads all arguments.
  ///
  /// - Throws: ``UsageError`` with every problem, unless help is wanted.
  mutating func read(_ arguments: [String], environment: [String: String]) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        while let text = rest.popFirst() { takePositional(text) }
      } else if argument.hasPrefix("--") {
        readLong(argument.dropFirst(2), &rest)
      } else if argument.hasPrefix("-"), argument != "-", !(isNumber(argument) && !positionals.isEmpty) {
        readShort(argument.dropFirst(), &rest)
      } else {
        takePositional(argument)
      }
    }
    for argument in declared {
      argument.settle(environment)
      let summary = argument.summary
      if summary.isRequired, !argument.isMentioned {
        problems.append("\(summary.displayNameWithValue) is missing: \(summary.help)")
      }
    }
    if !wantsHelp, !problems.isEmpty { throw UsageError(problems) }
  }

  private mutating func readLong(_ text: Substring, _ rest: inout ArraySlice<String>) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let attached = parts.count == 2 ? String(parts[1]) : nil
    if name == "help", attached == nil {
      wantsHelp = true
    } else if let option = options[name] {
      takeOption(option, as: "--\(name)", attached, &rest)
    } else if name.hasPrefix("no-"), let option = options[String(name.dropFirst(3))],
      option.summary.valueName == nil
    {
      if attached != nil {
        problems.append("--\(name) takes no value")
      } else {
        _ = option.take("false")
      }
    } else {
      let switches = options.values.map(\.summary).filter { $0.valueName == nil }
      let names = (options.keys + switches.map { "no-\($0.name)" } + ["help"]).sorted()
      problems.append(
        "unknown option --\(name.echoed)" + suggestion(for: name, among: names, prefix: "--"))
    }
  }

  private mutating func readShort(_ letters: Substring, _ rest: inout ArraySlice<String>) {
    var letters = letters
    while let letter = letters.popFirst() {
      if let option = shorts[letter] {
        if option.summary.valueName == nil {
          _ = option.take("true")
        } else {
          if letters.first == "=" { letters.removeFirst() }
          takeOption(option, as: "-\(letter)", letters.isEmpty ? nil : String(letters), &rest)
          return
        }
      } else if letter == "h" {
        wantsHelp = true
      } else {
        problems.append("unknown option -\(String(letter).echoed)" + adviceOnDash())
        return
      }
    }
  }

  private func adviceOnDash() -> String {
    positionals.isEmpty ? "" : "; write -- before a text that begins with a dash"
  }

  private mutating func takeOption(
    _ option: any DeclaredArgument, as name: String, _ attached: String?, _ rest: inout ArraySlice<String>
  ) {
    let summary = option.summary
    guard summary.valueName != nil else {
      if attached == nil { _ = option.take("true") } else { problems.append("\(name) takes no value") }
      return
    }
    var value = attached
    if value == nil, let next = rest.first, !next.hasPrefix("-") || next == "-" || isNumber(next) {
      value = rest.removeFirst()
    }
    guard let value else {
      option.isMentioned = true
      let advice = rest.first.map {
        $0.hasPrefix("--") ? "" : "; write \(name)=\($0.echoed) if that is meant"
      }
      problems.append("\(name) needs a value: \(summary.expected)" + (advice ?? ""))
      return
    }
    if !option.take(value) { problems.append(refusal(name, value, summary)) }
  }

  private mutating func takePositional(_ text: String) {
    guard let argument = positionals.first else {
      let hint = declared.contains(where: \.isPositional) ? "; put quotes around several words" : ""
      problems.append("unexpected argument \(text.echoed)" + hint)
      return
    }
    let summary = argument.summary
    if !argument.take(text) { problems.append(refusal(summary.name, text, summary)) }
    if !summary.repeats { positionals.removeFirst() }
  }

  private func refusal(_ name: String, _ given: String, _ summary: OptionSummary) -> String {
    var text = "\(name): given \(given.isEmpty ? "nothing" : given.echoed), expected \(summary.expected)"
    if case .words(let words) = summary.completion { text += suggestion(for: given, among: words) }
    return text
  }

  private func isNumber(_ text: String) -> Bool { Double(text) != nil }
}
