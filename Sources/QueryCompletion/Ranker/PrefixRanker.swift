internal import ExtremeRanking
public import Learning
internal import LinearAlgebra
internal import Probability

/// The published method alone: extreme ranking of past queries by previous query and prefix (PrefXMRtree).
///
///     let ranker = try PrefixRanker().fit(CompletionData(training: examples))
///     try ranker.complete(CompletionRequest("ru", after: ["hiking boots"]))
///
/// N. Yadav et al., KDD 2021, arXiv 2012.07654. Unlike the released example, which filters what a beam finds, the walk goes
/// to suggestions that begin with the prefix alone.
public struct PrefixRanker: Estimator {
  /// How texts become keys.
  public var normalizer = QueryNormalizer()
  /// Levels of the tree that are characters, 0...16.
  public var trieDepth = 3
  /// Labels of a leaf at the most, 1...10,000.
  public var leafSize = 100
  /// Whether n-grams count less the later they start.
  public var isPositionWeighted = true
  /// Prefixes that each pair trains, its own and further ones of random length, 1...100.
  public var prefixesPerPair = 1
  /// Weights below this are dropped.
  public var threshold = 0.1
  /// Nodes that are kept on each level.
  public var beam = 10
  /// Suggestions that are all scored, without a beam, where no more match.
  public var exactBelow = 200
  /// Where random numbers start.
  public var seed: UInt64 = 0

  /// Creates the default recipe.
  public init() {}

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations()
    found.require((0...16).contains(trieDepth), "trieDepth", given: trieDepth, expected: "0...16")
    found.require((1...10_000).contains(leafSize), "leafSize", given: leafSize, expected: "1...10000")
    found.require(
      (1...100).contains(prefixesPerPair), "prefixesPerPair", given: prefixesPerPair, expected: "1...100")
    found.require(
      threshold >= 0 && threshold.isFinite, "threshold", given: threshold, expected: "0 or more")
    found.require((1...100_000).contains(beam), "beam", given: beam, expected: "1...100000")
    found.require(exactBelow >= 0, "exactBelow", given: exactBelow, expected: "0 or more")
    return found.all
  }

  /// Learns a ranker.
  ///
  /// - Throws: ``InvalidInput`` with every violation of recipe and data; `CancellationError`.
  public func fit(_ data: CompletionData, on execution: Execution) throws -> PrefixRankerModel {
    var problems = Violations(violations)
    problems.require(
      data.training.contains { !$0.history.isEmpty }, "training", given: "no search after another one",
      expected: "at least one")
    try problems.throwIfAny()
    var collection = LabelCollection(normalizer, anonymity: 1)
    // A text that never followed another query has nothing to be learned from.
    for example in data.training where !example.history.isEmpty {
      collection.add(example.query, user: ExampleEncoder.hash(ofUser: example.user), weight: 1)
    }
    let collected = collection.finish()
    let (labels, counts) = (collected.store, collected.counts)
    let rows = rows(data.training, labels)
    let features = PrefixFeatures(
      queries: Set(rows.map(\.previous)).sorted { $0.lexicographicallyPrecedes($1) },
      prefixes: rows.map(\.prefix), isPositionWeighted: isPositionWeighted)
    var texts = SparseMatrix.Builder(columns: features.count)
    for label in 0..<labels.count { texts.append(features.vector(label: labels.key(of: label))) }
    let tree = try HybridIndex(depth: trieDepth, leafSize: leafSize, seed: seed)
      .index(labels, texts.finish(), on: execution)
    var (instances, targets) = (
      SparseMatrix.Builder(columns: features.count), SparseMatrix.Builder(columns: labels.count)
    )
    for row in rows {
      instances.append(features.vector(previous: row.previous, prefix: row.prefix))
      targets.append(row: row.labels.map { (column: Int($0), value: 1) })
    }
    var recipe = XRLinear()
    recipe.pruning.threshold = threshold
    (recipe.seed, recipe.beam, recipe.format) = (seed, beam, .int8)
    let model = try recipe.fit(
      ExtremeRankingData(instances: instances.finish(), labels: targets.finish()), tree: tree, on: execution)
    return PrefixRankerModel(
      recipe: self, labels: labels, features: features, ranker: model, popularity: RangeMaxima(counts))
  }

  private struct Row {
    let previous, prefix: [UInt8]
    var labels: [Int32]
  }

  /// Distinct previous queries with prefixes, and what followed them.
  private func rows(_ examples: [CompletionExample], _ labels: LabelStore) -> [Row] {
    var places: [[[UInt8]]: Int] = [:]
    var rows: [Row] = []
    for (number, example) in examples.enumerated() {
      guard let last = example.history.last else { continue }
      var (query, previous) = ([UInt8](), [UInt8]())
      normalizer.appendKey(of: example.query, to: &query)
      normalizer.appendKey(of: last, to: &previous)
      guard let label = labels.label(of: query) else { continue }
      for prefix in prefixes(example, number) {
        var key: [UInt8] = []
        normalizer.appendKey(of: prefix, keepsTrailingBlank: true, to: &key)
        if let place = places[[previous, key]] {
          if !rows[place].labels.contains(Int32(label)) { rows[place].labels.append(Int32(label)) }
        } else {
          places[[previous, key]] = rows.count
          rows.append(Row(previous: previous, prefix: key, labels: [Int32(label)]))
        }
      }
    }
    for place in rows.indices { rows[place].labels.sort() }
    return rows
  }

  /// The prefixes that an example trains: its own, and some of random length.
  private func prefixes(_ example: CompletionExample, _ number: Int) -> [String] {
    var prefixes = [example.typed(seed: seed, number: number)]
    var generator = SeededGenerator(seed: seed, stream: 1 << 32 | UInt64(number))
    while prefixes.count < prefixesPerPair {
      let length = 1 + generator.integer(below: max(1, example.query.count - 1))
      prefixes.append(String(example.query.prefix(length)))
    }
    return prefixes
  }
}
