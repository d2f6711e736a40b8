internal import Glibc
internal import Learning
internal import Synchronization

/// What a command has to do with the world besides its files: standard output and error, environment, Ctrl-C.
///
/// Results go to standard output, everything else to standard error.
final class Console: Sendable {
  /// Variables of the environment.
  let environment: [String: String]

  /// Asked to stop by Ctrl-C or SIGTERM.
  let cancellation: Cancellation

  private let output: TextOutput
  private let errors: TextOutput
  private let display = Mutex<ProgressDisplay?>(nil)

  /// Creates a console.
  init(
    output: TextOutput, errors: TextOutput, environment: [String: String], cancellation: Cancellation
  ) {
    self.output = output
    self.errors = errors
    self.environment = environment
    self.cancellation = cancellation
  }

  /// Prints a line of a result.
  func print(_ line: String) throws { try write(line + "\n") }

  /// Prints a table.
  func print(_ table: TextTable) throws { try write(table.text) }

  /// Prints a value as one JSON document on one line, keys in ascending order.
  func print(json value: some Encodable) throws {
    try print(JSONValue(encoding: value).text())
  }

  /// Writes a part of a result as it is.
  func write(_ text: String) throws {
    clearProgress()
    try output.write(text)
  }

  /// Tells something that is not a result: `shopkeeper: ...`; each line has the program's name.
  func note(_ text: String) {
    clearProgress()
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      // A message that nobody can read is no reason to fail.
      try? errors.write("shopkeeper: \(line.printable)\n")
    }
    try? errors.flush()
  }

  /// How to run work that lasts: with its threads, progress unless it is to be quiet, stopped by Ctrl-C.
  func execution(_ options: WorkOptions) -> Execution {
    guard !options.quiet else { return Execution(threads: options.threads, cancellation: cancellation) }
    let progress = ProgressDisplay(on: errors)
    clearProgress()
    display.withLock { $0 = progress }
    return Execution(threads: options.threads, progress: progress, cancellation: cancellation)
  }

  /// Removes the progress bar and writes what is held back.
  func finish() throws {
    clearProgress()
    try output.flush()
  }

  private func clearProgress() {
    display.withLock { $0 }?.clear()
  }
}
