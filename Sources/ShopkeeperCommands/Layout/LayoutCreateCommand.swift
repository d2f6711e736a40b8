internal import Bandits
internal import FoundationEssentials
internal import Learning
internal import LinearAlgebra
internal import StoreData

/// `shopkeeper layout create`
struct LayoutCreateCommand: Command {
  static let name = "create"
  static let summary = "Begin a page whose layout learns."
  static let details = [
    "The description names widgets and their contents; context features, forbidden combinations, requirements, model"
      + " (automatic, interactions, mainEffects), batch (a time such as 1h, or a number of decisions, after which the model is"
      + " refreshed), floor (least probability of each layout) and seed may be absent."
  ]
  static let examples = ["shopkeeper layout create --spec layout.json --state page"]

  @Option("spec", .file(), "The description of the page (JSON).") var spec: String
  @Option("state", .folder(), "The folder to make; it must not hold a page yet.") var folder: String
  @Option(.json) var json: Bool

  func run(_ console: Console) throws {
    struct Summary: Encodable {
      let widgets, features: Int
      let layouts: Int?
      let state: String
    }
    let page = try LayoutPage(contentsOf: spec)
    let policy = try page.policy()
    if case .infeasible(let conflict) = policy.space.feasibility() {
      throw InvalidInput(
        spec, given: "constraints that allow no layout: \(conflict.joined(separator: ", "))",
        expected: "at least one allowed layout", advice: "Drop one of them.")
    }
    let description = folder + "/layout.json"
    guard !FileManager.default.fileExists(atPath: description) else {
      throw InvalidInput(folder, given: "a folder that holds a page", expected: "a new folder")
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw InvalidInput(
        folder, given: "a folder that cannot be made", expected: "a path that can be written")
    }
    let text = try JSONValue(encoding: page).text(indented: true) + "\n"
    let sink = try ByteSink(path: description)
    try sink.write(text)
    try sink.finish()
    let space = policy.space
    let summary = Summary(
      widgets: space.widgets.count, features: space.featureCount, layouts: space.layoutCount, state: folder)
    if json { return try console.print(json: summary) }
    let layouts = space.layoutCount.map { $0.counted("layout") } ?? "too many layouts to list"
    try console.print("\(space.widgets.count.counted("widget")), \(layouts); written to \(folder)")
  }
}
