internal import Synchronization

/// Working memory that waits for the next search.
final class ScratchPool<Scratch: AnyObject & Sendable>: Sendable {
  private let free = Mutex<[Scratch]>([])
  private let make: @Sendable () -> Scratch

  init(_ make: @escaping @Sendable () -> Scratch) {
    self.make = make
  }

  /// Lends scratch memory to `body`; as much is kept as searches ever ran at once.
  func withScratch<Result>(_ body: (Scratch) throws -> Result) rethrows -> Result {
    let scratch = free.withLock { $0.popLast() } ?? make()
    defer { free.withLock { $0.append(scratch) } }
    return try body(scratch)
  }
}
