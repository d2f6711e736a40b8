import StoreData
import Testing

struct HashedClicksTests {
  private func rows(_ text: String, bits: Int = 20) throws -> (
    rows: [(Set<Int32>, [Double], Bool)], report: ReadReport
  ) {
    var rows: [(Set<Int32>, [Double], Bool)] = []
    let report = try HashedClicks(bits: bits).read(from: ByteSource(bytes: Array(text.utf8), name: "text")) {
      rows.append((Set($0), Array($1), $2))
    }
    return (rows, report)
  }

  @Test func `labels, values and features are read, the constant first`() throws {
    let (rows, report) = try rows("1 |u a1 a2:0.5 |i a1\n-1 |u a1\n0.5 | x\n-0.5 |u\n")
    #expect(report.accepted == 4 && rows.map(\.2) == [true, false, true, false])
    #expect(rows[0].1 == [1, 1, 0.5, 1] && rows[0].0.count == 4, "a namespace tells equal names apart")
    #expect(rows[1].0.isSubset(of: rows[0].0) && rows[3].0.isSubset(of: rows[1].0))
    #expect(rows[3].1 == [1])
  }

  @Test func `numbers stay below the width and hardly ever meet`() throws {
    let names = (0..<2000).map { "f\($0)" }.joined(separator: " ")
    let (wide, _) = try rows("1 |a \(names)\n", bits: 20)
    #expect(wide[0].0.count > 1990 && wide[0].0.allSatisfy { $0 >= 0 && $0 < 1 << 20 })
    let (narrow, _) = try rows("1 |a \(names)\n", bits: 4)
    #expect(narrow[0].0.count == 16)
  }

  @Test func `wrong lines are told and left out`() throws {
    let (rows, report) = try rows("1 no bar\nyes |u a\n1 |u a:b\n1 |u a\n")
    #expect(rows.count == 1)
    #expect(
      rejections(report) == [
        "line 1: line: given no |, expected features after a |",
        "line 2: label: given a text that is not a number, expected 1 or -1",
        "line 3: value: given a text that is not a number, expected name:number",
      ])
  }
}
