import DynamicChoice
import Learning
import PolicyEvaluation
import StoreData

/// Every reader of a stream of outside bytes by name; a new one is its line here and a folder of seeds of that name among
/// the fixtures of a module's tests.
let readers: [String: @Sendable ([UInt8]) throws -> Void] = [
  "catalogue": { _ = try Catalogue.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "catalogue-changes": { _ = try CatalogueChanges.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "search-log": { _ = try SearchLog.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "click-log": { _ = try ClickLog.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "judgments": { _ = try RelevanceJudgments.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "run": { _ = try RankedRun.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "queries": { _ = try QuerySet.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "text-corpus": { _ = try TextCorpus.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "table": { _ = try DelimitedTable(ByteSource(bytes: $0, name: "fuzz")) },
  "panel": {
    let file = try ChoiceModelFile(SampleMembership.document)
    _ = try file.data(ChoicePanel.read(from: ByteSource(bytes: $0, name: "fuzz"), layout: file.layout))
  },
  "choice-model": { _ = try ChoiceModelFile(JSONValue(parsing: $0)) },
  "svmlight": { _ = try SVMLight.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "decisions": { _ = try DecisionLog.read(from: ByteSource(bytes: $0, name: "fuzz"), format: .jsonLines) },
  "vw-cb": {
    _ = try DecisionLog.read(
      from: ByteSource(bytes: $0, name: "fuzz"), format: .vowpalWabbit(VowpalWabbitText(.cb)))
  },
  "vw-adf": {
    _ = try DecisionLog.read(
      from: ByteSource(bytes: $0, name: "fuzz"), format: .vowpalWabbit(VowpalWabbitText(.cbADF)))
  },
  "open-bandit": {
    _ = try DecisionLog.read(from: ByteSource(bytes: $0, name: "fuzz"), format: .openBandit(items: nil))
  },
  "open-bandit-items": { _ = try OpenBanditItems(from: ByteSource(bytes: $0, name: "fuzz")) },
  "decision-requests": { _ = try DecisionRequests.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "clicks": { _ = try HashedClicks(bits: 8).read(from: ByteSource(bytes: $0, name: "fuzz")) { _, _, _ in } },
]
