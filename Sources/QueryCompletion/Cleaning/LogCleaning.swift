internal import Glibc

/// Turns a log into examples: what is personal, automatic or half typed is left out, the rest joined to sessions.
///
///     let cleaned = LogCleaning().clean(searches)
///     print(cleaned.report.personal)
public struct LogCleaning: Codable, Sendable, Equatable {
  /// Searches of a user and day above which he is no person.
  public var dailyLimit = 300

  /// Searches an hour at constant gaps above which a user is no person.
  public var steadyLimit = 20

  /// Seconds within which a search that is continued was half typed.
  public var typingSeconds = 4.0

  /// Seconds without a search that end a session.
  public var sessionGap = 1800.0

  /// How often one user counts for the same text on one day.
  public var dailyRepeats = 1

  /// Texts of a user and day that count at the most.
  public var dailyTexts = 50

  /// Queries of a session that an example knows.
  public var history = 3

  /// Creates the usual cleaning.
  public init() {}

  /// What was left out.
  public struct Report: Codable, Sendable, Equatable {
    /// Searches in all.
    public var searches = 0
    /// Searches of robots.
    public var robots = 0
    /// Searches with personal data.
    public var personal = 0
    /// Half-typed searches, and those that a pause sent.
    public var halfTyped = 0
    /// Searches that repeat the one before.
    public var repeated = 0
    /// Searches beyond what one user counts.
    public var beyondLimits = 0
    /// Sessions.
    public var sessions = 0
    /// Examples.
    public var examples = 0
  }

  /// Examples in the order of time, and what was left out.
  ///
  /// - Complexity: O(n log n)
  public func clean(_ log: [LoggedSearch], personal: PersonalData = PersonalData()) -> (
    examples: [CompletionExample], report: Report
  ) {
    var report = Report()
    report.searches = log.count
    var byUser: [String: [LoggedSearch]] = [:]
    for search in log { byUser[search.user, default: []].append(search) }
    var examples: [(time: Double, user: String, example: CompletionExample)] = []
    for user in byUser.keys.sorted() {
      let searches = byUser[user, default: []].enumerated()
        .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
      if isRobot(searches) {
        report.robots += searches.count
        continue
      }
      var counted = DailyCounts()
      for session in sessions(of: searches) {
        let kept = cleaned(session, personal, &report)
        if !kept.isEmpty { report.sessions += 1 }
        for (place, search) in kept.enumerated() {
          guard counted.take(search, repeats: dailyRepeats, texts: dailyTexts) else {
            report.beyondLimits += 1
            continue
          }
          let history = kept[max(0, place - history)..<place].map(\.text)
          var example = CompletionExample(search.text, history: Array(history), user: user, time: search.time)
          example.prefix = search.typed.last { !$0.isEmpty && $0.count < search.text.count }
          examples.append((search.time, user, example))
        }
      }
    }
    examples.sort { ($0.time, $0.user) < ($1.time, $1.user) }
    report.examples = examples.count
    return (examples.map(\.example), report)
  }

  private func isRobot(_ searches: [LoggedSearch]) -> Bool {
    var ofDay: [Int: Int] = [:]
    for search in searches { ofDay[Int((search.time / 86_400).rounded(.down)), default: 0] += 1 }
    if ofDay.values.contains(where: { $0 > dailyLimit }) { return true }
    // More than so many within an hour, every gap the same.
    var (run, gap) = (1, -1.0)
    for (before, search) in zip(searches, searches.dropFirst()) {
      let next = search.time - before.time
      run = next > 0 && abs(next - gap) < 0.5 ? run + 1 : 2
      gap = next
      if run > steadyLimit, gap * Double(steadyLimit) <= 3600 { return true }
    }
    return false
  }

  private func sessions(of searches: [LoggedSearch]) -> [[LoggedSearch]] {
    var sessions: [[LoggedSearch]] = []
    for search in searches {
      if let last = sessions.last?.last, search.time - last.time <= sessionGap,
        last.session == nil || search.session == nil || last.session == search.session
      {
        sessions[sessions.count - 1].append(search)
      } else {
        sessions.append([search])
      }
    }
    return sessions
  }

  private func cleaned(_ session: [LoggedSearch], _ personal: PersonalData, _ report: inout Report)
    -> [LoggedSearch]
  {
    var kept: [LoggedSearch] = []
    for (place, search) in session.enumerated() {
      if place + 1 < session.count, isHalfTyped(search, before: session[place + 1]) || !search.isSubmitted {
        report.halfTyped += 1
      } else if !search.isSubmitted {
        report.halfTyped += 1
      } else if personal.kind(of: search.text) != nil {
        report.personal += 1
      } else if kept.last?.text == search.text {
        report.repeated += 1
      } else if search.text.contains(where: { $0.isLetter || $0.isNumber }) {
        kept.append(search)
      }
    }
    return kept
  }

  private func isHalfTyped(_ search: LoggedSearch, before next: LoggedSearch) -> Bool {
    next.time - search.time <= typingSeconds && next.text.count > search.text.count
      && next.text.hasPrefix(search.text)
  }
}

/// What a user has counted for on one day.
private struct DailyCounts {
  private var day = Int.min
  private var texts: [String: Int] = [:]

  mutating func take(_ search: LoggedSearch, repeats: Int, texts limit: Int) -> Bool {
    let today = Int((search.time / 86_400).rounded(.down))
    if today != day { (day, texts) = (today, [:]) }
    if texts[search.text] == nil, texts.count >= limit { return false }
    texts[search.text, default: 0] += 1
    return texts[search.text, default: 0] <= repeats
  }
}
