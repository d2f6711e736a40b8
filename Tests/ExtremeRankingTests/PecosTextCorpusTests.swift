import ExtremeRanking
import LinearAlgebra
import TestSupport
import Testing

private func read(_ text: String, labelCount: Int = 5) throws -> PecosTextCorpus {
  try withTemporaryFolder { folder in
    try write(Array(text.utf8), toFile: folder + "/corpus.txt")
    return try PecosTextCorpus(contentsOf: folder + "/corpus.txt", labelCount: labelCount)
  }
}

@Test func `lines of labels and text give a row each`() throws {
  let corpus = try read("3,0\tcordless drill\n1\tsaw\tignored\r\n4\t\n")
  #expect(corpus.texts == ["cordless drill", "saw", ""])
  #expect(corpus.labels.offsets == [0, 2, 3, 4] && corpus.labels.indices == [0, 3, 1, 4])
  #expect(corpus.labels.columns == 5 && corpus.labels.values == [1, 1, 1, 1] && corpus.relevance == nil)
}

@Test func `lines with relevance give a second matrix`() throws {
  let corpus = try read("3::0.5,0:2:0.25\tcordless drill\n1::1\tsaw")
  #expect(corpus.texts == ["cordless drill", "saw"])
  #expect(corpus.labels.indices == [0, 3, 1] && corpus.labels.values == [2, 1, 1])
  #expect(corpus.relevance?.indices == [0, 3, 1] && corpus.relevance?.values == [0.25, 0.5, 1])
}

@Test func `a label named twice is added, as PECOS does`() throws {
  #expect(try read("3,0,3\tdrill").labels.values == [1, 2])
}

@Test func `an empty file has no rows, and bytes that are not text are replaced`() throws {
  #expect(try read("").texts.isEmpty)
  try withTemporaryFolder { folder in
    try write([0x31, 0x09, 0xFF, 0x61], toFile: folder + "/corpus.txt")
    #expect(try PecosTextCorpus(contentsOf: folder + "/corpus.txt", labelCount: 2).texts == ["\u{FFFD}a"])
  }
}

@Test func `items are the lines of their file`() throws {
  try withTemporaryFolder { folder in
    try write(Array("first\r\n\nthird\n".utf8), toFile: folder + "/items.txt")
    #expect(try PecosTextCorpus.items(contentsOf: folder + "/items.txt") == ["first", "", "third"])
    try write([], toFile: folder + "/items.txt")
    #expect(try PecosTextCorpus.items(contentsOf: folder + "/items.txt") == [])
  }
}

@Test(arguments: [
  (
    "1\ta\nno tab",
    "line 2: given a line without a tab, expected labels<TAB>text. Separate labels and text by a tab."
  ),
  (
    "1\ta\n5\tb",
    "line 2: given a label that is no number of an item, expected 0 to 4. Labels are numbers of lines of the items"
      + " file, from 0."
  ),
  (
    "-1\ta",
    "line 1: given a label that is no number of an item, expected 0 to 4. Labels are numbers of lines of the items"
      + " file, from 0."
  ),
  (
    "\ta",
    "line 1: given a label that is no number of an item, expected 0 to 4. Labels are numbers of lines of the items"
      + " file, from 0."
  ),
  (
    "1\ta\n1::2\tb",
    "line 2: given a label of 3 fields, expected a label's number. All lines have the form of the first one."
  ),
  (
    "1::1\ta\n1\tb",
    "line 2: given a label of 1 fields, expected label:value:relevance. All lines have the form of the first one."
  ),
  (
    "1::-1\ta",
    "line 1: given a value or relevance that is not positive, expected a positive number. Leave such pairs out."
  ),
  (
    "1:nan:1\ta",
    "line 1: given a value or relevance that is not positive, expected a positive number. Leave such pairs out."
  ),
])
func `a line that cannot be read is refused with its number`(text: String, message: String) throws {
  let error = #expect(throws: FileFormatError.self) { try read(text) }
  #expect(
    error.map { "\($0.place ?? ""): given \($0.given), expected \($0.expected). \($0.advice)" } == message)
}
