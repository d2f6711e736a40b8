internal import Glibc
internal import Learning
internal import Synchronization

/// Shows progress: a bar on a terminal, a line now and then elsewhere.
///
/// The bar appears when the work has lasted half a second and is redrawn at most ten times a second. Lines come
/// at most every five seconds.
final class ProgressDisplay: ProgressReporter {
  private let output: TextOutput
  private let now: @Sendable () -> Double
  private let state: Mutex<State>

  private struct State {
    var stage = ""
    var stageStarted: Double
    var due: Double
    var isShown = false
  }

  /// Creates a display whose work starts now.
  ///
  /// - Parameters:
  ///   - output: where to show it, usually standard error.
  ///   - now: seconds of a clock that never goes back.
  init(on output: TextOutput, now: @escaping @Sendable () -> Double = monotonicSeconds) {
    self.output = output
    self.now = now
    let start = now()
    state = Mutex(State(stageStarted: start, due: start + (output.isTerminal ? 0.5 : 5)))
  }

  /// Shows an event when it is time; an event that comes while another is shown is dropped.
  func report(_ event: ProgressEvent) {
    _ = state.withLockIfAvailable { state in
      let time = now()
      if event.stage != state.stage {
        state.stage = event.stage
        state.stageStarted = time
      }
      guard time >= state.due else { return }
      state.due = time + (output.isTerminal ? 0.1 : 5)
      // Progress is no reason to fail: whoever read it may be gone.
      let text = ProgressText(event, elapsed: time - state.stageStarted)
      if output.isTerminal {
        try? output.write("\r\(text.bar(columns: output.columns - 1))\u{1B}[K")
        state.isShown = true
      } else {
        try? output.write("shopkeeper: \(text.line)\n")
        try? output.flush()
      }
    }
  }

  /// Removes the bar; the next event draws it again.
  func clear() {
    state.withLock { state in
      if state.isShown { try? output.write("\r\u{1B}[K") }
      state.isShown = false
    }
  }
}

/// Seconds since some fixed moment.
@Sendable func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// An event in words.
struct ProgressText {
  private let event: ProgressEvent
  private let elapsed: Double

  /// Creates the words of an event, `elapsed` seconds after its stage began.
  init(_ event: ProgressEvent, elapsed: Double) {
    self.event = event
    self.elapsed = elapsed
  }

  private var share: Double? {
    guard let total = event.total, total > 0 else { return nil }
    return min(1, max(0, Double(event.completed) / Double(total)))
  }

  private var remaining: String? {
    guard let share, share > 0 else { return nil }
    return "\(clockText(seconds: elapsed * (1 - share) / share)) left"
  }

  private var count: String {
    guard let share, let total = event.total else { return event.completed.grouped }
    return "\((share * 100).rounded(.down).fixed(0))% (\(event.completed.grouped) of \(total.grouped))"
  }

  private var figure: String? {
    event.figure.map { "\($0.name) \($0.value.fixed(4))" }
  }

  /// For example `training: 42% (420 of 1,000), 0:12, 0:17 left, nDCG@10 0.4100`.
  var line: String {
    "\(event.stage.printable): "
      + [count, clockText(seconds: elapsed), remaining, figure].compactMap(\.self).joined(separator: ", ")
  }

  /// For example `training [########............]  42%  0:12  0:17 left  nDCG@10 0.4100`, cut to `columns`.
  func bar(columns: Int) -> String {
    let stage = event.stage.printable
    let percent = share.map { percentText($0) } ?? event.completed.grouped
    let rest = [percent, clockText(seconds: elapsed), remaining, figure].compactMap(\.self)
    let drawn = share.map { share -> String in
      let full = Int(share * 20)
      return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: 20 - full) + "]"
    }
    for parts in [[stage, drawn].compactMap(\.self) + rest, [stage] + rest] {
      let text = parts.joined(separator: "  ")
      if text.displayWidth <= columns { return text }
    }
    return String(stage.prefix(max(0, columns)))
  }

  private func percentText(_ share: Double) -> String {
    let text = (share * 100).rounded(.down).fixed(0) + "%"
    return String(repeating: " ", count: 4 - text.count) + text
  }
}
