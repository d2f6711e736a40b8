import Probability
import StoreData
import Testing

@Test func `moments in the usual spellings are understood`() {
  let cases: [(String, Int64)] = [
    ("1970-01-01", 0), ("2025-01-22T14:57:25.099Z", 1_737_557_845_099),
    ("2025-01-22 14:57:25.099", 1_737_557_845_099),
    ("2025-01-22T15:57:25,0991+01:00", 1_737_557_845_099),
    ("2025-01-22T09:27:25.099-0530", 1_737_557_845_099),
    ("2000-02-29T00:00Z", 951_782_400_000), ("1969-12-31T23:59:59.999Z", -1),
    ("2016-12-31T23:59:60Z", 1_483_228_800_000),
    ("0001-01-01", Timestamp.range.lowerBound.milliseconds),
    ("9999-12-31T23:59:59.999Z", Timestamp.range.upperBound.milliseconds),
  ]
  for (text, milliseconds) in cases { #expect(Timestamp(text)?.milliseconds == milliseconds, "\(text)") }
}

@Test func `what is not a moment is nil`() {
  for text in [
    "", "2025", "2025-1-1", "2025-02-29", "1900-02-29", "2025-13-01", "2025-00-01", "2025-01-32",
    "0000-01-01",
    "2025-01-01T", "2025-01-01T24:00", "2025-01-01T10:60", "2025-01-01T10:00:61", "2025-01-01T10:00:00.",
    "2025-01-01T10:00:00Zx", "2025-01-01T10:00+25:00", "0001-01-01T00:00+01:00", "9999-12-31T23:59:60Z",
    "12/31/2025",
  ] { #expect(Timestamp(text) == nil, "\(text)") }
}

@Test func `every moment is written so that it reads as it was`() {
  var generator = SeededGenerator(seed: 2)
  let width = Int(Timestamp.range.upperBound.milliseconds - Timestamp.range.lowerBound.milliseconds)
  for _ in 0..<20_000 {
    let moment = Timestamp(
      milliseconds: Timestamp.range.lowerBound.milliseconds + Int64(generator.integer(below: width)))
    #expect(Timestamp(moment.description) == moment)
  }
  #expect(Timestamp(milliseconds: 1_709_164_800_000).description == "2024-02-29T00:00:00Z")
}
