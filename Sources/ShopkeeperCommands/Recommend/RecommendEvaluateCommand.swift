internal import Bandits
internal import Learning
internal import PolicyEvaluation
internal import StoreData

/// `shopkeeper recommend evaluate`
struct RecommendEvaluateCommand: Command {
  static let name = "evaluate"
  static let summary = "Judge a policy by the log of another one, before it is shipped."
  static let details = [
    "Policies: uniform (every action equally often); frequency:FILE (the shares of another log, in each slot); the folder of a"
      + " model that `recommend train` wrote, which should have learned from another log.",
    "The answer is trusted, caution or refused. Refused means that the log cannot tell: its numbers are under `unsafe` and"
      + " must not be used. The exit code is 0 all the same, unless --require-trusted asks for 1.",
    "Estimators: ips, clipped (weights at most --clip), snips, dm (reward model alone), dr, sndr, switch_dr (weights above"
      + " --switch left to the model). The reward model is the mean reward in each cell and action, smoothed and"
      + " cross-fitted; cells are told apart by slot and by the features of --cell.",
  ]
  static let examples = [
    "shopkeeper recommend evaluate --log decisions.jsonl --policy uniform",
    "shopkeeper recommend evaluate --log random.csv.gz --format obd --policy frequency:bts.csv.gz --replay",
  ]

  let data = DecisionLogOptions()
  @Option("policy", .text("POLICY"), "The policy to judge.") var policy: String
  @Option("against", .text("POLICY"), "A policy to compare it with, may be repeated.") var against: [String]
  let recipe = EvaluationOptions()
  @Option("replay", .switch, "Also count the decisions that the policy would have made as logged.")
  var replays = false
  @Option("require-trusted", .switch, "End with exit code 1 unless the answer is trusted.")
  var requiresTrusted = false
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let evaluation = try recipe.evaluation()
    let (log, _) = try data.read(console, on: execution)
    let candidate = try policy(named: policy, console, execution)
    let report = try evaluation.evaluate(candidate, on: log, execution: execution)
    var comparisons: [(name: String, comparison: PolicyComparison)] = []
    for name in against {
      let other = try policy(named: name, console, execution)
      comparisons.append(
        (name, try evaluation.compare([candidate], with: other, on: log, execution: execution)[0]))
    }
    let replay = replays ? try ReplayEvaluation(log, candidate, recipe: evaluation) : nil
    let document = EvaluationDocument(
      report, shown: recipe.shown(report.estimates), replay: replay, comparisons: comparisons)
    if json {
      try console.print(json: document)
    } else {
      try document.print(on: console)
    }
    if requiresTrusted, report.status != .trusted {
      throw InvalidInput("status", given: report.status.rawValue, expected: "trusted")
    }
  }

  private func policy(
    named name: String, _ console: Console, _ execution: Execution
  ) throws -> any EvaluablePolicy {
    if name == "uniform" { return UniformPolicy() }
    let prefix = "frequency:"
    guard name.hasPrefix(prefix) else { return try RecommenderModel(contentsOf: name) }
    let path = String(name.dropFirst(prefix.count))
    return try FrequencyPolicy(try data.reading.read(path, data.format, console, on: execution).0)
  }
}
