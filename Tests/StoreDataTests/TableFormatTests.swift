import Learning
import LinearAlgebra
import StoreData
import TestSupport
import Testing

@Test func `click logs give queries with their products`() throws {
  let (log, report) = try ClickLog.read(contentsOf: fixtures() + "/click-log/clicks.tsv")
  try #require(log.entries.map(\.query) == ["cordless drill", "oak desk", "hammer"])
  #expect(log.entries[0].clicks == [.init(product: "100", weight: 7), .init(product: "101", weight: 2)])
  #expect(log.entries[1].clicks == [.init(product: "P:1", weight: 0.5)])
  #expect(log.entries[2].clicks.map(\.weight) == [2.33, 3])
  #expect(
    rejections(report) == [
      "line 5: given no tab, expected query<TAB>uid:clicks,uid:clicks or query<TAB>uid<TAB>weight",
      "line 6: weight: given a text that is not a number of 0 or more, expected a decimal number",
      "line 7: clicks: given a part without a colon, expected uid:clicks",
    ])
  try withTemporaryFolder { folder in
    try log.write(to: "\(folder)/c.tsv")
    #expect(try ClickLog.read(contentsOf: "\(folder)/c.tsv").value == log)
    let comma = ClickLog([.init(query: "q", clicks: [.init(product: "a,b", weight: 1)])])
    #expect(throws: InvalidInput.self) { try comma.write(to: "\(folder)/c.tsv") }
    #expect(try ClickLog.read(contentsOf: "\(folder)/c.tsv").value == log, "the old file stays")
  }
}

@Test func `qrels take any white space and decimal relevance`() throws {
  let (judgments, report) = try RelevanceJudgments.read(contentsOf: fixtures() + "/judgments/small.qrels")
  #expect(judgments.queries == ["q1", "q2"] && judgments.count == 3)
  #expect(
    judgments["q1"] == ["100": 3, "101": 2.67] && judgments["q2"] == ["100": -1] && judgments["q3"] == nil)
  let judged = judgments.judgedQueries(texts: QuerySet([.init(id: "q1", text: "drill")]))
  #expect(judged.map(\.text) == ["drill", "q2"] && judged[0].documents == ["100", "101"])
  #expect(judged[0].relevance == ["100": 3, "101": 2.67])
  #expect(
    rejections(report) == [
      "line 4: line: given 3 parts, expected query 0 product relevance",
      "line 5: relevance: given a text that is not a number, expected a decimal number",
    ])
  try withTemporaryFolder { folder in
    try judgments.write(to: "\(folder)/q.qrels.gz")
    #expect(try RelevanceJudgments.read(contentsOf: "\(folder)/q.qrels.gz").value == judgments)
  }
}

@Test func `runs read and write ranks and scores`() throws {
  let (run, report) = try RankedRun.read(contentsOf: fixtures() + "/run/small.run")
  #expect(run.tag == "fusion" && run.queries == ["q1", "q2"])
  #expect(run.byQuery["q1"] == [.init("100", 0.83), .init("101", 0.81)])
  #expect(report.rejected == 2)
  try withTemporaryFolder { folder in
    try run.write(to: "\(folder)/a.run")
    #expect(
      String(decoding: try bytes(ofFile: "\(folder)/a.run"), as: UTF8.self)
        == "q1 Q0 100 1 0.83 fusion\nq1 Q0 101 2 0.81 fusion\nq2 Q0 7 1 12 fusion\n")
    var spaced = RankedRun(tag: "two words")
    spaced.append([.init("1", 1)], for: "q")
    let error = #expect(throws: InvalidInput.self) { try spaced.write(to: "\(folder)/b.run") }
    #expect(error?.violations.first?.expected == "ids without white space in TREC files")
  }
}

@Test func `query sets keep tabs in texts and have every id once`() throws {
  let (set, report) = try QuerySet.read(contentsOf: fixtures() + "/queries/queries.tsv")
  #expect(set.queries.map(\.id) == ["q1", "q2", "q3"] && set.queries[1].text == "oak desk\tsolid")
  #expect(
    rejections(report) == [
      "line 3: id: given an id that came before, expected unique ids",
      "line 4: given no tab, expected id<TAB>text",
    ])
  try withTemporaryFolder { folder in
    try set.write(to: "\(folder)/q.tsv")
    #expect(try QuerySet.read(contentsOf: "\(folder)/q.tsv").value == set)
  }
}

@Test func `text corpora have labels, relevance, or neither`() throws {
  let (corpus, report) = try TextCorpus.read(contentsOf: fixtures() + "/text-corpus/corpus.txt")
  #expect(corpus.entries.map(\.text) == ["cordless drill", "oak desk", "no label", "only text"])
  #expect(corpus.entries[0].labels == [.init(id: 0), .init(id: 2)])
  #expect(corpus.entries[1].labels == [.init(id: 1, relevance: 0.5), .init(id: 3, relevance: 2)])
  #expect(corpus.entries[2].labels.isEmpty && corpus.entries[3].labels.isEmpty)
  #expect(
    rejections(report) == [
      "line 5: label: given a relevance that is not a number, expected id::relevance or id:value:relevance",
      "line 6: label: given a text that is not a label number, expected 0 to 2^31 - 2",
    ])
}

@Test func `SVMlight rows count from 1 unless an index is 0 or the first line gives the shape`() throws {
  let (data, report) = try SVMLight.read(contentsOf: fixtures() + "/svmlight/small.svm")
  #expect(
    data.features
      == (try SparseMatrix(
        rows: 3, columns: 7, offsets: [0, 2, 3, 4], indices: [0, 2, 1, 6], values: [0.5, -0.2, 1, 1.25])))
  #expect(data.targets == [[1], [-1], [3, 4]] && data.groups == [-1, 4, -1])
  #expect(
    rejections(report) == [
      "line 5: index: given 1 after 1, expected ascending indices",
      "line 6: index: given a text that is not an index, expected 0 to 268435456",
      "line 7: value: given a text that is not a number in range, expected a decimal number",
    ])
  let header = try SVMLight.read(contentsOf: fixtures() + "/svmlight/header.svm").value
  #expect(header.features.columns == 4 && header.features.indices == [0, 3, 2, 1])
  #expect(header.targets == [[0, 1], [1], []] && header.groups.isEmpty)
}

@Test func `a value between a label and its relevance is passed over`() throws {
  let source = try ByteSource(bytes: Array("3:0.5:2,4::0.25\tlamp\n".utf8), name: "corpus")
  let corpus = try TextCorpus.read(from: source).value
  #expect(
    corpus.entries == [
      .init(labels: [.init(id: 3, relevance: 2), .init(id: 4, relevance: 0.25)], text: "lamp")
    ])
}
