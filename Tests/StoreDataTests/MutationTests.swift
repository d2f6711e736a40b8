import DynamicChoice
import Learning
import LinearAlgebra
import PolicyEvaluation
import Probability
import StoreData
import TestSupport
import Testing

/// The readers by the folder of fixtures that seeds them, here and in scripts/fuzz.
private let readers: [(folder: String, read: @Sendable (ByteSource) throws -> Void)] = [
  ("catalogue", { _ = try Catalogue.read(from: $0) }),
  ("catalogue-changes", { _ = try CatalogueChanges.read(from: $0) }),
  ("search-log", { _ = try SearchLog.read(from: $0) }),
  ("click-log", { _ = try ClickLog.read(from: $0) }),
  ("judgments", { _ = try RelevanceJudgments.read(from: $0) }),
  ("run", { _ = try RankedRun.read(from: $0) }),
  ("queries", { _ = try QuerySet.read(from: $0) }),
  ("text-corpus", { _ = try TextCorpus.read(from: $0) }),
  ("svmlight", { _ = try SVMLight.read(from: $0) }),
  ("decisions", { _ = try DecisionLog.read(from: $0, format: .jsonLines) }),
  ("vw-cb", { _ = try DecisionLog.read(from: $0, format: .vowpalWabbit(VowpalWabbitText(.cb))) }),
  ("vw-adf", { _ = try DecisionLog.read(from: $0, format: .vowpalWabbit(VowpalWabbitText(.cbADF))) }),
  ("open-bandit", { _ = try DecisionLog.read(from: $0, format: .openBandit(items: nil)) }),
  ("open-bandit-items", { _ = try OpenBanditItems(from: $0) }),
  ("decision-requests", { _ = try DecisionRequests.read(from: $0) }),
  (
    "panel",
    {
      let file = try ChoiceModelFile(SampleMembership.document)
      _ = try file.data(ChoicePanel.read(from: $0, layout: file.layout))
    }
  ),
  ("query-log-ubi", { _ = try QueryLog.read(from: $0, layout: .ubi) }),
  ("query-log-qac", { _ = try QueryLog.read(from: $0, layout: .amazonqac) }),
  ("query-log-aol", { _ = try QueryLog.read(from: $0, layout: .aol) }),
  ("completion-rows", { _ = try CompletionRows.read(from: $0, options: ReadOptions()) }),
  ("suggestion-lists", { _ = try SuggestionLists.read(from: $0, options: ReadOptions()) }),
  ("clicks", { _ = try HashedClicks(bits: 8).read(from: $0) { _, _, _ in } }),
]

@Test(arguments: readers.indices)
func `seeded mutations of every fixture are read or refused, never a crash`(_ position: Int) throws {
  let (folder, read) = readers[position]
  let root = fixtures() + "/" + folder
  let names = try files(inFolder: root)
  #expect(!names.isEmpty)
  for (number, name) in names.enumerated() {
    let seed = try bytes(ofFile: root + "/" + name)
    var generator = SeededGenerator(seed: 9, stream: UInt64(position * 100 + number))
    for _ in 0..<400 {
      let damaged = Mutation.damaged(seed, using: &generator)
      do {
        try read(ByteSource(bytes: damaged, name: name))
      } catch is FileFormatError {
        continue
      } catch is InvalidInput {
        continue
      }
    }
  }
}

@Test func `every kind of fixture has a reader that the mutations reach`() throws {
  let folders = Set(
    try files(inFolder: fixtures()).compactMap {
      $0.contains("/") ? $0.split(separator: "/").first.map(String.init) : nil
    })
  #expect(folders == Set(readers.map(\.folder)))
}
