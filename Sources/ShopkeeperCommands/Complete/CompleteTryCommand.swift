internal import Glibc
internal import Learning
internal import QueryCompletion

/// `shopkeeper complete try`
struct CompleteTryCommand: Command {
  static let name = "try"
  static let summary = "Type, and see the suggestions change with every key."
  static let details = [
    "Enter searches what is typed and makes it part of the session; Ctrl-C or Ctrl-D ends. Where standard input is no"
      + " terminal, each line is a prefix."
  ]
  static let examples = ["shopkeeper complete try --model shop/models/complete"]

  @Option("limit", short: "k", .integer(1...100), "How many suggestions to give.") var limit = 8
  @Option(.model(named: "complete")) var model: String

  func run(_ console: Console) throws {
    let model = try CompletionModel(contentsOf: model)
    guard isatty(STDIN_FILENO) == 1 else {
      while let line = readLine() {
        try show(model.complete(CompletionRequest(line, limit: limit)), line, console)
      }
      return
    }
    var settings = termios()
    tcgetattr(STDIN_FILENO, &settings)
    let before = settings
    settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    defer {
      var before = before
      tcsetattr(STDIN_FILENO, TCSANOW, &before)
    }
    var (typed, history) = ([UInt8](), [String]())
    try redraw(model, typed, history, console)
    while !console.cancellation.isCancelled {
      var byte: UInt8 = 0
      guard read(STDIN_FILENO, &byte, 1) == 1, byte != 4 else { break }
      switch byte {
      case 10, 13:
        let text = String(decoding: typed, as: UTF8.self)
        if !text.isEmpty { history.append(text) }
        typed = []
      case 8, 127:
        while let last = typed.popLast(), last & 0xC0 == 0x80 {}
      case 32...: typed.append(byte)
      default: continue
      }
      try redraw(model, typed, history, console)
    }
  }

  private func redraw(_ model: CompletionModel, _ typed: [UInt8], _ history: [String], _ console: Console)
    throws
  {
    let text = String(decoding: typed, as: UTF8.self)
    // Clears the screen and puts the cursor into its corner.
    try console.write("\u{1B}[2J\u{1B}[H")
    if !history.isEmpty { try console.print("after: " + history.map(\.printable).joined(separator: " > ")) }
    try show(model.complete(CompletionRequest(text, after: history, limit: limit)), text, console)
    try console.finish()
  }

  private func show(_ list: CompletionList, _ typed: String, _ console: Console) throws {
    try console.print("> \(typed.printable)")
    for suggestion in list.suggestions {
      let tier = suggestion.tier == .exact ? "" : "  (\(suggestion.tier.rawValue))"
      try console.print("  \(suggestion.text.printable)\(tier)")
    }
  }
}
