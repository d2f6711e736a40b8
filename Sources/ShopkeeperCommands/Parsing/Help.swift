extension CommandTable {
  /// What the program prints without arguments.
  func overview() -> String {
    var lines = [summary, "", "Usage: \(program) <command> [options]", "", "Commands:"]
    lines += columns(
      entries.map { entry in
        switch entry {
        case .noun(let noun, let summary, let verbs):
          (noun, "\(summary) Verbs: \(verbs.map { $0.name }.joined(separator: ", ")).")
        case .command(let type): (type.name, type.summary)
        }
      })
    lines += ["", "'\(program) <command> --help' explains a command, '\(program) man' is the manual."]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The help of a noun.
  func help(ofNoun entry: Entry) -> String {
    guard case .noun(let noun, let summary, let verbs) = entry else { return "" }
    let lines =
      [summary, "", "Usage: \(program) \(noun) <verb> [options]", "", "Verbs:"]
      + columns(verbs.map { ($0.name, $0.summary) })
      + ["", "'\(program) \(noun) <verb> --help' explains a verb."]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The help of a command.
  func help(of type: any Command.Type, words: [String]) -> String {
    let summaries = type.summaries
    let arguments = summaries.filter(\.isPositional)
    let options = summaries.filter { !$0.isPositional }
    var lines = [type.summary, "", "Usage: \(synopsis(of: type, words: words))"]
    if !arguments.isEmpty {
      lines += ["", "Arguments:"] + columns(arguments.map { ($0.name, $0.helpWithNotes) })
    }
    let shown = options.map { option in
      ((option.short.map { "-\($0), " } ?? "    ") + option.displayNameWithValue, option.helpWithNotes)
    }
    lines += ["", "Options:"] + columns(shown + [("-h, --help", "Show this help.")])
    if !type.examples.isEmpty { lines += ["", "Examples:"] + type.examples.map { "  $ \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The command with its required options and its arguments.
  func synopsis(of type: any Command.Type, words: [String]) -> String {
    let summaries = type.summaries
    let required = summaries.filter { !$0.isPositional && $0.isRequired }.map(\.displayNameWithValue)
    let optional = summaries.contains { !$0.isPositional && !$0.isRequired } ? ["[options]"] : []
    let arguments = summaries.filter(\.isPositional).map { argument in
      let name = argument.name + (argument.repeats ? "..." : "")
      return argument.isRequired ? name : "[\(name)]"
    }
    return ([program] + words + required + optional + arguments).joined(separator: " ")
  }
}

extension OptionSummary {
  /// The sentence with what is allowed and the default: `How many results to give. [1 to 1000, default 10]`.
  var helpWithNotes: String {
    var notes = [range].compactMap(\.self)
    if isRequired, !isPositional { notes.append("required") }
    if repeats, !isPositional { notes.append("may be repeated") }
    if let defaultText { notes.append("default \(defaultText)") }
    return notes.isEmpty ? help : "\(help) [\(notes.joined(separator: ", "))]"
  }
}

/// Two columns, the second one wrapped so that lines stay within 80 characters.
private func columns(_ rows: [(left: String, right: String)]) -> [String] {
  let width = min(28, rows.map(\.left.count).max() ?? 0)
  return rows.flatMap { row -> [String] in
    let wrapped = wrap(row.right, columns: 80 - width - 4)
    let pad = String(repeating: " ", count: width + 4)
    let left = "  \(row.left)"
    guard row.left.count <= width else { return [left] + wrapped.map { pad + $0 } }
    let first = left + String(repeating: " ", count: width + 4 - left.count) + (wrapped.first ?? "")
    return [first] + wrapped.dropFirst().map { pad + $0 }
  }
}

/// The words of a text in lines of at most `columns` characters, unless a word is longer.
private func wrap(_ text: String, columns: Int) -> [String] {
  var lines: [String] = []
  for word in text.split(separator: " ") {
    if let last = lines.last, last.count + 1 + word.count <= columns {
      lines[lines.count - 1] = "\(last) \(word)"
    } else {
      lines.append(String(word))
    }
  }
  return lines
}
