internal import Glibc
internal import LinearAlgebra
internal import TextFeatures

/// Folds a small model of new texts into a large one: one store, one set of tables, the large one's weights.
struct ModelMerging {
  private let base, fresh: CompletionModel
  private let labels, words: KeyUnion

  init(_ base: CompletionModel, _ fresh: CompletionModel) {
    (self.base, self.fresh) = (base, fresh)
    func keys(_ model: CompletionModel) -> [[UInt8]] {
      (0..<model.labelCount).map { model.labels.key(of: $0) }
    }
    func words(_ model: CompletionModel) -> [[UInt8]] {
      (0..<model.words.vocabulary.count).map { Array(model.words.vocabulary.bytes(of: $0)) }
    }
    labels = KeyUnion(keys(base), keys(fresh))
    self.words = KeyUnion(words(base), words(fresh))
  }

  /// - Complexity: O(bytes of both)
  func merged() -> CompletionModel {
    let sources = labels.sources
    let store = LabelStore(
      sorted: zip(labels.keys, sources).map { key, source in
        let surface =
          source.base.map { base.labels.surface(of: $0) } ?? fresh.labels.surface(of: source.fresh ?? 0)
        return (key: key, surface: Array(surface.utf8))
      })
    let counts = sources.map { source in
      (source.base.map { exp(base.popularity[$0]) } ?? 0)
        + (source.fresh.map { exp(fresh.popularity[$0]) } ?? 0)
    }
    let groups = LabelGroups(store, stemming: base.recipe.normalizer.stemming)
    var report = base.report
    report.labels = store.count
    report.searches += fresh.report.searches
    let wording = mergedWords()
    return CompletionModel(
      recipe: base.recipe, weights: base.weights, report: report,
      parts: CompletionParts(
        labels: store, groups: groups, categories: mergedCategories(groups),
        tables: mergedTables(wording.vocabulary, counts), words: wording,
        popularity: LabelPopularity(counts: counts),
        lengths: LabelLengths(
          characters: StoredArray(
            sources.map { source in
              source.base.map { base.lengths.characters[$0] } ?? fresh.lengths.characters[source.fresh ?? 0]
            }))), generation: base.generation)
  }

  private func mergedWords() -> WordModel {
    var builder = Vocabulary.Builder()
    for word in words.keys { word.withUnsafeBufferPointer { _ = builder.insert($0) } }
    let frequencies = words.sources.map { source in
      let known = source.base.map { base.words.frequencies.scores[$0] } ?? -1
      let new = source.fresh.map { fresh.words.frequencies.scores[$0] } ?? -1
      return known < 0 || new < 0 ? max(known, new) : log1p(expm1(known) + expm1(new))
    }
    // What begins a query is the list behind those of the words.
    let rows =
      words.sources + [KeyUnion.Source(base: base.words.start, fresh: fresh.words.start)]
    return WordModel(
      vocabulary: builder.finish(order: Array(words.keys.indices)), frequencies: frequencies,
      successors: lists(rows, words, \.words.successors, limit: 1000))
  }

  private func mergedTables(_ vocabulary: Vocabulary, _ counts: [Float]) -> SessionTables {
    let recipe = base.recipe
    let previous = Set(base.tables.previous).union(fresh.tables.previous).sorted()
    let pairRows = previous.map { hash in
      KeyUnion.Source(base: base.tables.place(of: hash), fresh: fresh.tables.place(of: hash))
    }
    return SessionTables(
      words: vocabulary,
      followers: lists(words.sources, labels, \.tables.followers, limit: recipe.followers),
      followed: StoredArray(
        words.sources.map { source in
          (source.base.map { base.tables.followed[$0] } ?? 0)
            + (source.fresh.map { fresh.tables.followed[$0] } ?? 0)
        }),
      previous: StoredArray(previous),
      pairs: lists(pairRows, labels, \.tables.pairs, limit: recipe.followers),
      holders: lists(words.sources, labels, \.tables.holders, limit: recipe.holders, counts: counts),
      additions: lists(words.sources, words, \.tables.additions, limit: 100),
      lengths: StoredArray(
        labels.sources.map { source in
          source.base.map { base.tables.lengths[$0] } ?? fresh.tables.lengths[source.fresh ?? 0]
        }))
  }

  /// New texts have the category of their group, where that has one.
  private func mergedCategories(_ groups: LabelGroups) -> LabelCategories {
    if base.categories.isEmpty { return .none }
    var ofGroup: [Int: Int] = [:]
    for (label, source) in labels.sources.enumerated() {
      if let known = source.base { ofGroup[groups.group(of: label)] = known }
    }
    let known = labels.sources.indices.map { ofGroup[groups.group(of: $0)] }
    return LabelCategories(
      names: base.categories.names,
      numbers: StoredArray(known.map { $0.map { base.categories.numbers[$0] } ?? 0 }),
      shares: StoredArray(known.map { $0.map { base.categories.shares[$0] } ?? 0 }))
  }

  /// Lists of both, row by row, their entries renumbered.
  private func lists(
    _ rows: [KeyUnion.Source], _ entries: KeyUnion, _ lists: KeyPath<CompletionModel, LabelLists>, limit: Int,
    counts: [Float]? = nil
  ) -> LabelLists {
    var builder = LabelLists.Builder(keepsWeights: counts == nil)
    let (known, new) = (base[keyPath: lists], fresh[keyPath: lists])
    for row in rows {
      var weights: [Int32: Float] = [:]
      func add(_ list: LabelLists, _ row: Int?, _ numbers: [Int32]) {
        guard let row else { return }
        for place in list.range(of: row) {
          let entry = numbers[Int(list.labels[place])]
          weights[entry, default: 0] =
            counts.map { $0[Int(entry)] } ?? weights[entry, default: 0] + list.weight(at: place)
        }
      }
      add(known, row.base, entries.ofBase)
      add(new, row.fresh, entries.ofFresh)
      builder.append(weights.map { (label: $0.key, weight: $0.value) }, limit: limit)
    }
    return builder.finish()
  }
}

/// Two ascending lists of keys as one, and where each key came from and went to.
struct KeyUnion {
  /// Where a key was.
  struct Source {
    var base: Int?
    var fresh: Int?
  }

  private(set) var keys: [[UInt8]] = []
  private(set) var sources: [Source] = []
  /// The new numbers of the first list's keys.
  private(set) var ofBase: [Int32] = []
  /// The new numbers of the second list's keys.
  private(set) var ofFresh: [Int32] = []

  init(_ base: [[UInt8]], _ fresh: [[UInt8]]) {
    var (i, j) = (0, 0)
    while i < base.count || j < fresh.count {
      let takesBase = j == fresh.count || i < base.count && !fresh[j].lexicographicallyPrecedes(base[i])
      let takesFresh = i == base.count || j < fresh.count && !base[i].lexicographicallyPrecedes(fresh[j])
      sources.append(Source(base: takesBase ? i : nil, fresh: takesFresh ? j : nil))
      keys.append(takesBase ? base[i] : fresh[j])
      if takesBase {
        ofBase.append(Int32(keys.count - 1))
        i += 1
      }
      if takesFresh {
        ofFresh.append(Int32(keys.count - 1))
        j += 1
      }
    }
  }
}
