internal import Synchronization

/// Working memory that waits for the next query: as much of it is kept as queries ever ran at once.
///
///     let pool = ScratchPool { Scratch() }
///     pool.withScratch { scratch in ... }
public final class ScratchPool<Scratch: AnyObject & Sendable>: Sendable {
  private let free = Mutex<[Scratch]>([])
  private let make: @Sendable () -> Scratch

  /// Creates an empty pool that makes memory where none waits.
  public init(_ make: @escaping @Sendable () -> Scratch) {
    self.make = make
  }

  /// Lends scratch memory to `body`.
  public func withScratch<Result>(_ body: (Scratch) throws -> Result) rethrows -> Result {
    let scratch = free.withLock { $0.popLast() } ?? make()
    defer { free.withLock { $0.append(scratch) } }
    return try body(scratch)
  }
}
