internal import ExtremeRanking
internal import Learning
internal import LinearAlgebra
internal import StoreData
internal import TextFeatures

/// Instances and labels as an `xmr` command reads them.
struct XmrData {
  /// Texts of the instances; nil when features were given.
  var texts: [String]?

  /// Features of the instances; nil when texts were given.
  var features: SparseMatrix?

  /// Labels of the instances, N x L.
  var labels: SparseMatrix

  /// Relevance of the pairs, N x L.
  var relevance: SparseMatrix?

  /// Names of the labels.
  var names: [String]?

  /// Short names of the files' contents.
  var fingerprint: String?
}

/// The options that say where instances and labels come from.
struct XmrDataOptions: OptionGroup {
  @Option("instances", short: "x", .file(), "Features of the instances, N x D (npz).")
  var instances: String?

  @Option("labels", short: "y", .file(), "Labels of the instances, N x L (npz).")
  var labels: String?

  @Option("text", .file(), "Instances as lines id1,id2<TAB>text; ids number the lines of --items.")
  var text: String?

  @Option("items", .file(), "Names of the labels, one a line, for --text.")
  var items: String?

  @Option("clicks", .file(), "Instances as lines query<TAB>product:clicks,product:clicks.")
  var clicks: String?

  /// Reads what was given.
  ///
  /// - Parameter names: the names of the labels of a model; a clicked product that is none of them is left out and counted.
  func read(
    names: StoredStrings? = nil, labelCount: Int? = nil, _ console: Console, on execution: Execution
  ) throws -> XmrData {
    let ways = [instances != nil || labels != nil, text != nil, clicks != nil].count { $0 }
    guard ways == 1 else {
      throw UsageError("give one of: --instances with --labels, --text, --clicks")
    }
    if items != nil, text == nil { throw UsageError("--items goes together with --text") }
    if let text { return try readText(text, labelCount: labelCount, console, execution) }
    if let clicks { return try readClicks(clicks, names: names, console, execution) }
    guard let instances, let labels else { throw UsageError("--instances and --labels go together") }
    return XmrData(features: try SparseMatrix(npz: instances), labels: try SparseMatrix(npz: labels))
  }

  private func readText(
    _ path: String, labelCount: Int?, _ console: Console, _ execution: Execution
  ) throws -> XmrData {
    let (corpus, report) = try console.read(TextCorpus.self, from: path, on: execution)
    let names = try items.map { try console.read(TextLines.self, from: $0, on: execution).value.lines }
    let largest = corpus.entries.lazy.flatMap { $0.labels.lazy.map(\.id) }.max() ?? -1
    let count = names?.count ?? labelCount ?? largest + 1
    guard largest < count else {
      throw InvalidInput(
        path, given: "label \(largest)",
        expected: "labels below \(count), as many as \(items.map { "\($0) has lines" } ?? "the model has")")
    }
    var labels = SparseMatrix.Builder(columns: count)
    var relevance = SparseMatrix.Builder(columns: count)
    for entry in corpus.entries {
      let unique = Dictionary(entry.labels.map { ($0.id, $0.relevance) }) { max($0, $1) }.sorted {
        $0.key < $1.key
      }
      labels.append(row: unique.map { ($0.key, 1) })
      relevance.append(row: unique.map { ($0.key, Float($0.value)) })
    }
    let weights = relevance.finish()
    return XmrData(
      texts: corpus.entries.map(\.text), labels: labels.finish(),
      relevance: weights.values.allSatisfy { $0 == 1 } ? nil : weights, names: names,
      fingerprint: report.fingerprint)
  }

  private func readClicks(
    _ path: String, names: StoredStrings?, _ console: Console, _ execution: Execution
  ) throws -> XmrData {
    let (log, report) = try console.read(ClickLog.self, from: path, on: execution)
    // A product that was shown and never clicked is no label.
    let clicked = log.entries.map { entry in entry.clicks.filter { $0.weight > 0 }.map(\.product) }
    let all = names.map { Array($0) } ?? Set(clicked.joined()).sorted()
    let numbers = Dictionary(zip(all, 0...)) { first, _ in first }
    var (labels, unknown) = (SparseMatrix.Builder(columns: all.count), 0)
    for products in clicked {
      let known = Set(products.compactMap { numbers[$0] })
      unknown += Set(products).count - known.count
      labels.append(row: known.map { ($0, 1) })
    }
    if unknown > 0 {
      console.note("\(unknown.counted("clicked product")) left out: the model has no such label")
    }
    return XmrData(
      texts: log.entries.map(\.query), labels: labels.finish(), names: all, fingerprint: report.fingerprint)
  }
}

/// The instances' features for a model: as given, or of their texts.
func features(_ data: XmrData, for model: ExtremeRankingModel, on execution: Execution) throws -> SparseMatrix
{
  if let features = data.features { return features }
  return try model.textVectorizer().transform(data.texts ?? [], on: execution)
}
