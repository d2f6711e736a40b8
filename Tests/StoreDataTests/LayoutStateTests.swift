import Bandits
import FoundationEssentials
import Learning
import LinearAlgebra
import Probability
import StoreData
import TestSupport
import Testing

struct LayoutStateTests {
  private func policy() throws -> LayoutPolicy {
    var recipe = LayoutRecipe()
    recipe.draws = 64
    return try LayoutPolicy(
      LayoutSpace(
        widgets: [Widget("a", contents: ["1", "2"]), Widget("b", contents: ["1", "2", "3"])],
        context: [LayoutContext("device", values: ["phone", "desk"])]), recipe: recipe, seed: 5)
  }

  /// Runs some decisions, rewards and refreshes.
  private func live(_ folder: String, steps: Int) throws -> LayoutState {
    let state = try LayoutState(folder: folder, policy: policy())
    var generator = SeededGenerator(seed: 3)
    for step in 0..<steps {
      let answer = try state.decide(context: ["device": step % 3 == 0 ? "desk" : "phone"], time: Int64(step))
      guard case .layout(let decision) = answer else { continue }
      if generator.uniform() < (decision.layout[1] == 2 ? 0.4 : 0.1) {
        #expect(state.reward(LayoutReward(decision: decision.id, time: Int64(step))) == .applied)
        if step % 7 == 0 {
          #expect(state.reward(LayoutReward(decision: decision.id, time: Int64(step))) == .duplicate)
        }
      }
      if step % 40 == 39 { state.refresh(time: Int64(step)) }
    }
    try state.commit()
    return state
  }

  @Test func `replaying the log gives the same policy bit for bit`() throws {
    try withTemporaryFolder { folder in
      var before: LayoutPolicy?
      do {
        let state = try live(folder, steps: 300)
        before = state.policy
        #expect(state.policy.totals.conversions > 20 && state.policy.version == 7)
      }
      let again = try LayoutState(folder: folder, policy: policy())
      #expect(again.policy.posterior == before?.posterior && again.policy.priors == before?.priors)
      #expect(again.policy.totals == before?.totals ?? (0, 0))
      var (first, second) = (again.policy, try #require(before))
      for sequence in 1000..<1100 as Range<UInt64> {
        #expect(
          first.decide(context: [1], sequence: sequence, time: 0)
            == second.decide(context: [1], sequence: sequence, time: 0))
      }
    }
  }

  @Test func `a log cut off anywhere opens with the events that were whole`() throws {
    try withTemporaryFolder { folder in
      do { _ = try live(folder, steps: 60) }
      let log = try bytes(ofFile: folder + "/log.jsonl")
      let ends = log.indices.filter { log[$0] == 0x0A }
      var generator = SeededGenerator(seed: 1)
      for _ in 0..<30 {
        let cut = generator.integer(below: log.count)
        try write(Array(log[..<cut]), toFile: folder + "/log.jsonl")
        let state = try LayoutState(folder: folder, policy: policy())
        let whole = ends.count { $0 < cut }
        #expect(state.eventCount == UInt64(whole))
        #expect(state.removedBytes == cut - (whole > 0 ? ends[whole - 1] + 1 : 0))
        #expect(try bytes(ofFile: folder + "/log.jsonl").count == cut - state.removedBytes)
      }
    }
  }

  @Test func `damage before the end is told with its line, and dropped on request`() throws {
    try withTemporaryFolder { folder in
      do { _ = try live(folder, steps: 20) }
      var log = try bytes(ofFile: folder + "/log.jsonl")
      let second = log.firstIndex(of: 0x0A)! + 40
      log[second] ^= 1
      try write(log, toFile: folder + "/log.jsonl")
      #expect {
        try LayoutState(folder: folder, policy: policy())
      } throws: { error in
        "\(error)".contains(
          "log.jsonl, line 2: given a line whose number or checksum is wrong, expected event 1")
      }
      let state = try LayoutState(folder: folder, policy: policy(), salvages: true)
      #expect(state.eventCount == 1 && state.removedBytes > 0)
    }
  }

  @Test func `a second opener is refused with the first one's number`() throws {
    try withTemporaryFolder { folder in
      let first = try LayoutState(folder: folder, policy: policy())
      #expect {
        try LayoutState(folder: folder, policy: policy())
      } throws: { error in
        "\(error)".contains(
          "given a state that process \(ProcessInfo.processInfo.processIdentifier) has open")
      }
      #expect(first.eventCount == 0)
    }
  }

  @Test func `the log of another page is refused`() throws {
    try withTemporaryFolder { folder in
      do { _ = try live(folder, steps: 10) }
      let other = try LayoutPolicy(LayoutSpace(sizes: [2, 2]))
      #expect(throws: FileFormatError.self) { try LayoutState(folder: folder, policy: other) }
    }
  }
}
