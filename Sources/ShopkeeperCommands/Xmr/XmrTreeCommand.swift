internal import ExtremeRanking
internal import Learning
internal import LinearAlgebra

/// `shopkeeper xmr tree`
struct XmrTreeCommand: Command {
  static let name = "tree"
  static let summary = "Print where each label hangs in a model's tree."
  static let details = [
    "One line a label: its path of node numbers from the root, a tab, its name. With --json the nodes of each level"
      + " with their children instead."
  ]
  static let examples = ["shopkeeper xmr tree | sort | head"]

  @Option(.model(named: "xmr")) var model: String
  @Option("number", .integer(1...100), "Which tree of an ensemble.") var number = 1
  @Option(.json) var json: Bool

  func run(_ console: Console) throws {
    let model = try console.openExtremeRanking(model)
    guard number <= model.trees.members.count else {
      throw InvalidInput(
        "number", given: number, expected: "at most \(model.trees.members.count), as many as trees")
    }
    let member = try model.trees.members[number - 1].merging()
    let tree = member.tree
    if json { return try console.print(json: tree.description { model.name(of: $0) }) }
    for (position, path) in tree.paths().enumerated() where !member.isRemoved(Int(tree.labels[position])) {
      let name = model.name(of: Int(tree.labels[position])).printable
      try console.print(path.map { "\($0)" }.joined(separator: "/") + "\t" + name)
    }
  }
}
