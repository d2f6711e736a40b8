internal import LinearAlgebra
internal import Synchronization

/// The memory that one search over an ``ImpactIndex`` works in.
final class ImpactScratch: @unchecked Sendable {
  // @unchecked: the pool lends it to one search at a time.

  /// Totals of the documents of one window; all zero between searches.
  fileprivate(set) var accumulators: UnsafeMutableBufferPointer<UInt32>
  fileprivate(set) var places: UnsafeMutablePointer<UInt32>
  fileprivate(set) var totals: UnsafeMutablePointer<UInt32>
  var cursors: [ImpactCursor] = []
  var active: [ActiveBlock] = []
  var best = BestDocuments()

  init(windowLength: Int) {
    accumulators = .allocate(capacity: windowLength)
    accumulators.initialize(repeating: 0)
    places = .allocate(capacity: windowLength)
    totals = .allocate(capacity: windowLength)
  }

  deinit {
    accumulators.deallocate()
    places.deallocate()
    totals.deallocate()
    best.deallocate()
  }
}

/// Where a query term stands in its list of blocks.
struct ImpactCursor {
  var block: Int
  let end: Int
  let weight: UInt32
}

/// A query term's postings in the window at hand, and the most they can add.
struct ActiveBlock {
  let postings: UnsafePointer<UInt32>
  let count: Int
  let weight: UInt32
  let bound: UInt32
}

/// Scratch memory that waits for the next search.
final class ImpactScratchPool: Sendable {
  private let free = Mutex<[ImpactScratch]>([])
  private let windowLength: Int

  init(windowLength: Int) {
    self.windowLength = windowLength
  }

  /// Lends scratch memory to `body`; as much is kept as searches ever ran at once.
  func withScratch<Result>(_ body: (ImpactScratch) throws -> Result) rethrows -> Result {
    let scratch = free.withLock { $0.popLast() } ?? ImpactScratch(windowLength: windowLength)
    defer { free.withLock { $0.append(scratch) } }
    return try body(scratch)
  }
}
