import Learning
import Probability
import TestSupport
import Testing

@testable import DynamicChoice

struct PanelModelTests {
  private static func model(
    _ transitions: String, state: String = #"[{"name":"x","from":0,"to":5}]"#, more: String = ""
  ) throws -> PanelModel {
    let text = """
      {"kind":"panel","discount":0.9,"columns":{"customer":"id","time":"t","action":"a"},"state":\(state),
       "actions":[{"name":"stop","code":0},{"name":"go","code":1}],"transitions":\(transitions),\(more)
       "anchor":{"action":"stop"},
       "features":[{"name":"cost","action":"go","scale":-0.5,"terms":[{"column":"x","power":2,"minus":1}]},
                   {"name":"first","action":"go","terms":[{"column":"x","equals":0}]}]}
      """
    return try PanelModel(JSONValue(parsing: Array(text.utf8)))
  }

  private func rows(_ list: [(Int32, Int32, Int32, Int32)]) throws -> ChoicePanel {
    var rows = PanelRows(stateColumns: 1)
    rows.customers = list.map { $0.0 }
    rows.months = list.map { $0.1 }
    rows.states = [list.map { $0.2 }]
    rows.actions = list.map { $0.3 }
    return try ChoicePanel(rows)
  }

  @Test func `features are products of terms on their action`() throws {
    let model = try Self.model(#"{"kind":"counts"}"#)
    let (data, _) = try model.data(rows([(1, 1, 2, 0), (1, 2, 3, 1)]))
    let features = data.problem.features
    #expect(features.names == ["cost", "first"])
    #expect(Array(features.values[12..<18]) == [-0.5, 0, -0.5, -2, -4.5, -8])
    #expect(Array(features.values[18..<24]) == [1, 0, 0, 0, 0, 0])
    #expect(features.values[0..<12].allSatisfy { $0 == 0 })
  }

  @Test func `increments are counted from the reset, and moves down without one are left out`() throws {
    let model = try Self.model(#"{"kind":"increment","column":"x","reset":{"go":1}}"#)
    let (data, report) = try model.data(
      rows([(1, 1, 0, 0), (1, 2, 2, 0), (1, 3, 2, 1), (1, 4, 2, 0), (1, 5, 0, 0)]))
    #expect(report.forbidden == ["stop down": 1])
    let thirds = [Double](repeating: 1.0 / 3, count: 3)
    #expect(data.dynamics!.rows[0].probabilities == thirds)
    #expect(data.problem.transitions is IncrementTransitions && data.counts.total == 5)
  }

  @Test func `rules move and clamp, and what breaks them is counted`() throws {
    let model = try Self.model(#"{"kind":"rules","rules":{"go":{"x":"+2"},"stop":{"x":"=0"}}}"#)
    let (data, report) = try model.data(rows([(1, 1, 4, 1), (1, 2, 5, 0), (1, 3, 3, 0)]))
    #expect(report.forbidden == ["stop": 1])
    let go = World.dense(data.problem.transitions)[1]
    #expect((0..<6).map { s in (0..<6).first { go[s * 6 + $0] == 1 } } == [2, 3, 4, 5, 5, 5])
  }

  @Test func `a horizon makes the period part of the state, and a discount of 1 is allowed then`() throws {
    let model = try Self.model(
      #"{"kind":"rules","rules":{"go":{"x":"+1"}}}"#, more: #""horizon":3,"#)
    let (data, _) = try model.data(rows([(1, 1, 0, 1), (1, 2, 1, 1), (1, 3, 2, 0)]))
    #expect(data.problem.stateCount == 18 && data.problem.transitions.ends)
    // A x (period, x): go in period 2 at x = 1.
    #expect(data.counts.values[18 + 6 + 1] == 1 && data.counts.values[12 + 2] == 1)
    #expect(throws: InvalidInput("panel, row 1, t", given: "4", expected: "at most 3, the last period")) {
      try model.data(rows([(1, 4, 0, 1)]))
    }
  }

  @Test func `counts become shares, and what was never seen stays`() throws {
    let model = try Self.model(#"{"kind":"counts"}"#)
    let (data, _) = try model.data(
      rows([(1, 1, 0, 1), (1, 2, 1, 1), (1, 3, 5, 0), (2, 1, 0, 1), (2, 2, 2, 0)]))
    let go = World.dense(data.problem.transitions)[1]
    #expect(Array(go[0..<6]) == [0, 0.5, 0.5, 0, 0, 0] && go[3 * 6 + 3] == 1)
  }

  @Test func `everything wrong with a model is said at once`() throws {
    let text = """
      {"kind":"panel","discount":1,"columns":{"customer":"id","time":"t","action":"a"},
       "state":[{"name":"x","from":3,"to":1},{"name":"x","values":[1,1]}],
       "actions":[{"name":"stop"},{"name":"stop"}],"transitions":{"kind":"magic"},
       "features":[{"name":"f","action":"fly","terms":[{"column":"y"}]}]}
      """
    do {
      _ = try ChoiceModelFile(JSONValue(parsing: Array(text.utf8)))
      Issue.record("accepted")
    } catch let error as InvalidInput {
      #expect(
        error.violations.map(\.description) == [
          "discount: given 1.0, expected 0 to 0.99999 (1 only with a horizon)",
          "state[0].to: given 1.0, expected an integer from 3 to 2000003",
          "state[1].values: given 2 values, expected different numbers, 1 or more",
          "state: given a name that comes twice, expected different names",
          "actions: given a name or code that comes twice, expected different names and codes",
          "transitions.kind: given magic, expected counts, increment or rules",
          "features[0].action: given fly, expected one of stop, stop",
          "features[0].terms[0].column: given y, expected one of x, x",
        ])
    }
  }

  @Test func `features that would not fit into memory are refused before anything is stored`() throws {
    let features = (0..<200).map { "{\"name\":\"f\($0)\",\"action\":\"go\"}" }.joined(separator: ",")
    let text = """
      {"kind":"panel","discount":0.9,"columns":{"customer":"id","time":"t","action":"a"},
       "state":[{"name":"x","from":0,"to":999999}],"actions":[{"name":"stop"},{"name":"go"}],
       "transitions":{"kind":"counts"},"features":[\(features)]}
      """
    let file = try ChoiceModelFile(JSONValue(parsing: Array(text.utf8)))
    var rows = PanelRows(stateColumns: 1)
    (rows.customers, rows.months, rows.states, rows.actions) = ([0, 0], [0, 1], [[0, 1]], [0, 1])
    let panel = try ChoicePanel(rows)
    #expect(
      throws: InvalidInput(
        "features", given: "1000000 states with 402 numbers each", expected: "at most 268435456 numbers",
        advice: "Use fewer levels, actions or features.")
    ) { try file.data(panel) }
  }

  @Test func `transition counts agree whether they are tabled or sorted`() throws {
    var generator = SeededGenerator(seed: 12)
    let states = (0..<500).map { _ in Int32(generator.integer(below: 20)) }
    let next = (0..<500).map { _ in Int32(generator.integer(below: 20)) }
    let actions = (0..<500).map { _ in Int32(generator.integer(below: 2)) }
    let small = try TransitionCounts(
      states: states, actions: actions, next: next, stateCount: 20, actionCount: 2)
    let large = try TransitionCounts(
      states: states, actions: actions, next: next, stateCount: 6000, actionCount: 2)
    let (a, b) = (try small.transitions(unseen: .absorbing), try large.transitions(unseen: .absorbing))
    let values = (0..<6000).map { Double($0 * $0 % 17) }
    for action in 0..<2 {
      #expect(
        difference(
          of: a.expectation(of: Array(values[..<20]), action: action),
          from: b.expectation(of: values, action: action)[..<20], absolute: 1e-12) == nil)
    }
    #expect(!small.isSeen(state: 0, action: 0) || !a.expectation(of: Array(values[..<20]), action: 0).isEmpty)
  }
}
