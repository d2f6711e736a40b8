internal import Bandits
internal import Learning
internal import StoreData

/// `shopkeeper layout reward`
struct LayoutRewardCommand: Command {
  static let name = "reward"
  static let summary = "Record what came of decisions; each kind of reward counts once."
  static let details = [
    "Applied: counts from the next refresh on. Duplicate: was there already. Parked: no such decision yet. Recorded: of a kind that"
      + " is not learned from. A file has one object a line: {\"decision_id\",\"kind\",\"value\",\"time\"}, the last three optional."
  ]
  static let examples = [
    "shopkeeper layout reward --state page --decision d17",
    "shopkeeper layout reward --state page --file rewards.jsonl",
  ]

  @Option(.layoutState) var folder: String
  @Option("decision", .text("ID"), "The decision.") var decision: String?
  @Option("file", .file(), "Rewards, one a line.") var file: String?
  @Option("kind", .text("NAME"), "What happened.") var kind = "conversion"
  @Option("value", .number(0...1), "1 for a conversion.") var value = 1.0
  @Option("refresh", .switch, "Let the model learn now instead of when its batch is over.") var refreshes =
    false
  @Option(.json) var json: Bool

  private struct Line: Decodable {
    let decision_id: String
    let kind: String?
    let value: Double?
    let time: Int64?
  }

  func run(_ console: Console) throws {
    guard (decision == nil) != (file == nil) else { throw UsageError("give one of: --decision, --file") }
    let now = OpenLayout.now
    var rewards: [LayoutReward] = []
    if let decision {
      rewards = [LayoutReward(decision: decision, kind: kind, value: value, time: now)]
    } else if let file {
      let lines = try TextLines.read(contentsOf: file).value.lines
      for (number, line) in lines.enumerated() {
        guard let read = try? JSONValue(parsing: line.utf8).decoded(as: Line.self),
          (read.value ?? 1).isFinite
        else {
          throw InvalidInput(
            "\(file), line \(number + 1)", given: "another document",
            expected: #"{"decision_id":"d1","kind":"conversion","value":1,"time":0}"#)
        }
        rewards.append(
          LayoutReward(
            decision: read.decision_id, kind: read.kind ?? kind, value: read.value ?? 1,
            time: read.time ?? now))
      }
    }
    let open = try OpenLayout(folder, console)
    var receipts: [String: Int] = [:]
    for reward in rewards { receipts[open.state.reward(reward).rawValue, default: 0] += 1 }
    if refreshes { open.state.refresh(time: now) } else { try open.refreshIfDue(now: now) }
    try open.state.commit()
    if json { return try console.print(json: receipts) }
    let parts = receipts.sorted { $0.key < $1.key }.map { "\($0.value.grouped) \($0.key)" }
    try console.print(parts.isEmpty ? "no reward given" : parts.joined(separator: ", "))
  }
}
