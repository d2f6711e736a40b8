internal import ExtremeRanking
internal import Learning
internal import LinearAlgebra
internal import Probability
internal import ProductSearch
internal import StoreData
internal import TextFeatures

/// Withholds some products from training with all their clicks, inserts them afterwards by their titles alone, and
/// measures how well they are found and what that costs the others.
struct InsertionBenchmark {
  /// Identifier and title of every product.
  let products: [(id: String, title: String)]
  let train: ClickLog
  let test: ClickLog
  var recipe = XRLinear()
  var insertion = LabelInsertionRecipe()
  var grams = TextGrams.wordsPairsTrigrams
  /// The share of the products that have no clicks while the fusion is learned.
  var coldShare = FusionRecipe().coldShare
  /// How much recall at ten the others may lose to products without clicks.
  var newcomerCost = FusionRecipe().newcomerCost
  /// The share of the clicked products that is withheld.
  var share = 0.1
  /// Seeds the choice of the products withheld.
  var seed: UInt64 = 0

  /// A model without the products withheld, and those.
  struct Prepared {
    let model: ExtremeRankingModel
    let late: [NamedLabel]
  }

  /// Trains on the queries that lead to other products and on those products' titles.
  func prepare(on execution: Execution) throws -> Prepared {
    let late = withheld()
    let known = products.indices.filter { !late.contains(products[$0].id) }
    let numbers = Dictionary(known.enumerated().map { (products[$1].id, $0) }) { first, _ in first }
    var (texts, labels) = ([String](), SparseMatrix.Builder(columns: known.count))
    for entry in train.entries {
      let clicked = Set(entry.clicks.compactMap { numbers[$0.product] })
      guard !clicked.isEmpty else { continue }
      texts.append(entry.query)
      labels.append(row: clicked.map { ($0, 1) })
    }
    for (number, product) in known.enumerated() {
      texts.append(products[product].title)
      labels.append(row: [(number, 1)])
    }
    let vectorizer = try grams.recipe.fit(texts, on: execution)
    let x = try vectorizer.transform(texts, on: execution)
    let data = ExtremeRankingData(
      instances: x, labels: labels.finish(),
      labelFeatures: x.selectingRows(Array(x.rows - known.count..<x.rows)))
    let model = try ExtremeRankingModel(
      trees: XRLinearEnsemble([recipe.fit(data, on: execution)]), vectorizer: .own(vectorizer),
      names: StoredStrings(known.map { products[$0].id }))
    return Prepared(
      model: model,
      late: products.filter { late.contains($0.id) }.map { NamedLabel(name: $0.id, text: $0.title) })
  }

  func withheld() -> Set<String> {
    let clicked = Set(train.entries.lazy.flatMap { $0.clicks.lazy.map(\.product) })
    var pool = products.map(\.id).filter(clicked.contains)
    var generator = SeededGenerator(seed: seed, stream: 7)
    let count = Int(share * Double(pool.count))
    for i in 0..<count { pool.swapAt(i, i + generator.integer(below: pool.count - i)) }
    return Set(pool.prefix(count))
  }

  /// Figures: recall of the products inserted, and of the others before and after.
  func measure(_ prepared: Prepared, _ figures: inout BenchFigures, on execution: Execution) throws {
    let grown = try prepared.model.inserting(prepared.late, insertion, on: execution)
    let late = Set(prepared.late.map(\.name))
    let inserted = try evaluate(grown, on: execution) { late.contains($0) }
    figures["cold_xr_recall10"] = inserted.recall(at: 10)
    figures["cold_xr_recall100"] = inserted.recall(at: 100)
    figures["cold_queries"] = Double(inserted.queries.count)
    let others = try evaluate(grown, on: execution) { !late.contains($0) }
    figures["cold_xr_others_recall10"] = others.recall(at: 10)
    figures["cold_xr_others_recall100"] = others.recall(at: 100)
    let before = try evaluate(prepared.model, on: execution) { !late.contains($0) }
    figures["cold_xr_others_recall10_before"] = before.recall(at: 10)
    figures["cold_xr_title_found"] = try titlesFound(grown, prepared.late)
  }

  /// The share of inserted products that their title finds among the first ten.
  private func titlesFound(_ model: ExtremeRankingModel, _ labels: [NamedLabel]) throws -> Double {
    let sample = labels.prefix(1000)
    let found = try sample.count { label in
      try model.predict(text: label.text, PredictionOptions(k: 10)).labels.contains {
        model.name(of: Int($0)) == label.name
      }
    }
    return Double(found) / Double(max(1, sample.count))
  }

  /// Wall time of inserts, each giving a model that answers with it, from text; and how many a second in one batch.
  func time(_ prepared: Prepared, _ figures: inout BenchFigures, on execution: Execution) throws {
    var (model, times) = (prepared.model, [Double]())
    for label in prepared.late.prefix(300) {
      let start = Stopwatch.wallSeconds
      model = try model.inserting([label], insertion, on: Execution(threads: 1))
      times.append((Stopwatch.wallSeconds - start) * 1e3)
    }
    figures["insert_xr_ms"] = times.mean
    figures["insert_xr_p99_ms"] = times.percentile(0.99)
    let batch = Array(prepared.late.prefix(10_000))
    let start = Stopwatch.wallSeconds
    let grown = try prepared.model.inserting(batch, insertion, on: execution)
    figures["inserts_xr_per_s"] = Double(batch.count) / (Stopwatch.wallSeconds - start)
    let merging = Stopwatch.wallSeconds
    _ = try grown.merging(on: execution)
    figures["merge_xr_s"] = Stopwatch.wallSeconds - merging
    let tree = prepared.model.trees.members[0]
    figures["insert_vector_bytes_per_label"] = Double(tree.vectorByteCount) / Double(tree.labelCount)
  }

  /// Quality on the test queries that lead to one of the products counted.
  private func evaluate(
    _ model: ExtremeRankingModel, on execution: Execution, counting isCounted: (String) -> Bool
  ) throws -> RankingEvaluation {
    let answers = try model.trees.predict(
      model.textVectorizer().transform(test.entries.map(\.query), on: execution), PredictionOptions(k: 100),
      on: execution)
    let places = Dictionary(test.entries.enumerated().map { ($1.query, $0) }) { first, _ in first }
    return try judged(counting: isCounted) { entry in
      answers[places[entry.query]!].labels.map { model.name(of: Int($0)) }
    }
  }

  /// Quality of ranked ids on the test queries that lead to one of the products counted.
  func judged(
    counting isCounted: (String) -> Bool, _ answer: (ClickLog.Entry) throws -> [String]
  ) throws -> RankingEvaluation {
    var run: [String: [ScoredDocument]] = [:]
    var queries: [JudgedQuery] = []
    for entry in test.entries {
      let clicks = entry.clicks.filter { isCounted($0.product) }
      if clicks.isEmpty { continue }
      run[entry.query] = try answer(entry).enumerated().map { ScoredDocument($1, Double(-$0)) }
      queries.append(
        JudgedQuery(id: entry.query, text: entry.query, judgments: clicks.map { ($0.product, $0.weight) }))
    }
    return try RankingTask(queries: queries, metrics: .clicks).evaluate(run)
  }
}
