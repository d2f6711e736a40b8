internal import ExtremeRanking
internal import Glibc
internal import Learning
internal import StoreData
internal import StoreSimulator

/// `shopkeeper bench extreme-ranking-scale`
struct BenchExtremeRankingScaleCommand: Command {
  static let name = "extreme-ranking-scale"
  static let summary = "Measure how extreme ranking grows from ten thousand labels to a million."
  static let details = [
    "For each size L: train_cpu_s_L (vectorising, clustering and solving, all threads), train_wall_s_L, peak_mib_L,"
      + " bytes_per_label_L, query_us_L and query_p99_us_L (one thread, text in, 100 labels out), recall10_L. Then"
      + " train_exponent, the slope of log seconds over log labels, and query_growth, the last size's query time over"
      + " the first one's. L is the number of products of the generated log.",
    "With --shards S the tree of the largest size is cut into S parts, and routed_recall10_N and routed_recall100_N are what is"
      + " found when each query goes to the N best of them alone.",
  ]
  static let examples = [
    "shopkeeper bench extreme-ranking-scale --quick", "shopkeeper bench extreme-ranking-scale --json",
  ]

  @Option(
    "labels", .integer(100...2_000_000),
    "A size to measure; without it 10k, 30k, 100k, 300k and 1000k.")
  var labels: [Int]
  @Option("logs", .folder(), "Where to leave the generated logs: a folder for each size.") var logs: String?
  @Option("quick", .switch, "Measure 10k and 30k alone.") var quick = false
  @Option("shards", .integer(2...256), "Parts that the tree of the largest size is cut into.") var shards:
    Int?
  @Option(.seed) var seed: UInt64
  @Option(.json) var json: Bool
  let work = WorkOptions()

  func run(_ console: Console) throws {
    let execution = console.execution(work)
    let sizes =
      labels.isEmpty
      ? (quick ? [10_000, 30_000] : [10_000, 30_000, 100_000, 300_000, 1_000_000]) : labels.sorted()
    var figures = BenchFigures("extreme-ranking-scale")
    var points: [(labels: Double, seconds: Double, query: Double)] = []
    for size in sizes {
      var recipe = ScaleRecipe()
      recipe.labels = size
      let log = try ScaleLog(recipe, on: execution)
      if let logs { try log.write(to: "\(logs)/\(size)") }
      var benchmark = ExtremeRankingBenchmark(train: log.train, test: log.test)
      benchmark.recipe.seed = seed
      Stopwatch.resetPeakMemory()
      let start = Stopwatch.wallSeconds
      let trained = try benchmark.fit(on: execution)
      let wall = Stopwatch.wallSeconds - start
      let seconds = trained.vectoriseSeconds + trained.indexSeconds + trained.trainSeconds
      let key = size % 1000 == 0 ? "\(size / 1000)k" : "\(size)"
      figures["train_cpu_s_\(key)"] = seconds
      figures["train_wall_s_\(key)"] = wall
      figures["peak_mib_\(key)"] = Stopwatch.peakMemory
      let tree = trained.model.trees.members[0]
      figures["bytes_per_label_\(key)"] = Double(tree.byteCount) / Double(tree.labelCount)
      let latency = try benchmark.latency(trained.model)
      figures["query_us_\(key)"] = latency.total.mean
      figures["query_p99_us_\(key)"] = latency.total.percentile(0.99)
      figures["recall10_\(key)"] = try benchmark.evaluate(trained.model, on: execution).recall(at: 10)
      if let shards, size == sizes.last {
        for row in try benchmark.routing(trained.model, shards: shards, on: execution).recall {
          figures["routed_recall10_\(row.asked)"] = row.at10
          figures["routed_recall100_\(row.asked)"] = row.at100
        }
      }
      points.append((Double(tree.labelCount), seconds, latency.total.mean))
    }
    if points.count > 1 {
      figures["train_exponent"] = slope(points.map { (log($0.labels), log($0.seconds)) })
      figures["query_growth"] = points[points.count - 1].query / points[0].query
    }
    try figures.print(json: json, on: console)
  }

  /// The slope of the least-squares line.
  private func slope(_ points: [(x: Double, y: Double)]) -> Double {
    let (x, y) = (points.map(\.x).mean, points.map(\.y).mean)
    return points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) }
      / points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
  }
}
