internal import Learning
internal import StoreData

/// `shopkeeper layout log`
struct LayoutLogCommand: Command {
  static let name = "log"
  static let summary = "Print the events of a page, one JSON object a line: decisions, rewards, refreshes."
  static let details = [
    "Decision number n is named dn. A layout is the number of each widget's content, a context the number of each value, both from"
      + " 0 and in the order of layout.json. Reads the log as it is on the disk; a page that is in use may be looked at."
  ]
  static let examples = ["shopkeeper layout log --state page"]

  @Option(.layoutState) var folder: String

  func run(_ console: Console) throws {
    _ = try OpenLayout.page(in: folder)
    for event in try EventJournal.read(folder: folder) {
      try console.cancellation.check()
      try console.print(String(decoding: event, as: UTF8.self))
    }
  }
}
