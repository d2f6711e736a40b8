/// The commands of a program: nouns with verbs, and commands that stand alone.
struct CommandTable: Sendable {
  /// One line of the table.
  enum Entry: Sendable {
    /// A noun, its summary, and its verbs.
    case noun(String, String, [any Command.Type])
    /// A command without a noun.
    case command(any Command.Type)

    /// The first word.
    var name: String {
      switch self {
      case .noun(let name, _, _): name
      case .command(let type): type.name
      }
    }

    /// One sentence.
    var summary: String {
      switch self {
      case .noun(_, let summary, _): summary
      case .command(let type): type.summary
      }
    }
  }

  /// The program's name.
  let program: String

  /// One sentence.
  let summary: String

  /// The lines, in the order in which help shows them.
  let entries: [Entry]

  /// Creates a table.
  init(_ program: String, _ summary: String, _ entries: [Entry]) {
    self.program = program
    self.summary = summary
    self.entries = entries
  }

  /// Every command with its words: `["search", "query"]`.
  var commands: [(words: [String], type: any Command.Type)] {
    entries.flatMap { entry -> [(words: [String], type: any Command.Type)] in
      switch entry {
      case .command(let type): [([type.name], type)]
      case .noun(let noun, _, let verbs): verbs.map { ([noun, $0.name], $0) }
      }
    }
  }

  /// What a command line asks for.
  enum Request {
    /// To show a text.
    case text(String)
    /// To run a command, named by its words.
    case run(any Command, words: String)
  }

  /// Understands a command line.
  ///
  /// - Throws: ``UsageError`` with everything that is wrong.
  func request(_ arguments: [String], environment: [String: String] = [:]) throws -> Request {
    guard let first = arguments.first else { return .text(overview()) }
    switch first {
    case "--help", "-h": return .text(overview())
    case "--version": return .text(versionLine + "\n")
    default: break
    }
    guard let entry = entries.first(where: { $0.name == first }) else {
      let place = first.hasPrefix("-") ? "; options come after the command" : ""
      throw UsageError(
        "unknown command \(first.echoed)"
          + (place.isEmpty ? suggestion(for: first, among: entries.map(\.name)) : place))
    }
    switch entry {
    case .command(let type):
      return try request(type, words: [type.name], Array(arguments.dropFirst()), environment)
    case .noun(let noun, _, let verbs):
      guard arguments.count > 1 else {
        throw usage("\(noun) needs a verb: \(verbs.map { $0.name }.joined(separator: ", "))", noun)
      }
      let verb = arguments[1]
      if verb == "--help" || verb == "-h" { return .text(help(ofNoun: entry)) }
      guard let type = verbs.first(where: { $0.name == verb }) else {
        throw usage(
          "unknown verb \(noun) \(verb.echoed)" + suggestion(for: verb, among: verbs.map { $0.name }), noun)
      }
      return try request(type, words: [noun, verb], Array(arguments.dropFirst(2)), environment)
    }
  }

  private func request(
    _ type: any Command.Type, words: [String], _ arguments: [String], _ environment: [String: String]
  ) throws -> Request {
    let command = type.init()
    var reader = ArgumentReader(command.declared)
    do {
      try reader.read(arguments, environment: environment)
    } catch var error as UsageError {
      error.command = words.joined(separator: " ")
      throw error
    }
    if reader.wantsHelp { return .text(help(of: type, words: words)) }
    return .run(command, words: words.joined(separator: " "))
  }

  private func usage(_ problem: String, _ command: String) -> UsageError {
    var error = UsageError(problem)
    error.command = command
    return error
  }
}
