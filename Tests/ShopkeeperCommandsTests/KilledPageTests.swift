import Bandits
import Learning
import StoreData
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// The real program, killed while it decides.
@Suite(.enabled(if: builtProgram != nil)) struct KilledPageTests {
  private static let page =
    #"{"widgets":[{"name":"title","contents":["short","long"]},{"name":"image","contents":["none","big"]}],"batch":"50","seed":3}"#

  /// Kills the program after some decisions were printed; gives back what it printed.
  private func killed(_ folder: String, after lines: Int) throws -> [String] {
    let program = try #require(builtProgram)
    let printed = try runShell(
      "bash -s",
      input: """
        cd '\(folder)'
        '\(program)' layout decide --state page --count 1000000 --json > output & child=$!
        until [ "$(wc -l < output)" -ge \(lines) ]; do sleep 0.01; done
        kill -9 $child; wait $child 2>/dev/null; cat output; rm output
        """
    ).output
    // The last line may have been cut off.
    return printed.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test func `a page that is killed time and again decides as one that never was`() throws {
    try withTemporaryFolder { folder in
      let spec = try file("layout.json", in: folder, Self.page)
      succeed("layout", "create", "--spec", spec, "--state", folder + "/page")
      var printed: [String] = []
      for lines in [1, 40, 120] { printed += try killed(folder, after: lines) }
      #expect(printed.count > 150)
      let page = try LayoutPage(contentsOf: spec)
      let again = try LayoutState(folder: folder + "/page", policy: page.policy())
      try withTemporaryFolder { whole in
        // The same decisions in one go, without a kill, refreshed where the page refreshes.
        let other = try LayoutState(folder: whole, policy: page.policy())
        var decided: [UInt64: LayoutDecision] = [:]
        while other.eventCount < again.eventCount {
          if other.decisionsSinceRefresh >= 50 { other.refresh(time: 0) }
          guard other.eventCount < again.eventCount,
            case .layout(let decision) = try other.decide(context: [:], time: 0)
          else { continue }
          decided[decision.sequence] = decision
        }
        #expect(other.eventCount == again.eventCount)
        #expect(
          other.policy.posterior == again.policy.posterior && other.policy.priors == again.policy.priors)
        #expect(other.policy.totals == again.policy.totals && other.policy.version == again.policy.version)
        for line in printed {
          let shown = try document(line + "\n")
          let sequence = UInt64(shown["decision_id"]?.text?.dropFirst() ?? "")
          let expected = try #require(sequence.flatMap { decided[$0] }, "\(line)")
          #expect(shown["propensity"]?.number == expected.propensity)
          let names = page.widgets.indices.map { page.widgets[$0].contents[expected.layout[$0]] }
          #expect(page.widgets.map { shown["layout"]?[$0.name]?.text } == names)
        }
      }
    }
  }

  @Test func `of two programs that post one reward at once, one applies it`() throws {
    try withTemporaryFolder { folder in
      let spec = try file("layout.json", in: folder, Self.page)
      succeed("layout", "create", "--spec", spec, "--state", folder + "/page")
      succeed("layout", "decide", "--state", folder + "/page", "--count", "20")
      let program = try #require(builtProgram)
      let output = try runShell(
        "bash -s",
        input: """
          cd '\(folder)'
          post() { until '\(program)' layout reward --state page --decision d7 2>/dev/null; do sleep 0.01; done; }
          post & post & post & wait
          """
      ).output
      #expect(
        output.split(separator: "\n").sorted() == ["1 applied", "1 duplicate", "1 duplicate"])
    }
  }
}
