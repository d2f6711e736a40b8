import DynamicChoice
import Learning
import Probability
import StoreData
import TestSupport
import Testing

struct ChoicePanelReadingTests {
  private func layout() throws -> PanelLayout { try ChoiceModelFile(SampleMembership.document).layout }

  private func read(_ text: String) throws -> ChoicePanel {
    try ChoicePanel.read(from: ByteSource(bytes: Array(text.utf8), name: "members.csv"), layout: layout())
  }

  private func refusals(_ text: String) -> [String] {
    do {
      _ = try read(text)
      return []
    } catch {
      return (error as? InvalidInput)?.violations.map(\.description) ?? ["\(error)"]
    }
  }

  private let header = "customer,month,status,ship,video,music,regime,action\n"

  @Test func `a panel that was written is read as it was, gzip too`() throws {
    let simulator = try SampleMembership.simulator()
    let rows = simulator.rows(customers: 120, months: 15, seed: 2)
    try withTemporaryFolder { folder in
      for name in ["members.csv", "members.csv.gz"] {
        try PanelWriter.write(rows, layout: simulator.model.layout, to: "\(folder)/\(name)")
        let panel = try ChoicePanel.read(contentsOf: "\(folder)/\(name)", layout: simulator.model.layout)
        #expect(panel.rows.customers == rows.customers && panel.rows.months == rows.months)
        #expect(panel.rows.states == rows.states && panel.rows.actions == rows.actions)
        #expect(panel.customerCount == 120 && panel.gaps == 0)
      }
    }
  }

  @Test func `columns come in any order, others are ignored, rows are sorted`() throws {
    let panel = try read(
      """
      note,action,regime,music,video,ship,status,month,customer,weight
      x,monthly,0,0,1,2,N,4,b,2.5
      y,locked,1,0,0,0,A1,3,a,1
      z,annual,1,2,0,0,N,2,a,1
      """)
    #expect(panel.rows.customers == [0, 0, 1] && panel.rows.months == [2, 3, 4])
    #expect(panel.rows.actions == [2, -1, 1] && panel.rows.weights == [1, 1, 2.5])
    #expect(panel.rows.states[1] == [0, 0, 2] && panel.rows.lines == [4, 3, 2])
  }

  @Test func `every value that is not allowed is named with line and column`() {
    #expect(
      refusals(header + "1,1,N,0,0,0,0,none\n1,x,Q,3,-1,0,,fly\n1,2,N,0,0\n") == [
        "members.csv, line 3, month: given x, expected an integer from -1000000 to 1000000",
        "members.csv, line 3, action: given fly, expected one of none, monthly, annual, locked",
        "members.csv, line 3, status: given Q, expected one of N, M1, M2, M3, A1, A2",
        "members.csv, line 3, ship: given 3, expected an integer from 0 to 2",
        "members.csv, line 3, video: given -1, expected an integer from 0 to 2",
        "members.csv, line 4, row: given 5 fields, expected 8 as in the header",
      ])
    #expect(
      refusals("customer,month,status,ship,video,music,action\n")
        == [
          "members.csv, header: given no column regime among customer, month, status, ship, video, music, action, expected one"
            + " column regime"
        ])
    #expect(refusals("") == ["members.csv: given no header, expected a header line and rows"])
    #expect(refusals(header) == ["members.csv: given no rows, expected 1 or more"])
    #expect(
      refusals("weight," + header + "-1,1,1,N,0,0,0,0,none\nnan,1,2,N,0,0,0,0,none\n") == [
        "members.csv, line 2, weight: given -1, expected a number, 0 or more",
        "members.csv, line 3, weight: given nan, expected a number, 0 or more",
      ])
  }

  @Test func `a month twice is named with its line`() {
    #expect(
      refusals(header + "1,1,N,0,0,0,0,none\n1,1,N,0,0,0,0,none\n") == [
        "members.csv, line 3: given month 1 twice for one customer, expected one row for each customer and month"
      ])
  }

  @Test func `a continuous column is cut into levels`() throws {
    let column = PanelLayout.Column(name: "ship", content: .cuts([1, 5]))
    #expect([0.5, 1, 4.9, 5, 100].map { column.code(of: $0) } == [0, 1, 1, 2, 2])
  }

  @Test func `damaged panels are refused or read, never a trap`() throws {
    let simulator = try SampleMembership.simulator()
    var text = header
    let rows = simulator.rows(customers: 10, months: 6, seed: 1)
    for row in 0..<rows.count {
      let status = simulator.model.statuses[Int(rows.states[0][row])]
      let levels = rows.states.dropFirst().map { "\($0[row])" }.joined(separator: ",")
      let action = rows.actions[row] < 0 ? "locked" : simulator.model.plans[Int(rows.actions[row])].name
      text += "\(rows.customers[row]),\(rows.months[row]),\(status),\(levels),\(action)\n"
    }
    var generator = SeededGenerator(seed: 31)
    for _ in 0..<300 {
      let bytes = Mutation.damaged(Array(text.utf8), using: &generator)
      do {
        let panel = try ChoicePanel.read(from: ByteSource(bytes: bytes, name: "damaged"), layout: layout())
        _ = try? simulator.model.data(panel)
      } catch {}
    }
  }
}
