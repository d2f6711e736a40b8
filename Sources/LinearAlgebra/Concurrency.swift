internal import Dispatch
internal import Glibc
internal import Synchronization

/// The number of processors that are online.
public func availableProcessors() -> Int {
  max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}

/// Runs `body` once for every index in 0..<`count` on at most `threads` threads, each with scratch of its own.
///
/// Indices are handed out in ascending order. Whatever `body` writes must depend on its index alone, never on
/// the scratch's history, so that results are the same for any number of threads.
///
/// - Parameters:
///   - count: how many indices.
///   - threads: how many threads at the most; 1 runs on the calling thread.
///   - scratch: makes the state that one thread reuses.
///   - body: called with the scratch and the index.
/// - Throws: the first error that `body` threw; no new index is started after it.
public func concurrentForEach<Scratch>(
  count: Int, threads: Int, scratch: @Sendable () -> Scratch,
  _ body: @Sendable (inout Scratch, Int) throws -> Void
) throws {
  let workers = min(threads, count)
  if workers <= 1 {
    var state = scratch()
    for index in 0..<max(0, count) { try body(&state, index) }
    return
  }
  let next = Atomic<Int>(0)
  let failure = Mutex<(any Error)?>(nil)
  DispatchQueue.concurrentPerform(iterations: workers) { _ in
    var state = scratch()
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if index >= count { return }
      do {
        try body(&state, index)
      } catch {
        failure.withLock { if $0 == nil { $0 = error } }
        next.store(count, ordering: .relaxed)
        return
      }
    }
  }
  if let error = failure.withLock({ $0 }) { throw error }
}

/// Runs `body` once for every index in 0..<`count` on at most `threads` threads.
///
/// - Throws: the first error that `body` threw; no new index is started after it.
public func concurrentForEach(
  count: Int, threads: Int, _ body: @Sendable (Int) throws -> Void
) throws {
  try concurrentForEach(count: count, threads: threads, scratch: {}) { _, index in try body(index) }
}

/// The results of `body` for every index in 0..<`count`, computed on at most `threads` threads.
///
/// - Throws: the first error that `body` threw; no new index is started after it.
public func concurrentMap<Scratch, Result: Sendable>(
  count: Int, threads: Int, scratch: @Sendable () -> Scratch,
  _ body: @Sendable (inout Scratch, Int) throws -> Result
) throws -> [Result] {
  var results = [Result?](repeating: nil, count: count)
  try results.withUnsafeMutableBufferPointer { results in
    // Each index writes its own element.
    nonisolated(unsafe) let results = results
    try concurrentForEach(count: count, threads: threads, scratch: scratch) { state, index in
      results[index] = try body(&state, index)
    }
  }
  return results.map { $0! }
}
