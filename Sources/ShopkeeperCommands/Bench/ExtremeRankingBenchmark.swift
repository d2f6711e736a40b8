internal import ExtremeRanking
internal import Learning
internal import LinearAlgebra
internal import StoreData
internal import TextFeatures

/// Trains and measures one extreme-ranking model on a click log.
struct ExtremeRankingBenchmark {
  let train: ClickLog
  let test: ClickLog
  var recipe = XRLinear()
  var grams = TextGrams.wordsPairsTrigrams

  /// A trained model with what its training cost in processor seconds.
  struct Trained {
    let model: ExtremeRankingModel
    let vectoriseSeconds: Double
    let indexSeconds: Double
    let trainSeconds: Double
  }

  /// Trains with as many threads as the execution allows; the seconds are those of all threads.
  func fit(on execution: Execution) throws -> Trained {
    let names = Set(train.entries.lazy.flatMap { $0.clicks.lazy.map(\.product) }).sorted()
    let numbers = Dictionary(zip(names, 0...)) { first, _ in first }
    var labels = SparseMatrix.Builder(columns: names.count)
    for entry in train.entries { labels.append(row: entry.clicks.map { (numbers[$0.product]!, 1) }) }
    let texts = train.entries.map(\.query)
    let ((vectorizer, x), vectorise) = try Stopwatch.processSeconds {
      let vectorizer = try grams.recipe.fit(texts, on: execution)
      return (vectorizer, try vectorizer.transform(texts, on: execution))
    }
    let data = ExtremeRankingData(instances: x, labels: labels.finish())
    let (tree, index) = try Stopwatch.processSeconds {
      try recipe.clustering.index(
        recipe.embedding.embed(data, on: execution), seed: recipe.seed, on: execution)
    }
    let (model, solve) = try Stopwatch.processSeconds { try recipe.fit(data, tree: tree, on: execution) }
    return Trained(
      model: try ExtremeRankingModel(
        trees: XRLinearEnsemble([model]), vectorizer: .own(vectorizer), names: StoredStrings(names)),
      vectoriseSeconds: vectorise, indexSeconds: index, trainSeconds: solve)
  }

  /// Quality on the test log: gain is clicks, every clicked product counts, also those the model cannot know.
  func evaluate(_ model: ExtremeRankingModel, on execution: Execution) throws -> RankingEvaluation {
    let x = try model.textVectorizer().transform(test.entries.map(\.query), on: execution)
    let answers = try model.trees.predict(x, PredictionOptions(k: 100), on: execution)
    var run: [String: [ScoredDocument]] = [:]
    for (entry, answer) in zip(test.entries, answers) {
      run[entry.query] = zip(answer.labels, answer.scores).enumerated().map { rank, hit in
        // The rank itself as score: equal scores stay in the model's order.
        ScoredDocument(model.name(of: Int(hit.0)), Double(-rank))
      }
    }
    let queries = test.entries.map { entry in
      JudgedQuery(
        id: entry.query, text: entry.query, judgments: entry.clicks.map { ($0.product, $0.weight) })
    }
    return try RankingTask(queries: queries, metrics: .clicks).evaluate(run)
  }

  /// Microseconds a query on one thread: features alone, ranking alone, both together.
  struct Latency {
    var vectorise: [Double]
    var predict: [Double]
    var total: [Double]
    var batch: Double
  }

  func latency(_ model: ExtremeRankingModel) throws -> Latency {
    let tree = model.trees.members[0]
    let (vectorizer, texts) = (try model.textVectorizer(), test.entries.map(\.query))
    let options = PredictionOptions(k: 100)
    var (words, memory, row) = (vectorizer.makeScratch(), XRLinearModel.Scratch(), SparseVector())
    let rows = try vectorizer.transform(texts, on: Execution(threads: 1))
    let vectors = (0..<rows.rows).map { rows.row($0) }
    let vectorise = Stopwatch.microseconds(count: texts.count) {
      vectorizer.vectorize(texts[$0], scratch: &words, into: &row)
    }
    let predict = try Stopwatch.microseconds(count: texts.count) {
      _ = try tree.predict(vectors[$0], options, scratch: &memory)
    }
    let total = try Stopwatch.microseconds(count: texts.count) {
      vectorizer.vectorize(texts[$0], scratch: &words, into: &row)
      _ = try tree.predict(row, options, scratch: &memory)
    }
    let batch = try Stopwatch.microseconds(count: 1, passes: 5) { _ in
      _ = try tree.predict(rows, options, on: Execution(threads: 1))
    }
    return Latency(
      vectorise: vectorise, predict: predict, total: total, batch: batch[0] / Double(max(1, texts.count)))
  }
}
