internal import Glibc
public import Learning
internal import Synchronization

/// How many results a text would have in the catalogue as it is now.
public protocol CatalogueGrounding: Sendable {
  /// Results of the search for a text.
  func hits(_ text: String) -> Int
}

/// A model that goes on: new searches count, new texts appear, rules and stock change, while others are answered.
///
///     let live = LiveCompletion(model, clock: { now() })
///     live.record(searches)
///     live.refresh()                  // once a second
///     live.complete(CompletionRequest("ru"))
///
/// Answers come from an immutable state that ``refresh()`` replaces; nobody who asks waits for anyone who writes. New
/// texts form a small model of their own beside the base until ``compact(to:on:)`` folds them in.
public final class LiveCompletion: Sendable {
  private let recipe: QueryCompletion
  private let clock: @Sendable () -> Double
  private let state: Mutex<LiveState>
  private let pending: Mutex<PendingSearches>
  private let audit: RecordLog?

  /// Starts with a model.
  ///
  /// - Parameter audit: the file that every change of the rules is appended to; nil for none.
  /// - Throws: `InvalidInput` when a rule cannot be used; `FileError` and `FileFormatError` of the audit file.
  public init(
    _ base: CompletionModel, rules: CompletionRules = CompletionRules(), audit: String? = nil,
    clock: @escaping @Sendable () -> Double
  ) throws {
    self.audit = try audit.map { try RecordLog(path: $0) }
    recipe = base.recipe
    self.clock = clock
    state = Mutex(
      LiveState(base: base, rules: try CompiledRules(rules, base.recipe.normalizer, labels: base.labels)))
    pending = Mutex(PendingSearches(base.recipe))
  }

  /// Counts searches; they are seen after the next ``refresh()``.
  ///
  /// - Complexity: O(searches)
  public func record(_ searches: [CompletionExample]) {
    pending.withLock { pending in
      for search in searches { pending.add(search) }
    }
  }

  /// Brings what was recorded into the answers.
  ///
  /// - Throws: `CancellationError`.
  /// - Complexity: O(L) for the order of suggestions, O(n log n) in the texts that are new
  public func refresh(on execution: Execution = Execution(threads: 1)) throws {
    let base = state.withLock { $0.base }
    let change = pending.withLock { $0.change(to: base) }
    guard let change else { return }
    let fresh = try change.fresh.isEmpty ? nil : recipe.fresh(change.fresh, like: base, on: execution)
    state.withLock { state in
      guard state.base.isSame(as: base) else { return }
      state.counted = base.counting(change.counts)
      state.fresh = fresh
    }
  }

  /// Replaces the rules; who did so is written to the audit file before they hold.
  ///
  /// - Throws: `InvalidInput` listing every rule that cannot be used; `FileError` of the audit file. The rules before hold on.
  public func setRules(_ rules: CompletionRules, by author: String = "") throws {
    let base = state.withLock { $0.base }
    let compiled = try CompiledRules(rules, recipe.normalizer, labels: base.labels)
    if let audit { try RuleChange(time: clock(), author: author, rules: rules).append(to: audit) }
    state.withLock { $0.rules = compiled }
  }

  /// Leaves out what the catalogue has no results for.
  ///
  /// - Parameter least: results that a text needs.
  /// - Complexity: O(L) questions to the catalogue
  public func refreshGrounding(_ grounding: any CatalogueGrounding, least: Int = 1) {
    let base = state.withLock { $0.base }
    let isGrounded = (0..<base.labelCount).map { grounding.hits(base.labels.surface(of: $0)) >= least }
    state.withLock { state in
      state.grounding = Grounding(labels: isGrounded, catalogue: grounding, least: least)
    }
  }

  /// Puts another model in place, such as one that was trained anew.
  public func swap(_ model: CompletionModel) throws {
    let rules = state.withLock { $0.rules.rules }
    let compiled = try CompiledRules(rules, model.recipe.normalizer, labels: model.labels)
    state.withLock { state in
      let grounding = state.grounding
      state = LiveState(base: model, rules: compiled)
      if let grounding {
        let isGrounded = (0..<model.labelCount).map {
          grounding.catalogue.hits(model.labels.surface(of: $0)) >= grounding.least
        }
        state.grounding = Grounding(
          labels: isGrounded, catalogue: grounding.catalogue, least: grounding.least)
      }
    }
    pending.withLock { $0 = PendingSearches(recipe) }
  }

  /// Folds new texts and counts into one model, writes it into a folder and goes on with it; meant for the background.
  ///
  /// - Throws: `FileError`; `CancellationError`. The live model is then as it was.
  /// - Complexity: O(bytes of the model)
  public func compact(to path: String, on execution: Execution = Execution(threads: 1)) throws {
    try refresh(on: execution)
    let before = state.withLock { $0 }
    guard let counted = before.counted else {
      return try before.base.write(to: path)
    }
    let merged = before.fresh.map { ModelMerging(counted, $0).merged() } ?? counted
    try merged.write(to: path)
    try swap(merged)
  }

  /// Forgets whom counts of distinct users know of a user.
  public func forget(user: String) {
    pending.withLock { $0.forget(ExampleEncoder.hash(ofUser: user)) }
  }

  /// Completes what is typed.
  public func complete(_ request: CompletionRequest) -> CompletionList {
    let (state, now) = (state.withLock { $0 }, clock())
    let filter = ServingRules(rules: state.rules, grounding: state.grounding)
    var list = (state.counted ?? state.base).complete(request, serving: filter, now: now)
    guard let fresh = state.fresh, list.degradation != .disabled else { return list }
    let further = fresh.complete(
      request, serving: ServingRules(rules: state.rules, grounding: state.grounding?.withoutLabels), now: now)
    list.merge(further, limit: request.limit)
    if !list.suggestions.isEmpty, list.degradation == .noLabels { list.degradation = nil }
    return list
  }
}

/// What answers are made from.
struct LiveState: Sendable {
  var base: CompletionModel
  var rules: CompiledRules
  /// The base with present counts.
  var counted: CompletionModel?
  /// Texts that the base does not have.
  var fresh: CompletionModel?
  var grounding: Grounding?

  init(base: CompletionModel, rules: CompiledRules) { (self.base, self.rules) = (base, rules) }
}

/// What the catalogue has results for.
struct Grounding: Sendable {
  /// For each label of a model whether it has results; empty where each is asked for.
  var labels: [Bool]
  let catalogue: any CatalogueGrounding
  let least: Int

  /// The same for another model.
  var withoutLabels: Grounding { Grounding(labels: [], catalogue: catalogue, least: least) }

  func allows(_ label: Int?, _ text: String) -> Bool {
    if let label, label < labels.count { return labels[label] }
    return catalogue.hits(text) >= least
  }
}

/// What may be shown.
struct ServingRules: Sendable {
  var rules: CompiledRules?
  var grounding: Grounding?
  /// The category that is wanted alone, as ``LabelCategories`` numbers it.
  var category: UInt16?

  /// Whether anything is kept from being shown.
  var isNeeded: Bool { grounding != nil || !(rules?.rules.blocks.isEmpty ?? true) }

  /// Whether a text may not be shown.
  func blocks(_ text: String, label: Int?) -> Bool {
    if rules?.blocks(text) ?? false { return true }
    return !(grounding?.allows(label, text) ?? true)
  }
}

extension CompletionList {
  /// Puts suggestions of another model among these: tier by tier, by score.
  mutating func merge(_ other: CompletionList, limit: Int) {
    let order = suggestions.map(\.tier) + other.suggestions.map(\.tier)
    var tiers: [CompletionTier] = []
    for tier in order where !tiers.contains(tier) { tiers.append(tier) }
    tiers.sort {
      (CompletionTier.allCases.firstIndex(of: $0) ?? 0) < (CompletionTier.allCases.firstIndex(of: $1) ?? 0)
    }
    var merged: [Suggestion] = []
    for tier in tiers {
      let ours = suggestions.filter { $0.tier == tier }
      let theirs = other.suggestions.filter { $0.tier == tier }
      var (i, j) = (0, 0)
      while i < ours.count || j < theirs.count {
        let takesOurs = j >= theirs.count || i < ours.count && ours[i].score >= theirs[j].score
        let next = takesOurs ? ours[i] : theirs[j]
        if takesOurs { i += 1 } else { j += 1 }
        if !merged.contains(where: { $0.text == next.text }) { merged.append(next) }
      }
    }
    suggestions = Array(merged.prefix(limit))
  }
}
