import FoundationEssentials
import Learning
import LinearAlgebra
import Probability
import Synchronization
import TestSupport
import Testing
import TextFeatures

@testable import ExtremeRanking

/// A model of forty desks and lamps with words of their own, in a folder.
private func store(_ folder: String, labels: Int = 40) throws -> String {
  let texts = (0..<labels).map { "\($0 % 2 == 0 ? "desk" : "lamp") number\($0) colour\($0 % 7)" }
  let vectorizer = try TextVectorization(blocks: [NGramBlock(.words(1...1))]).fit(texts)
  var y = SparseMatrix.Builder(columns: labels)
  for label in 0..<labels { y.append(row: [(label, 1)]) }
  var recipe = XRLinear()
  recipe.clustering.branching = 4
  recipe.clustering.maximumLeafSize = 5
  let tree = try recipe.fit(
    ExtremeRankingData(
      instances: try vectorizer.transform(texts, on: Execution(threads: 1)), labels: y.finish()))
  let path = folder + "/model"
  try ExtremeRankingModel(
    trees: XRLinearEnsemble([tree]), vectorizer: .own(vectorizer),
    names: StoredStrings((0..<labels).map { "L\($0)" })
  ).write(to: path)
  return path
}

private func names(_ model: ExtremeRankingModel, _ text: String, k: Int = 100) throws -> [String] {
  try model.predict(text: text, PredictionOptions(k: k, beam: 100)).labels.map { model.name(of: Int($0)) }
}

@Suite struct ExtremeRankingStoreTests {
  private let new = (0..<12).map {
    NamedLabel(name: "N\($0)", text: "desk colour\($0 % 7) number\($0)", queries: ["colour\($0 % 7) desk"])
  }

  @Test func `what was added is there for the next reader, before and after a merge`() throws {
    try withTemporaryFolder { folder in
      let path = try store(folder)
      let changes = try ExtremeRankingStore(contentsOf: path)
      let summary = try changes.update(adding: new, removing: ["L3", "nobody"])
      #expect(summary.added == 12 && summary.removed == 1 && summary.unknown == ["nobody"])
      let expected = try names(changes.snapshot, "desk colour2")
      #expect(expected.contains("N2") && !expected.contains("L3") && expected.count == 51)
      let read = try ExtremeRankingModel(contentsOf: path)
      #expect(read.changeLog == ChangeLogReport(changes: 13, droppedBytes: 0))
      #expect(try names(read, "desk colour2") == expected)
      try changes.merge()
      let merged = try ExtremeRankingModel(contentsOf: path)
      #expect(merged.changeLog == ChangeLogReport())
      #expect(try names(merged, "desk colour2") == expected)
      #expect(try names(changes.snapshot, "desk colour2") == expected)
      try changes.update(adding: [NamedLabel(name: "late", text: "lamp colour1")])
      #expect(try names(ExtremeRankingModel(contentsOf: path), "lamp colour1", k: 52).contains("late"))
    }
  }

  @Test func `a label of a name that is taken replaces the old one`() throws {
    try withTemporaryFolder { folder in
      let changes = try ExtremeRankingStore(contentsOf: store(folder))
      let desk = NamedLabel(name: "L1", text: "desk number8")
      let summary = try changes.update(adding: [NamedLabel(name: "L1", text: "lamp"), desk])
      #expect(summary.added == 1 && summary.replaced == 1)
      #expect(changes.snapshot.trees.members[0].liveLabelCount == 40)
      #expect(try names(changes.snapshot, "desk number8").count { $0 == "L1" } == 1)
      #expect(try names(changes.snapshot, "desk number8", k: 2).contains("L1"))
      #expect(try changes.update(adding: [], removing: ["L1", "L1"]).removed == 1)
      #expect(try !names(changes.snapshot, "desk number8").contains("L1"))
      let unknown = try changes.update(adding: [NamedLabel(name: "X", text: "zzzz")])
      #expect(unknown.added == 0 && unknown.withoutKnownWord == ["X"])
    }
  }

  @Test func `a torn tail of any length costs the last changes alone`() throws {
    try withTemporaryFolder { folder in
      let path = try store(folder)
      let log = path + "/changes.log"
      for label in new.prefix(3) { try ExtremeRankingStore(contentsOf: path).update(adding: [label]) }
      let whole = try bytes(ofFile: log)
      var ends = [8]
      for record in try RecordLog.read(log).records { ends.append(ends[ends.count - 1] + 12 + record.count) }
      #expect(ends.count == 4 && ends[3] == whole.count)
      for length in 0...whole.count where length % 7 == 0 || ends.contains(length) {
        try write(Array(whole[..<length]), toFile: log)
        let model = try ExtremeRankingModel(contentsOf: path)
        let kept = ends.lastIndex { $0 <= length } ?? 0
        #expect(model.changeLog.changes == kept)
        #expect(model.changeLog.droppedBytes == (length < 8 ? length : length - ends[kept]))
        #expect(model.trees.members[0].labelCount == 40 + kept)
      }
      try write(Array(whole[..<(whole.count - 1)]), toFile: log)
      let changes = try ExtremeRankingStore(contentsOf: path)
      #expect(changes.report.changes == 2 && changes.report.droppedBytes == ends[3] - ends[2] - 1)
      try changes.update(adding: [new[2]])
      #expect(try bytes(ofFile: log) == whole)
    }
  }

  @Test func `a damaged log never crashes a reader`() throws {
    try withTemporaryFolder { folder in
      let path = try store(folder)
      try ExtremeRankingStore(contentsOf: path).update(adding: new, removing: ["L3"])
      let (log, records) = (path + "/changes.log", try RecordLog.read(path + "/changes.log").records)
      for seed in 0..<200 {
        var generator = SeededGenerator(seed: 5, stream: UInt64(seed))
        // Damage with a right checksum: what the reader of records must find itself.
        var damaged = records
        let record = generator.integer(below: damaged.count)
        damaged[record][generator.integer(below: damaged[record].count)] = UInt8(
          generator.integer(below: 256))
        try FileManager.default.removeItem(atPath: log)
        try RecordLog(path: log).append(damaged)
        do {
          _ = try names(ExtremeRankingModel(contentsOf: path), "desk colour2")
        } catch {
          #expect(error is FileFormatError, "seed \(seed): \(error)")
        }
      }
      try write(Array("something else".utf8), toFile: log)
      #expect(
        throws: FileFormatError(
          path: log, given: "something that is no log of changes", expected: "a log written by Shopkeeper",
          advice: "Move the file away; the model is usable without it.")
      ) { try ExtremeRankingModel(contentsOf: path) }
    }
  }

  @Test func `two writers cannot have one model`() throws {
    try withTemporaryFolder { folder in
      let path = try store(folder)
      let first = try ExtremeRankingStore(contentsOf: path)
      let refused = #expect(throws: FileError.self) { try ExtremeRankingStore(contentsOf: path) }
      #expect(refused?.operation == "lock" && refused?.path == path + "/changes.log")
      try first.merge()
      #expect(throws: FileError.self) { try ExtremeRankingStore(contentsOf: path) }
    }
  }

  @Test func `readers see whole snapshots while labels come and go and are merged`() throws {
    try withTemporaryFolder { folder in
      let path = try store(folder)
      let changes = try ExtremeRankingStore(contentsOf: path)
      let isDone = Atomic<Bool>(false)
      try concurrentForEach(count: 3, threads: 3) { worker in
        if worker == 0 {
          defer { isDone.store(true, ordering: .releasing) }
          for round in 0..<8 {
            let labels = (0..<4).map { NamedLabel(name: "R\(round)-\($0)", text: "desk colour\($0)") }
            try changes.update(
              adding: labels, removing: round == 0 ? [] : (0..<4).map { "R\(round - 1)-\($0)" })
            if round % 3 == 2 { try changes.merge() }
          }
          return
        }
        repeat {
          let found = try names(changes.snapshot, "desk colour1").filter { $0.hasPrefix("R") }
          let rounds = Set(found.map { $0.prefix(2) })
          #expect(rounds.count <= 1 && (found.isEmpty || found.count == 4), "\(found)")
        } while !isDone.load(ordering: .acquiring)
      }
      let read = try names(ExtremeRankingModel(contentsOf: path), "desk colour1")
      #expect(read.filter { $0.hasPrefix("R") }.sorted() == (0..<4).map { "R7-\($0)" })
    }
  }
}
