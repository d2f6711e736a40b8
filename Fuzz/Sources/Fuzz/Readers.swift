import PolicyEvaluation
import StoreData

/// Every reader of outside bytes by name; a new one is its line here and a seed in `scripts/fuzz`.
let readers: [String: @Sendable ([UInt8]) throws -> Void] = [
  "catalogue": { _ = try Catalogue.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "search-log": { _ = try SearchLog.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "click-log": { _ = try ClickLog.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "judgments": { _ = try RelevanceJudgments.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "run": { _ = try RankedRun.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "queries": { _ = try QuerySet.read(from: ByteSource(bytes: $0, name: "fuzz")) },
  "text-corpus": { _ = try TextCorpus.read(from: ByteSource(bytes: $0, name: "fuzz")) },
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
]
