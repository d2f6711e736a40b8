/// `shopkeeper man`
struct ManCommand: Command {
  static let name = "man"
  static let summary = "Print the manual page in roff."
  static let examples = ["shopkeeper man | man -l -"]

  func run(_ console: Console) throws {
    try console.write(CommandTable.shopkeeper.manualPage())
  }
}
