internal import Learning
internal import ProductSearch
internal import StoreData

/// The sets of judged queries in a folder of data.
struct BenchmarkSets {
  let folder: String
  let execution: Execution

  private var options: ReadOptions {
    var options = ReadOptions()
    options.execution = execution
    return options
  }

  /// Queries with judgments in two files of the folder.
  func task(_ queries: String, _ judgments: String, _ metrics: RankingMetrics) throws -> RankingTask {
    let texts = try QuerySet.read(contentsOf: "\(folder)/\(queries)", options: options).value
    let judged = try RelevanceJudgments.read(contentsOf: "\(folder)/\(judgments)", options: options).value
    return RankingTask(queries: judged.judgedQueries(texts: texts), metrics: metrics)
  }

  private func products(_ path: String) throws -> [SearchableProduct] {
    try Catalogue.read(contentsOf: "\(folder)/\(path)", options: options).value.products.map(
      SearchableProduct.init)
  }

  /// The Icecat catalogue; its few queries are all there is to learn from, so only cross-validation judges a fusion.
  func icecat() throws -> ProductSearchBenchmark {
    let task = try task("icecat/queries.tsv.gz", "icecat/qrels.gz", .icecat)
    return ProductSearchBenchmark(
      name: "icecat", data: ProductSearchData(products: try products("icecat/products.jsonl.gz")),
      evidence: .judgments(task), task: task)
  }

  /// The Home Depot catalogue; when `clicked`, of the products with a positive training pair and with these pairs,
  /// else of all products without any.
  func homeDepot(clicked: Bool) throws -> ProductSearchBenchmark {
    let training = try task("homedepot/train.queries.tsv.gz", "homedepot/train.qrels.gz", .homeDepot)
    var validation = try task(
      "homedepot/validation.queries.tsv.gz", "homedepot/validation.qrels.gz", .homeDepot)
    let all = try products("homedepot/products.tsv.gz")
    guard clicked else {
      return ProductSearchBenchmark(
        name: "c", data: ProductSearchData(products: all), evidence: .judgments(training), task: validation)
    }
    let positives = training.queries.flatMap { query in
      query.documents.compactMap { document in
        let relevance = query.relevance[document, default: 0]
        return relevance >= training.positive
          ? (query: query.text, document: document, weight: Float(relevance)) : nil
      }
    }
    let names = Set(positives.map(\.document))
    let kept = all.filter { names.contains($0.id) }
    let places = Dictionary(uniqueKeysWithValues: zip(kept.map(\.id), 0...))
    validation.queries = validation.queries.map { $0.keeping(names.contains) }
    return ProductSearchBenchmark(
      name: "d",
      data: ProductSearchData(
        products: kept,
        pairs: positives.compactMap { pair in
          places[pair.document].map { QueryProductPair(query: pair.query, product: $0, weight: pair.weight) }
        }),
      evidence: .judgments(training), task: validation)
  }

  /// A click log over the Home Depot titles.
  func clickLog(train: String, test: String) throws -> ProductSearchBenchmark {
    let products = try products("homedepot/products.tsv.gz")
    let places = Dictionary(uniqueKeysWithValues: zip(products.map(\.id), 0...))
    let log = try ClickLog.read(contentsOf: train, options: options).value
    let pairs = log.entries.flatMap { entry in
      entry.clicks.compactMap { click in
        click.weight > 0
          ? places[click.product].map {
            QueryProductPair(query: entry.query, product: $0, weight: Float(click.weight))
          } : nil
      }
    }
    let later = try ClickLog.read(contentsOf: test, options: options).value
    let queries = later.entries.map { entry in
      JudgedQuery(id: entry.query, text: entry.query, judgments: entry.clicks.map { ($0.product, $0.weight) })
    }
    return ProductSearchBenchmark(
      name: "slang", data: ProductSearchData(products: products, pairs: pairs),
      evidence: .randomPart(of: pairs),
      task: RankingTask(queries: queries, metrics: .clicks))
  }
}
