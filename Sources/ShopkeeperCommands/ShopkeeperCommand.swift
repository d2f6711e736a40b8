internal import FoundationEssentials
internal import Glibc
internal import Learning

/// The command line's entry.
public enum ShopkeeperCommand {
  /// Runs the command that the process's arguments name.
  ///
  /// - Returns: the exit code: 0 done, 1 failed, 2 not understood, 128 and the signal's number when interrupted
  ///   (130 for Ctrl-C).
  public static func run() -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    // A limit on the size of files is an error like a full disk, not the end of the process.
    signal(SIGXFSZ, SIG_IGN)
    Interruption.install()
    let console = Console(
      output: TextOutput(descriptor: STDOUT_FILENO, name: "standard output"),
      errors: TextOutput(descriptor: STDERR_FILENO, name: "standard error"),
      environment: ProcessInfo.processInfo.environment, cancellation: Interruption.cancellation)
    return CommandTable.shopkeeper.run(Array(CommandLine.arguments.dropFirst()), on: console)
  }
}

extension CommandTable {
  /// Runs a command line and says on the console what went wrong.
  ///
  /// - Returns: the exit code.
  func run(_ arguments: [String], on console: Console) -> Int32 {
    do {
      switch try request(arguments, environment: console.environment) {
      case .text(let text): try console.write(text)
      case .run(let command, let words):
        do {
          try command.run(console)
        } catch var error as UsageError {
          error.command = words
          throw error
        }
      }
      try console.finish()
      // A command that was interrupted and came to an end anyway may have seen half of its standard input.
      return console.cancellation.isCancelled ? interrupted(console) : 0
    } catch is BrokenPipe {
      return 0
    } catch {
      return report(error, on: console)
    }
  }

  private func report(_ error: any Error, on console: Console) -> Int32 {
    // What was asked for so far is still wanted; a second error would hide the first.
    try? console.finish()
    if console.cancellation.isCancelled { return interrupted(console) }
    let lines = String(describing: error).split(separator: "\n")
    console.note(lines.map { "error: \($0)" }.joined(separator: "\n"))
    guard let usage = error as? UsageError else { return 1 }
    let help = ([program] + [usage.command].filter { !$0.isEmpty } + ["--help"]).joined(separator: " ")
    console.note("for help type: \(help)")
    return 2
  }

  private func interrupted(_ console: Console) -> Int32 {
    console.note("interrupted")
    return 128 + (Interruption.signal == 0 ? SIGINT : Interruption.signal)
  }
}
