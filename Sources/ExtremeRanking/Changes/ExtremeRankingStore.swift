public import Learning
internal import LinearAlgebra
internal import Synchronization

/// A model on disk that labels come to and go from while it is asked.
///
/// Readers take ``snapshot`` and never wait for a writer. Every change is in the log beside the model's arrays before it
/// is visible, so that a process that is stopped loses none; ``merge(on:)`` folds the log into new arrays.
///
///     let store = try ExtremeRankingStore(contentsOf: "shop/models/xmr")
///     try store.update(adding: [NamedLabel(name: "A-17", text: "oak desk")], removing: ["A-3"])
///     let answer = try store.snapshot.predict(text: "desk", PredictionOptions())
public final class ExtremeRankingStore: Sendable {
  /// Where the model is.
  public let path: String

  /// What was found in the log.
  public let report: ChangeLogReport

  private let current: Mutex<ExtremeRankingModel>
  private let writer: Mutex<Writer>

  /// What only one thread at a time has.
  private struct Writer {
    var log: RecordLog
    /// The number of each name that is not removed.
    var numbers: [String: Int]
  }

  /// What an update did.
  public struct Summary: Sendable, Equatable {
    /// Labels added, those included that replaced one of the same name.
    public var added = 0
    /// Labels that were taken away because one of the same name came.
    public var replaced = 0
    /// Labels removed by name.
    public var removed = 0
    /// Names of labels that were not added because the model knows no word of their text.
    public var withoutKnownWord: [String] = []
    /// Names that were to be removed and are none.
    public var unknown: [String] = []

    /// Creates the summary of an update that did nothing.
    public init() {}
  }

  /// Opens a model for changes; takes a torn tail off its log.
  ///
  /// - Throws: ``FileError``, also when another process changes the model; ``FileFormatError``; ``InvalidInput`` when the
  ///   model takes no labels.
  public init(contentsOf path: String) throws {
    self.path = path
    // No log is begun where no model is.
    _ = try ModelArchive(contentsOf: path, kind: ExtremeRankingModel.archiveKind)
    let log = try RecordLog(path: ExtremeRankingModel.logPath(path))
    let model = try ExtremeRankingModel(contentsOf: path)
    report = ChangeLogReport(changes: model.changeLog.changes, droppedBytes: log.droppedBytes)
    guard let names = model.names else {
      throw InvalidInput(
        "model", given: "one whose labels are numbers", expected: "one whose labels have names",
        advice: "Train it from texts with names: --clicks, or --text with --items.")
    }
    let tree = model.trees.members[0]
    var numbers: [String: Int] = [:]
    numbers.reserveCapacity(names.count)
    for (label, name) in names.enumerated() where !tree.isRemoved(label) { numbers[name] = label }
    current = Mutex(model)
    writer = Mutex(Writer(log: log, numbers: numbers))
  }

  /// The model as it is now; it never changes.
  public var snapshot: ExtremeRankingModel { current.withLock { $0 } }

  /// Adds labels and removes others. A label whose name is taken replaces the old one; of several of one name the last
  /// counts.
  ///
  /// - Throws: ``InvalidInput``; ``FileError``; `CancellationError`. The model is then as it was.
  @discardableResult
  public func update(
    adding labels: [NamedLabel], removing names: [String] = [],
    _ recipe: LabelInsertionRecipe = LabelInsertionRecipe(), on execution: Execution = Execution()
  ) throws -> Summary {
    try writer.withLock { writer in
      let model = snapshot
      var summary = Summary()
      var gone: [Int] = []
      for name in names {
        if let label = writer.numbers[name] { gone.append(label) } else { summary.unknown.append(name) }
      }
      gone = Array(Set(gone)).sorted()
      summary.removed = gone.count
      let known = try model.knows(labels.map(\.text), on: execution)
      summary.withoutKnownWord = zip(labels, known).filter { !$1 }.map(\.0.name)
      let last = Dictionary(labels.enumerated().map { ($1.name, $0) }) { $1 }
      let usable = labels.indices.filter { known[$0] && last[labels[$0].name] == $0 }.map { labels[$0] }
      let replaced = usable.compactMap { writer.numbers[$0.name] }.filter { !gone.contains($0) }
      (summary.added, summary.replaced) = (usable.count, replaced.count)

      let removals = (gone + replaced).map { ExtremeRankingChange.removal($0) }
      let emptied = try model.applying(removals)
      let insertions = try emptied.insertions(of: usable, recipe, on: execution)
      let next = try emptied.applying(insertions)
      try writer.log.append((removals + insertions).map(\.bytes))
      for name in names { writer.numbers[name] = nil }
      for (offset, label) in usable.enumerated() {
        writer.numbers[label.name] = model.trees.members[0].labelCount + offset
      }
      current.withLock { $0 = next }
      return summary
    }
  }

  /// Folds everything that came and went into new arrays and begins a new log. Writers wait, readers do not.
  ///
  /// - Throws: ``FileError``, for example when the disk is full; `CancellationError`. The model and its log are then as
  ///   they were.
  /// - Complexity: O(bytes of the model)
  public func merge(on execution: Execution = Execution()) throws {
    try writer.withLock { writer in
      let archive = try ModelArchive(contentsOf: path, kind: ExtremeRankingModel.archiveKind)
      let merged = try snapshot.merging(on: execution)
      try execution.cancellation.check()
      try merged.write(to: path, dataFingerprint: archive.manifest.dataFingerprint)
      writer.log = try RecordLog(path: ExtremeRankingModel.logPath(path))
      current.withLock { $0 = merged }
    }
  }
}
