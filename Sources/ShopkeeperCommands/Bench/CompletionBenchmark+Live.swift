internal import Learning
internal import LinearAlgebra
internal import QueryCompletion
internal import Synchronization

extension CompletionBenchmark {
  /// How many searches a second the live layer takes in while another thread completes, how soon a new text is seen, and
  /// what is served that must not be.
  func measureLive(_ figures: inout BenchFigures) throws {
    let live = try LiveCompletion(model, clock: { 0 })
    let searches = (rows + rows).prefix(20_000)
    let isDone = Atomic(false)
    let times = Mutex(LiveTimes())
    try concurrentForEach(count: 2, threads: 2) { side in
      if side == 0 {
        defer { isDone.store(true, ordering: .releasing) }
        let start = Stopwatch.wallSeconds
        var begin = 0
        while begin < searches.count {
          live.record(Array(searches[begin..<min(searches.count, begin + 1000)]))
          begin += 1000
        }
        let rate = Double(searches.count) / (Stopwatch.wallSeconds - start)
        times.withLock { $0.rate = rate }
        for number in 0..<5 {
          let begin = Stopwatch.wallSeconds
          let text = "zyxwv \(number) lamp"
          live.record([CompletionExample(text, user: "u")])
          try live.refresh(on: Execution(threads: 1))
          let isSeen = live.complete(CompletionRequest("zyxwv \(number)")).texts.contains(text)
          let seconds = isSeen ? Stopwatch.wallSeconds - begin : .infinity
          times.withLock { $0.visible.append(seconds) }
        }
      } else {
        var (number, answers) = (0, [Double]())
        while !isDone.load(ordering: .acquiring) {
          let row = rows[number % rows.count]
          let start = Stopwatch.threadSeconds
          _ = live.complete(CompletionRequest(row.prefix ?? "", after: row.history))
          answers.append((Stopwatch.threadSeconds - start) * 1e6)
          number += 1
        }
        times.withLock { [answers] in $0.answers = answers }
      }
    }
    let measured = times.withLock { $0 }
    figures["ingest_per_s"] = measured.rate
    if let worst = measured.visible.max(), worst.isFinite { figures["visible_s"] = worst }
    figures["live_us_p99"] = measured.answers.percentile(0.99)
  }

  /// Texts with personal data, and blocked ones, among everything that is suggested: any other number than 0 is a fault.
  func measureLeaks(_ figures: inout BenchFigures) throws {
    let personal = PersonalData()
    let live = try LiveCompletion(model, clock: { 0 })
    var rules = CompletionRules()
    rules.blocks = [.init(.contains, "dog"), .init(.pattern, "^baby")]
    try live.setRules(rules)
    var (leaks, blocked) = (0, 0)
    for row in rows.prefix(3000) {
      let request = CompletionRequest(row.prefix ?? "", after: row.history)
      leaks += model.complete(request).texts.count { personal.kind(of: $0) != nil }
      blocked += live.complete(request).texts.count {
        $0.hasPrefix("baby") || $0.split(separator: " ").contains("dog")
      }
    }
    (figures["personal_served"], figures["blocked_served"]) = (Double(leaks), Double(blocked))
  }
}

/// What the live layer takes.
private struct LiveTimes {
  /// Searches a second.
  var rate = 0.0
  /// Seconds until each new text is seen.
  var visible: [Double] = []
  /// Processor microseconds of each answer.
  var answers: [Double] = []
}
