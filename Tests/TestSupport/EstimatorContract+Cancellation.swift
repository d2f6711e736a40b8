internal import Learning
internal import Synchronization

extension EstimatorContract {
  /// Cancels before the start and at each of the first reports of progress.
  func failuresOfCancellation() throws -> [String] {
    guard let save, let load else { return ["no save and load given, and no exemption"] }
    let before = Execution(threads: 2)
    before.cancellation.cancel()
    var failures: [String] = []
    if !(refusal { _ = try recipe.fit(input, on: before) } is CancellationError) {
      failures.append("a fit that was cancelled before does not throw CancellationError")
    }
    let events = EventCounter(cancelling: nil, at: .max)
    _ = try recipe.fit(input, on: Execution(threads: 2, progress: events))
    if events.count == 0 { failures.append("fitting reports no progress") }
    for event in 0..<min(events.count, 20) {
      let cancellation = Cancellation()
      let reporter = EventCounter(cancelling: cancellation, at: event)
      failures += try withTemporaryFolder { folder in
        let path = folder + "/model"
        do {
          let execution = Execution(threads: 2, progress: reporter, cancellation: cancellation)
          try save(recipe.fit(input, on: execution), path)
          _ = try load(path)  // too far to be stopped, so the model must be whole
          if event == 0, events.count > 1 {
            return ["a fit that was cancelled at its first report goes on to the end"]
          }
        } catch is CancellationError {
          let left = try files(inFolder: folder)
          return left.isEmpty ? [] : ["cancelled at event \(event): \(left) left behind"]
        }
        return []
      }
    }
    return failures
  }
}

/// Counts progress events and cancels at one of them.
private final class EventCounter: ProgressReporter {
  private let events = Atomic<Int>(0)
  private let cancellation: Cancellation?
  private let position: Int

  init(cancelling cancellation: Cancellation?, at position: Int) {
    (self.cancellation, self.position) = (cancellation, position)
  }

  var count: Int { events.load(ordering: .relaxed) }

  func report(_ event: ProgressEvent) {
    if events.add(1, ordering: .relaxed).oldValue == position { cancellation?.cancel() }
  }
}
