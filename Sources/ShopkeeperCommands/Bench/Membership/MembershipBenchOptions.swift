internal import Learning

/// Options of every bench of dynamic choice.
struct MembershipBenchOptions: OptionGroup {
  @Option("quick", .switch, "Less of everything, within a minute.") var quick = false
  @Option(.json) var json: Bool
  @Option(.quiet) var quiet: Bool

  /// One thread, so that processor seconds are those of the method.
  func execution(_ console: Console) -> Execution {
    let work = WorkOptions()
    (work.threads, work.quiet) = (1, quiet)
    return console.execution(work)
  }
}
