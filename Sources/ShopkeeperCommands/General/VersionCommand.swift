/// The version of this program, as in CHANGELOG.md.
let programVersion = "0.1.0"

extension CommandTable {
  /// Program and version.
  var versionLine: String { "\(program) \(programVersion)" }
}

/// `shopkeeper version`
struct VersionCommand: Command {
  static let name = "version"
  static let summary = "Print the version."

  @Option(.json) var json: Bool

  func run(_ console: Console) throws {
    if json {
      try console.print(json: ["version": programVersion])
    } else {
      try console.print(CommandTable.shopkeeper.versionLine)
    }
  }
}
