internal import DynamicChoice
internal import Learning
internal import LinearAlgebra
internal import StoreData

/// The panel and the model file that commands about choices read.
struct MembershipDataOptions: OptionGroup {
  @Option("panel", .file(), "Choices of customers month by month: CSV, also .gz.") var panel: String
  @Option("model", .file(), "What the columns mean and what is estimated: JSON.") var model: String
  @Option("allow-gaps", .switch, "Accept panels in which many months are missing.") var allowGaps = false

  /// Reads both; a segment is a column of the panel that divides the customers.
  func read(segment: String? = nil) throws -> (file: ChoiceModelFile, panel: ChoicePanel) {
    let file = try ChoiceModelFile(contentsOf: model)
    var layout = file.layout
    layout.segment = segment
    return (file, try ChoicePanel.read(contentsOf: panel, layout: layout, allowsGaps: allowGaps))
  }
}

extension ChoiceModelFile {
  /// Reads a model file.
  init(contentsOf path: String) throws { try self.init(JSONValue(fileAt: path)) }
}

extension JSONValue {
  /// Reads a small JSON document.
  init(fileAt path: String) throws {
    let file = try MappedFile(path: path)
    guard file.count <= 16 << 20 else {
      throw FileFormatError(
        path: path, given: "\(file.count) bytes", expected: "at most 16 MiB", advice: "Give a JSON document.")
    }
    do {
      self = try file.withUnsafeBytes { try JSONValue(parsing: $0) }
    } catch {
      throw FileFormatError(
        path: path, given: "text that is not JSON", expected: "one JSON document",
        advice: "Check brackets, commas and quotes.")
    }
  }
}

extension PanelReport {
  /// What a user should know of the panel, one sentence a line.
  func notes(allowed file: ChoiceModelFile) -> [String] {
    var notes: [String] = []
    if gaps > 0 { notes.append("\(gaps.counted("gap")) between months: no transition is taken over them") }
    for (rule, count) in forbidden.sorted(by: { $0.key < $1.key }) {
      notes.append(
        "\(count.counted("move")) that the model forbids (\(rule)): kept as choices, left out of transitions")
    }
    for name in common {
      notes.append(
        "\(name) is the same for all customers in each month: its chain has only as many moves as months")
    }
    if case .membership(let model) = file.kind, model.discount > 0.9995 {
      notes.append("a discount above .9995 a month multiplies errors of rewards by 1/(1 - discount)")
    }
    if case .action(let action)? = file.anchor?.weighting, file.actions[action].months > 1 {
      notes.append(
        "the anchor \(file.actions[action].name) lasts \(file.actions[action].months.counted("month")): values go on with the"
          + " discount of that time")
    }
    return notes
  }
}

extension ChoiceEstimate {
  /// A share of probabilities that were raised to the floor above this is told.
  private static let tellingFlooredShare = 0.01

  /// What a user should know of the probabilities that rewards come from; nil where nothing.
  var flooredNote: String? {
    guard case .rewards(let rewards) = result else { return nil }
    let share = Double(rewards.diagnostics.floored) / Double(max(1, rewards.policy.count))
    guard share > Self.tellingFlooredShare else { return nil }
    return
      "\((100 * share).fixed(1)) % of the choice probabilities were 0 and raised to \(rewards.recipe.floor): the rewards of"
      + " what was not chosen rest on that; use a policy that shrinks"
  }
}
