internal import Glibc
internal import Learning
internal import Synchronization

/// Ctrl-C and SIGTERM: the first one asks the command to stop, a second one ends the process.
///
/// Standard input ends with the first signal, so that a command that waits for the next line stops, too.
enum Interruption {
  /// Flipped by the first signal.
  static let cancellation = Cancellation()

  /// The signal that came, 0 before.
  static var signal: Int32 { received.load(ordering: .relaxed) }

  fileprivate static let received = Atomic<Int32>(0)

  /// An input that has ended.
  fileprivate static let endedInput = open("/dev/null", O_RDONLY | O_CLOEXEC)

  /// Starts to listen.
  static func install() {
    // All exist before the handler can need them: it must not allocate.
    _ = (cancellation, signal, endedInput)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handleSignal
    // The handler serves once, so the second signal has its usual effect. Calls that wait are interrupted.
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
  }
}

// A function of its own file: a closure at the top level of main.swift would belong to the main actor.
private func handleSignal(_ signal: Int32) {
  Interruption.received.store(signal, ordering: .relaxed)
  Interruption.cancellation.cancel()
  dup2(Interruption.endedInput, STDIN_FILENO)
}
