internal import Learning
internal import Probability
internal import QueryCompletion

/// What `bench completion` measures on a folder of examples.
struct CompletionBenchmark {
  let pairs: CompletionPairs
  let rows: [CompletionExample]
  let model: CompletionModel
  let execution: Execution

  /// Groups of features that the ablation leaves out, each with the weights learned anew.
  static let ablations: [(name: String, features: [CompletionFeature])] = [
    ("length", [.length]), ("pair", [.pair, .pairShare]), ("association", [.association]),
    ("overlap", [.overlap, .coverage, .olderOverlap]), ("addition", [.addition]),
    ("edit", [.substitution, .extending, .reduction]), ("repetition", [.repetition]),
    ("session", CompletionFeature.allCases.filter { $0 != .popularity && $0 != .length }),
  ]

  func evaluation(of model: CompletionModel, _ tiers: Set<CompletionTier>, session: Bool = true)
    -> CompletionEvaluation
  {
    CompletionEvaluation(rows, known: pairs.known) {
      var request = $0
      request.tiers = tiers
      if !session { request.history = [] }
      return model.complete(request).texts
    }
  }

  /// Quality of the order alone, with generated texts, and of all tiers.
  func measureQuality(_ figures: inout BenchFigures) {
    let exact = evaluation(of: model, [.exact])
    let all = exact.mean(.all)
    (figures["mrr"], figures["sr"], figures["bleu_rr"]) = (all.reciprocalRank, all.success, all.bleu)
    (figures["mean_list"], figures["test_rows"]) = (all.length, Double(all.count))
    let groups: [(String, CompletionEvaluation.Group)] = [
      ("mrr_seen", .seen), ("mrr_len1", .characters1), ("mrr_len2_3", .characters2to3),
      ("mrr_len4_6", .characters4to6), ("mrr_len7_10", .characters7to10), ("mrr_len_gt10", .charactersOver10),
      ("mrr_seen_len3", .seenShort),
    ]
    for (name, group) in groups { figures[name] = exact.mean(group).reciprocalRank }
    let generated = evaluation(of: model, [.exact, .generated])
    figures["mrr_generated"] = generated.mean(.all).reciprocalRank
    figures["mrr_unseen"] = generated.mean(.unseen).reciprocalRank
    figures["mrr_all_tiers"] = evaluation(of: model, CompletionRequest("").tiers).mean(.all).reciprocalRank
    figures["mrr_popularity"] = evaluation(of: model, [.exact], session: false).mean(.all).reciprocalRank
  }

  /// What is lost without each group of features.
  func measureAblations(_ figures: inout BenchFigures) throws {
    let own = evaluation(of: model, [.exact])
    for (name, features) in Self.ablations {
      var recipe = model.recipe
      recipe.leftOut = features
      let lesser = try recipe.fit(
        CompletionData(training: pairs.training, validation: pairs.validation), on: execution)
      let interval = own.difference(minus: evaluation(of: lesser, [.exact]))
      figures["ablation_\(name)"] = interval?.estimate
      figures["ablation_\(name)_low"] = interval?.low
      figures["ablation_\(name)_high"] = interval?.high
    }
    let changes: [(name: String, change: (inout QueryCompletion) -> Void)] = [
      ("unmerged", { $0.mergesForms = false }), ("misspelt", { $0.misspeltOdds = 0 }),
      ("history1", { $0.history = 1 }),
    ]
    for (name, change) in changes {
      var recipe = model.recipe
      change(&recipe)
      let other = try recipe.fit(
        CompletionData(training: pairs.training, validation: pairs.validation), on: execution)
      figures["mrr_\(name)"] = evaluation(of: other, [.exact]).mean(.all).reciprocalRank
      figures["mrr_generated_\(name)"] =
        evaluation(of: other, [.exact, .generated]).mean(.all).reciprocalRank
    }
  }

  /// The order and generated texts when only what five users share may be shown.
  func measureAnonymity(_ figures: inout BenchFigures) throws {
    var recipe = model.recipe
    recipe.anonymity = 5
    let shared = try recipe.fit(
      CompletionData(training: pairs.training, validation: pairs.validation), on: execution)
    figures["labels_k5"] = Double(shared.labelCount)
    figures["mrr_k5"] = evaluation(of: shared, [.exact, .generated]).mean(.all).reciprocalRank
  }

  /// Letter by letter: keystrokes saved, every prefix, none, and how often what is typed towards falls.
  func measureTyping(_ figures: inout BenchFigures) {
    for (suffix, tiers) in [("", Set<CompletionTier>([.exact, .generated])), ("_exact", [.exact])] {
      var (keys, saved, prefixes, falls) = (0, 0, 0, 0)
      var (every, zero) = (0.0, 0.0)
      for row in rows.prefix(1000) {
        var shown: [String] = []
        func rank(_ prefix: Substring) -> Double {
          var request = CompletionRequest(String(prefix), after: row.history)
          // The order within the tier needs no reminder of what was shown.
          if tiers != [.exact] { request.shown = shown }
          request.tiers = tiers
          shown = model.complete(request).texts
          return CompletionMeasures(shown, searched: row.query).reciprocalRank
        }
        zero += rank("")
        var (before, isDone) = (0.0, false)
        for length in 1..<max(1, row.query.count) {
          let reciprocal = rank(row.query.prefix(length))
          every += reciprocal
          prefixes += 1
          if reciprocal < before { falls += 1 }
          before = reciprocal
          if reciprocal > 0, !isDone {
            saved += row.query.count - length - 1
            isDone = true
          }
        }
        keys += row.query.count
      }
      figures["keystrokes_saved\(suffix)"] = Double(saved) / Double(max(1, keys))
      figures["mrr_every_prefix\(suffix)"] = every / Double(max(1, prefixes))
      figures["mrr_zero_prefix\(suffix)"] = zero / Double(max(1, rows.prefix(1000).count))
      figures["rank_falls_per_1000\(suffix)"] = 1000 * Double(falls) / Double(max(1, prefixes))
    }
  }

  /// Prefixes of at least four characters with one edit, never of the first character, of searches that are suggestions;
  /// without a session.
  func measureTypos(_ figures: inout BenchFigures) {
    let clean = rows.filter { $0.isStrict && ($0.prefix ?? "").count >= 4 && pairs.known.contains($0.query) }
    var generator = SeededGenerator(seed: 1)
    let wrong = clean.map { row in
      var row = row
      let prefix = Self.oneEdit(Array(row.prefix ?? ""), &generator)
      if prefix.count < row.query.count { row.prefix = prefix }
      return row
    }
    for (name, rows) in [("mrr_typo_clean", clean), ("mrr_typo", wrong)] {
      let evaluation = CompletionEvaluation(rows, known: pairs.known) {
        var request = CompletionRequest($0.prefix)
        request.tiers = [.exact, .misspelt]
        return model.complete(request).texts
      }
      figures[name] = evaluation.mean(.all).reciprocalRank
    }
    time("typo", wrong, CompletionRequest("").tiers, &figures)
  }

  /// Microseconds of one thread.
  func measureSpeed(_ figures: inout BenchFigures) {
    let without = rows.map { CompletionExample($0.query, prefix: $0.prefix) }
    time("popularity", without, [.exact], &figures)
    time("session", rows, [.exact], &figures)
    time("conjunctive", rows, [.conjunctive], &figures)
    time("generated", rows, [.exact, .generated], &figures)
    time("all_tiers", rows, CompletionRequest("").tiers, &figures)
  }

  private func time(
    _ name: String, _ rows: [CompletionExample], _ tiers: Set<CompletionTier>, _ figures: inout BenchFigures
  ) {
    let times = Stopwatch.microseconds(count: min(3000, rows.count)) {
      var request = CompletionRequest(rows[$0].prefix ?? "", after: rows[$0].history)
      request.tiers = tiers
      _ = model.complete(request)
    }
    figures["\(name)_us_mean"] = times.mean
    figures["\(name)_us_p99"] = times.percentile(0.99)
  }

  private static func oneEdit(_ text: [Character], _ generator: inout SeededGenerator) -> String {
    let place = 1 + generator.integer(below: text.count - 1)
    let letter = Character(Unicode.Scalar(UInt8(97 + generator.integer(below: 26))))
    var edited = text
    switch generator.integer(below: 4) {
    case 0: edited.remove(at: place)
    case 1: edited.insert(letter, at: place)
    case 2: edited[place] = letter
    default:
      if place > 1 { edited.swapAt(place - 1, place) } else { edited[place] = letter }
    }
    return String(edited)
  }
}
