public import LinearAlgebra
internal import Synchronization

/// How work runs: threads, progress, cancellation. Never has an influence on results.
public struct Execution: Sendable {
  /// How many threads may work at once, at least 1.
  public var threads: Int

  /// Who is told how far the work is.
  public var progress: any ProgressReporter

  /// Lets another thread stop the work.
  public var cancellation: Cancellation

  /// Creates an execution; by default on all processors, silent, never cancelled.
  public init(
    threads: Int = availableProcessors(), progress: any ProgressReporter = SilentProgress(),
    cancellation: Cancellation = Cancellation()
  ) {
    self.threads = max(1, threads)
    self.progress = progress
    self.cancellation = cancellation
  }
}

/// A switch that stops work, once.
public final class Cancellation: Sendable {
  private let cancelled = Atomic<Bool>(false)

  /// Creates a switch that is off.
  public init() {}

  /// Whether the work was asked to stop.
  public var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// Asks the work to stop; safe from any thread and from a signal handler.
  public func cancel() { cancelled.store(true, ordering: .relaxed) }

  /// Throws when the work was asked to stop.
  ///
  /// - Throws: `CancellationError`.
  public func check() throws {
    if isCancelled { throw CancellationError() }
  }
}

/// How far a piece of work is.
public struct ProgressEvent: Sendable, Equatable {
  /// What is being done, in a few words: "training level 3 of 4".
  public let stage: String

  /// Units done.
  public let completed: Int

  /// Units in all, where known.
  public let total: Int?

  /// The figure that is being improved, for example ("nDCG@10", 0.41).
  public let figure: (name: String, value: Double)?

  /// Creates an event.
  public init(stage: String, completed: Int, total: Int?, figure: (name: String, value: Double)? = nil) {
    self.stage = stage
    self.completed = completed
    self.total = total
    self.figure = figure
  }

  /// Whether all parts are equal.
  public static func == (left: Self, right: Self) -> Bool {
    left.stage == right.stage && left.completed == right.completed && left.total == right.total
      && left.figure?.name == right.figure?.name && left.figure?.value == right.figure?.value
  }
}

/// Someone who wants to know how far the work is. Called from any thread, often; must return quickly.
public protocol ProgressReporter: Sendable {
  /// Takes an event.
  func report(_ event: ProgressEvent)
}

/// Tells nobody.
public struct SilentProgress: ProgressReporter {
  /// Creates the reporter.
  public init() {}

  /// Does nothing.
  public func report(_ event: ProgressEvent) {}
}
