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
      let path = folder + "/events.log"
      let log = try bytes(ofFile: path)
      var ends = [8]
      for record in try RecordLog.read(path).records { ends.append(ends[ends.count - 1] + 12 + record.count) }
      #expect(ends.last == log.count && ends.count > 60)
      var generator = SeededGenerator(seed: 1)
      for _ in 0..<30 {
        let cut = 8 + generator.integer(below: log.count - 8)
        try write(Array(log[..<cut]), toFile: path)
        let state = try LayoutState(folder: folder, policy: policy())
        let whole = ends.lastIndex { $0 <= cut } ?? 0
        #expect(state.eventCount == UInt64(whole))
        #expect(state.removedBytes == cut - ends[whole])
        #expect(try bytes(ofFile: path).count == ends[whole])
      }
    }
  }

  @Test func `damage before the end is told with its record, and dropped on request`() throws {
    try withTemporaryFolder { folder in
      do { _ = try live(folder, steps: 20) }
      let path = folder + "/events.log"
      let log = try bytes(ofFile: path)
      let second = 8 + 12 + (try RecordLog.read(path).records[0].count)
      // The length, the first checksum, that of the header, the event.
      for place in [second + 1, second + 5, second + 9, second + 40] {
        var damaged = log
        damaged[place] ^= 1
        try write(damaged, toFile: path)
        #expect {
          try LayoutState(folder: folder, policy: policy())
        } throws: { error in
          "\(error)".contains(
            "events.log, record 2: given bytes whose checksum is wrong, expected a record as it was written. Restore the log from a"
              + " copy; --salvage, where a command has it, drops this record and all after it.")
        }
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
