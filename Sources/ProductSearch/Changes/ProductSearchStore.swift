public import Learning
internal import Synchronization

/// A product search on disk whose catalogue changes while it is asked.
///
/// Readers take ``snapshot`` and never wait. Every change is in the log beside the model's arrays before it is visible, so
/// that a process that is stopped loses none. ``merge(on:)`` folds the log into new arrays; changes that come meanwhile
/// are made on the old ones and follow into the new ones.
///
///     let store = try ProductSearchStore(contentsOf: "shop/models/search")
///     try store.update([.upsert(drill, queries: []), .remove(id: "B-3")])
///     let response = try store.snapshot.search(SearchRequest("cordless drill"))
public final class ProductSearchStore: Sendable {
  /// Where the model is.
  public let path: String

  /// What was found in the log.
  public let report: ChangeLogReport

  private let current: Mutex<ProductSearchModel>
  private let writer: Mutex<Writer>
  /// Held by the one merge that runs.
  private let merging = Mutex(())

  /// What only one thread at a time has.
  private struct Writer {
    var log: RecordLog
    /// The changes that the log holds.
    var logged: Int
    /// The updates since a merge began, in order; nil while none runs.
    var since: [[LearnedChange]]?
  }

  /// Opens a model for changes; takes a torn tail off its log.
  ///
  /// - Throws: `FileError`, also when another process changes the model; `FileFormatError`.
  public init(contentsOf path: String) throws {
    self.path = path
    // No log is begun where no model is.
    _ = try ModelArchive(contentsOf: path, kind: ProductSearchModel.archiveKind)
    let log = try RecordLog(path: ProductSearchModel.logPath(path))
    let model = try ProductSearchModel(contentsOf: path)
    report = ChangeLogReport(changes: model.changeLog.changes, droppedBytes: log.droppedBytes)
    current = Mutex(model)
    writer = Mutex(Writer(log: log, logged: report.changes))
  }

  /// The model as it is now; it never changes.
  public var snapshot: ProductSearchModel { current.withLock { $0 } }

  /// Changes that the log holds: what the next process reads when it opens the model.
  public var loggedChanges: Int { writer.withLock { $0.logged } }

  /// Makes changes; they are on disk, and the next search sees them, when this returns.
  ///
  /// - Throws: ``InvalidInput`` with every violation; `FileError`; `CancellationError`. The model is then as it was.
  @discardableResult
  public func update(
    _ changes: [CatalogueChange], on execution: Execution = Execution()
  ) throws -> CatalogueChangeSummary {
    try writer.withLock { writer in
      let model = snapshot
      let learned = try model.learning(changes, on: execution)
      let (next, summary) = try model.applying(learned)
      try writer.log.append(learned.map { try $0.bytes() })
      writer.logged += learned.count
      writer.since?.append(learned)
      current.withLock { $0 = next }
      return summary
    }
  }

  /// Folds everything that came and went into new arrays and begins a new log. Neither readers nor writers wait, but for
  /// the moment in which the new folder takes the old one's place.
  ///
  /// - Throws: `FileError`, for example when the disk is full; `CancellationError`. The model and its log are then as they
  ///   were.
  /// - Complexity: O(bytes of the model)
  public func merge(on execution: Execution = Execution()) throws {
    try merging.withLock { _ in
      let before = writer.withLock { writer in
        writer.since = []
        return snapshot
      }
      defer { writer.withLock { $0.since = nil } }
      let merged = try before.merging(on: execution)
      try execution.cancellation.check()
      let archive = try ModelArchive(contentsOf: path, kind: ProductSearchModel.archiveKind)
      try ModelArchive.write(
        to: path, kind: ProductSearchModel.archiveKind, dataFingerprint: archive.manifest.dataFingerprint,
        { try merged.write(to: &$0) }
      ) { folder, replace in
        try writer.withLock { writer in
          // Labels of the old tree mean nothing to the new one: what came meanwhile is learned again, update by update,
          // because a product keeps the queries of the one whose place it takes.
          var (next, learned) = (merged, [LearnedChange]())
          for update in writer.since ?? [] {
            let again = try next.learning(update.map(\.change), on: execution)
            next = try next.applying(again).model
            learned += again
          }
          let log = try RecordLog(path: ProductSearchModel.logPath(folder))
          try log.append(learned.map { try $0.bytes() })
          try replace()
          (writer.log, writer.logged, writer.since) = (log, learned.count, nil)
          current.withLock { [next] in $0 = next }
        }
      }
    }
  }
}
