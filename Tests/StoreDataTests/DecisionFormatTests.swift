import Learning
import LinearAlgebra
import PolicyEvaluation
import Probability
import StoreData
import TestSupport
import Testing

struct DecisionFormatTests {
  private func read(_ text: String, _ format: DecisionLogFormat) throws -> (DecisionLog, ReadReport) {
    try DecisionLog.read(from: ByteSource(bytes: Array(text.utf8), name: "text"), format: format)
  }

  private func fixture(_ name: String, _ format: DecisionLogFormat) throws -> DecisionLog {
    let (log, report) = try DecisionLog.read(from: ByteSource(path: fixtures() + "/" + name), format: format)
    #expect(report.rejected == 0, "\(report.rejections)")
    return log
  }

  private func decisions(_ log: DecisionLog) -> [LoggedDecision] { (0..<log.count).map { log[$0] } }

  @Test func `every field of a JSON line is read`() throws {
    let log = try fixture("decisions/decisions.jsonl", .jsonLines)
    let first = log[0]
    #expect(first.id == "d1" && first.time == 1_732_406_400_000 && first.policy == "thompson@3")
    #expect(
      first.situation.context == [
        Feature("age", .number(31.5)), Feature("device", .category("phone")),
        Feature("likes", .category("shoes")), Feature("likes", .category("hats")),
        Feature("member", .category("true")),
      ])
    #expect(
      first.situation.actions == [
        Action("a", features: [Feature("brand", .category("x")), Feature("price", .number(12))]), Action("b"),
      ])
    #expect(first.chosen == 1 && first.situation.slot == 1 && first.propensity == 0.25)
    #expect(
      first.probabilities == [0.75, 0.25] && first.reward == 1 && first.rewardTime == 1_732_406_460_000)
    let second = log[1]
    #expect(second.time == 1_732_406_460_000 && second.situation.actions.map(\.id) == ["a", "b", "7"])
    #expect(second.chosen == 2 && second.reward == nil && second.probabilities == nil)
  }

  @Test func `what is written as JSON lines is read again`() throws {
    try withTemporaryFolder { folder in
      let log = try fixture("decisions/decisions.jsonl", .jsonLines)
      let path = folder + "/copy.jsonl.gz"
      let writer = try DecisionLogWriter(path: path)
      for decision in decisions(log) { try writer.append(decision) }
      try writer.finish()
      let copy = try DecisionLog.read(from: ByteSource(path: path), format: .jsonLines).value
      #expect(decisions(copy) == decisions(log))
    }
  }

  @Test func `wrong JSON lines are told with field and reason`() throws {
    let (log, report) = try read(
      """
      {"actions":["a"],"action":"a","propensity":1}
      []
      {"action":"a"}
      {"actions":["a","a"],"action":"a"}
      {"actions":["a"],"action":"b"}
      {"actions":["a"],"action":"a","propensity":"half"}
      {"actions":["a"],"action":"a","slot":-1}
      {"actions":["a"],"action":"a","context":{"x":{"y":1}}}
      {"actions":["a"],"action":"a","propensity_kind":"guess"}
      {"actions":["a"],"action":"a","probabilities":[0.5,0.5]}
      {"actions":["a"],"action":"a","time":"yesterday"}
      """, .jsonLines)
    #expect(log.count == 1)
    #expect(
      rejections(report) == [
        "line 2: line: given a list, expected an object",
        "line 3: actions: given nothing, expected a list of actions",
        "line 4: actions: given an id twice, expected different ids",
        "line 5: action: given an id that is not among the actions, expected one of them",
        "line 6: propensity: given a text, expected a number",
        "line 7: slot: given a number, expected a whole number from 0 to 1000",
        "line 8: context: given an object, expected texts, numbers, true or false, or lists of texts",
        "line 9: propensity_kind: given another word, expected one of exact, closed, deterministic, estimated, incumbent",
        "line 10: probabilities: given 2, expected 1, one for each action",
        "line 11: time: given another text, expected a moment, or a whole number of milliseconds or steps",
      ])
  }

  @Test func `Vowpal Wabbit lines number their actions`() throws {
    let log = try fixture("vw-cb/lines.vw", .vowpalWabbit(VowpalWabbitText(.cb)))
    #expect(log[0].id == "d1" && log[0].reward == 1 && log[0].propensity == 0.25)
    #expect(log[0].situation.slot == 2 && log[0].situation.actions.map(\.id) == ["1", "2", "3"])
    #expect(
      log[0].situation.context == [Feature("age", .number(31.5)), Feature("device", .category("phone"))])
    #expect(log[1].chosen == 2 && log[1].reward == 0)
    let other = try fixture("vw-cb/lines.vw", .vowpalWabbit(VowpalWabbitText(.cb, cost: .oneMinus)))
    #expect(other[0].reward == 2 && other[1].reward == 1)
  }

  @Test func `Vowpal Wabbit blocks of others are read by place and namespace`() throws {
    let log = try fixture("vw-adf/blocks.vw", .vowpalWabbit(VowpalWabbitText(.cbADF)))
    #expect(log[0].situation.actions.map(\.id) == ["a b", "c"] && log[0].chosen == 1 && log[0].reward == 1)
    #expect(log[1].situation.context == [Feature("u^old", .number(1))])
    #expect(
      log[1].situation.actions == [
        Action("1", features: [Feature("x0^f1", .number(1)), Feature("x0^f2", .number(0.5))]),
        Action("2", features: [Feature("x1^f3", .number(1))]),
      ])
  }

  @Test(arguments: [VowpalWabbitText.Cost.negated, .oneMinus])
  func `rows, rewards and propensities survive Vowpal Wabbit's text`(_ cost: VowpalWabbitText.Cost) throws {
    try withTemporaryFolder { folder in
      var log = DecisionLog()
      let names = ["plain", "with space", "a:b|c=d'e%f", "größe", "line\nbreak"]
      for (place, name) in names.enumerated() {
        log.append(
          LoggedDecision(
            id: name,
            situation: Situation(
              context: [Feature(name, .category(name)), Feature("n", .number(-1.25e-7))].sorted {
                $0.name < $1.name
              },
              actions: names.map { Action($0, features: [Feature("f", .category($0))]) }, slot: place),
            chosen: place, propensity: 0.123456789012 / Double(place + 1), reward: place % 2 == 0 ? 1 : 0.25))
      }
      let text = VowpalWabbitText(.cbADF, cost: cost)
      try text.write(log, to: folder + "/log.vw")
      let (copy, report) = try DecisionLog.read(
        from: ByteSource(path: folder + "/log.vw"), format: .vowpalWabbit(text))
      #expect(report.rejected == 0)
      #expect(decisions(copy) == decisions(log))
    }
  }

  @Test func `numbered actions survive single lines, others are refused`() throws {
    try withTemporaryFolder { folder in
      let text = VowpalWabbitText(.cb)
      let log = try fixture("vw-cb/lines.vw", .vowpalWabbit(text))
      try text.write(log, to: folder + "/log.vw")
      let copy = try DecisionLog.read(
        from: ByteSource(path: folder + "/log.vw"), format: .vowpalWabbit(text)
      ).value
      #expect(decisions(copy) == decisions(log))
      let named = try fixture("decisions/decisions.jsonl", .jsonLines)
      #expect {
        try text.write(named, to: folder + "/no.vw")
      } throws: { error in
        "\(error)"
          == "action of row 1: given an id that is not a number from 1, expected 1, 2, 3, .... Write cb_adf, which"
          + " takes any id."
      }
      #expect(try files(inFolder: folder) == ["log.vw"])
    }
  }

  @Test func `wrong blocks are told with their first line`() throws {
    let (log, report) = try read(
      """
      shared |s a
      0:0:0.5 |a id=x
      0:0:0.5 |a id=y

      shared |s a
      |a id=x

      0:0:0 |a id=x

      0:0:0.5 |a id=ä

      0:0:0.5 |a id=x
      |a id=x

      no bar

      0:0 |a id=x

      0:0:1 |a id=fine
      """, .vowpalWabbit(VowpalWabbitText(.cbADF)))
    #expect(log.count == 1)
    #expect(
      rejections(report) == [
        "line 1: label: given several in a block, expected one, before the action that was shown",
        "line 5: label: given none in a block, expected one",
        "line 8: probability: given 0.0, expected above 0 and at most 1",
        "line 10: line: given bytes that are not ASCII, expected ASCII, others written as %XX",
        "line 12: id: given the same for two actions of a block, expected different ids",
        "line 15: line: given no |, expected features after a |",
        "line 17: label: given another form, expected action:cost:probability",
      ])
  }

  @Test func `an Open Bandit log is read with its item table`() throws {
    let items = try OpenBanditItems(from: ByteSource(path: fixtures() + "/open-bandit-items/items.csv"))
    let log = try fixture("open-bandit/log.csv", .openBandit(items: items))
    #expect(
      log[0].chosen == 2 && log[0].situation.slot == 3 && log[0].reward == 1 && log[0].propensity == 0.25)
    #expect(log[0].time == 1_704_164_645_678)
    #expect(
      log[0].situation.context == [
        Feature("user_feature_0", .category("81ce")), Feature("user_feature_1", .category("a1e9")),
        Feature("user-item_affinity_2", .number(1)),
      ])
    #expect(
      log[0].situation.actions[1].features == [
        Feature("item_feature_0", .number(1.25)), Feature("item_feature_1", .category("aa")),
      ])
  }

  @Test func `an Open Bandit log with another number of items than its table is refused`() throws {
    let two = "item_id,item_feature_0\n0,1\n1,2\n"
    let items = try OpenBanditItems(from: ByteSource(bytes: Array(two.utf8), name: "items"))
    #expect {
      try fixture("open-bandit/log.csv", .openBandit(items: items))
    } throws: {
      "\($0)".hasSuffix("given 3 items, by its columns user-item_affinity, expected 2 as the item table has")
    }
    #expect(throws: FileFormatError.self) { try read("a,b\n1,2\n", .openBandit(items: nil)) }
    #expect(throws: InvalidInput.self) {
      try OpenBanditItems(from: ByteSource(bytes: Array("item_id\n0\n2\n".utf8), name: "items"))
    }
  }

  @Test(.enabled(if: SharedData.isAvailable("open-bandit")))
  func `all estimates on the Open Bandit sample equal the reference's to nine digits`() throws {
    let folder = try #require(SharedData.path("open-bandit"))
    let reference = try JSONValue(parsing: bytes(ofFile: fixtures() + "/open_bandit_estimates.json"))
    let names = [
      "ips": "ips", "clipped": "clipped-ips", "snips": "snips", "dm": "dm", "dr": "dr", "sndr": "sndr",
      "switch_dr": "switch-dr",
    ]
    for campaign in ["all", "men", "women"] {
      func log(_ policy: String) throws -> DecisionLog {
        try DecisionLog.read(
          from: ByteSource(path: "\(folder)/\(policy)_\(campaign).csv.gz"), format: .openBandit(items: nil)
        ).value
      }
      let (uniform, learned) = (try log("random"), try log("bts"))
      for (direction, log, policy) in [
        ("uniform-log-to-bts", uniform, try FrequencyPolicy(learned) as any EvaluablePolicy),
        ("bts-log-to-uniform", learned, UniformPolicy()),
      ] {
        let expected = try #require(reference[campaign]?[direction])
        func check(_ found: Double?, _ value: JSONValue?, _ what: String) {
          #expect(
            isClose(found ?? .nan, to: value?.number ?? .infinity, relative: 1e-9, absolute: 1e-15),
            "\(campaign) \(direction) \(what)")
        }
        for kind in [EvaluationInterval.bootstrap, .linear, .bernstein] {
          var recipe = OffPolicyEvaluation()
          (recipe.smoothing, recipe.draws, recipe.interval) = (200, 20, kind)
          let report = try recipe.evaluate(policy, on: log)
          for estimate in report.estimates {
            let own = names[estimate.estimator.name].flatMap { expected[$0] }
            check(estimate.value, own?["value"], estimate.estimator.name)
            let key = ["bootstrap": "bootstrap", "linear": "linearised", "bernstein": "empirical_bernstein"]
            guard let interval = estimate.interval, let ends = own?[key[kind.rawValue] ?? ""] else {
              continue
            }
            check(interval.low, ends[0], "\(estimate.estimator.name) \(kind) low")
            check(interval.high, ends[1], "\(estimate.estimator.name) \(kind) high")
          }
          check(report.diagnostics.effectiveSampleSize, expected["ess"], "ess")
          check(report.diagnostics.meanWeight, expected["mean_weight"], "mean weight")
          check(report.diagnostics.maximumWeight, expected["max_weight"], "largest weight")
          check(report.diagnostics.unsupported, expected["unsupported"], "unsupported")
          let isWomenToUniform = campaign == "women" && direction == "bts-log-to-uniform"
          #expect(report.status == (isWomenToUniform ? .refused : .caution))
        }
        let replay = try ReplayEvaluation(log, policy, greedy: true)
        check(Double(replay.matched), expected["replay"]?["accepted"], "replayed rows")
        check(replay.matchedValue ?? 0, expected["replay"]?["value"], "replay")
      }
    }
  }
}

extension JSONValue {
  fileprivate subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  fileprivate subscript(position: Int) -> JSONValue? {
    if case .array(let elements) = self { elements[position] } else { nil }
  }

  fileprivate var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
