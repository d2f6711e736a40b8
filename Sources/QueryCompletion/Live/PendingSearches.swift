internal import Glibc
internal import Learning
internal import LinearAlgebra

/// Searches since the base was made: counts of its labels on two clocks, and texts that it lacks.
struct PendingSearches {
  /// What a refresh changes.
  struct Change {
    /// Weights that are added to labels' counts.
    let counts: [Int: Float]
    /// Searches of texts that are no labels and that enough users share.
    let fresh: [CompletionExample]
  }

  private struct Text {
    var slow = 0.0
    var fast = 0.0
    var users: Set<UInt64> = []
    var isShared = false
    var examples: [CompletionExample] = []
    /// The last day on which each user counted, for a few users.
    var lastDay: [UInt64: Int] = [:]
  }

  private let recipe: QueryCompletion
  private var texts: [[UInt8]: Text] = [:]
  private var isChanged = false
  /// The latest time seen: clocks that go back change nothing.
  private var latest = -Double.infinity
  /// The time whose searches count 1 in `slow` and `fast`.
  private var origin = -Double.infinity

  /// Examples of a new text that are kept.
  private static let kept = 20

  /// Half-lives after which sums are made smaller before they overflow.
  private static let rebase = 500.0

  /// New texts that wait to be shared; beyond them no further ones are taken.
  private static let textLimit = 200_000

  init(_ recipe: QueryCompletion) { self.recipe = recipe }

  /// Counts a search: forward decay, so that a search now counts more instead of those before counting less.
  mutating func add(_ example: CompletionExample) {
    var key: [UInt8] = []
    recipe.normalizer.appendKey(of: example.query, to: &key)
    guard !key.isEmpty, example.query.count <= QueryNormalizer.maximumLength else { return }
    if texts[key] == nil, texts.count >= Self.textLimit { return }
    latest = max(latest, example.time ?? latest)
    if !origin.isFinite { origin = latest.isFinite ? latest : 0 }
    let days = latest.isFinite ? (latest - origin) / 86_400 : 0
    if days / recipe.halfLives.fastDays > Self.rebase || days / recipe.halfLives.slowDays > Self.rebase {
      moveOrigin()
    }
    let age = latest.isFinite ? (latest - origin) / 86_400 : 0
    let user = ExampleEncoder.hash(ofUser: example.user)
    let day = latest.isFinite ? Int((latest / 86_400).rounded(.down)) : 0
    var text = texts[key] ?? Text()
    texts[key] = nil
    defer { texts[key] = text }
    // One user counts once for a text and day.
    if text.lastDay[user] == day { return }
    if text.lastDay.count < 1000 { text.lastDay[user] = day }
    text.slow += exp2(age / recipe.halfLives.slowDays)
    text.fast += exp2(age / recipe.halfLives.fastDays)
    if !text.isShared {
      text.users.insert(user)
      if text.users.count >= recipe.anonymity { (text.isShared, text.users) = (true, []) }
    }
    if text.examples.count < Self.kept { text.examples.append(example) }
    isChanged = true
  }

  private mutating func moveOrigin() {
    let days = (latest - origin) / 86_400
    let (slow, fast) = (exp2(-days / recipe.halfLives.slowDays), exp2(-days / recipe.halfLives.fastDays))
    for key in texts.keys {
      texts[key]?.slow *= slow
      texts[key]?.fast *= fast
    }
    origin = latest
  }

  mutating func forget(_ user: UInt64) {
    for key in texts.keys {
      texts[key]?.users.remove(user)
      texts[key]?.lastDay[user] = nil
      texts[key]?.examples.removeAll { ExampleEncoder.hash(ofUser: $0.user) == user }
    }
  }

  /// What came before a search tells only where enough users share the pair.
  private func withSharedHistories(_ examples: [CompletionExample]) -> [CompletionExample] {
    var users: [[String]: Set<String>] = [:]
    for example in examples {
      if let last = example.history.last { users[[last, example.query], default: []].insert(example.user) }
    }
    return examples.map { example in
      guard let last = example.history.last,
        users[[last, example.query], default: []].count < recipe.anonymity
      else { return example }
      var alone = example
      alone.history = []
      return alone
    }
  }

  /// What is new for a base; nil where nothing is.
  mutating func change(to base: CompletionModel) -> Change? {
    guard isChanged else { return nil }
    isChanged = false
    let days = latest.isFinite && origin.isFinite ? (latest - origin) / 86_400 : 0
    let (slow, fast) = (exp2(-days / recipe.halfLives.slowDays), exp2(-days / recipe.halfLives.fastDays))
    var counts: [Int: Float] = [:]
    var fresh: [CompletionExample] = []
    for (key, text) in texts {
      let weight = Float(text.slow * slow + recipe.halfLives.fastWeight * text.fast * fast)
      if let label = base.labels.label(of: key) {
        counts[label] = weight
      } else if text.isShared {
        // The fresh model counts each example 1; one of the weight stands for all.
        fresh += text.examples.prefix(max(1, min(text.examples.count, Int(weight.rounded()))))
      }
    }
    return Change(
      counts: counts, fresh: withSharedHistories(fresh).sorted { ($0.query, $0.user) < ($1.query, $1.user) })
  }
}

extension QueryCompletion {
  /// A small model of texts that enough users share, with the weights of a large one.
  func fresh(_ examples: [CompletionExample], like base: CompletionModel, on execution: Execution) throws
    -> CompletionModel
  {
    var recipe = self
    recipe.anonymity = 1
    let model = try recipe.fit(CompletionData(training: examples), on: execution)
    return CompletionModel(
      recipe: recipe, weights: base.weights, report: model.report, parts: model.parts,
      generation: base.generation)
  }
}

extension CompletionModel {
  /// The model with further weight in labels' counts.
  func counting(_ counts: [Int: Float]) -> CompletionModel {
    var changed = (0..<labelCount).map { exp(popularity[$0]) }
    for (label, count) in counts { changed[label] += count }
    var parts = parts
    parts.popularity = LabelPopularity(counts: changed)
    return CompletionModel(
      recipe: recipe, weights: weights, report: report, parts: parts, generation: generation)
  }

  /// Whether two are the same model in memory.
  func isSame(as other: CompletionModel) -> Bool {
    labels.bytes.unsafeBaseAddress == other.labels.bytes.unsafeBaseAddress
  }
}
