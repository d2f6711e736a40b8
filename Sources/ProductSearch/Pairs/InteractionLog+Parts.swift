extension InteractionLog {
  /// The log cut at one moment, with about `share` of its events after it; nil where that moment is not known because
  /// fewer than half of the events have a time of their own or by their search.
  ///
  /// An event goes with its search, so that what was shown and what was clicked stay together.
  ///
  /// - Complexity: O(n log n) for n events
  func parts(later share: Double) -> (earlier: InteractionLog, later: InteractionLog)? {
    let starts = startsOfSearches()
    func time(_ event: Event) -> Int64 {
      event.search >= 0 && starts[Int(event.search)] != Self.noTime
        ? starts[Int(event.search)] : event.time
    }
    let times = events.map(time).filter { $0 != Self.noTime }.sorted()
    guard !times.isEmpty, 2 * times.count >= events.count else { return nil }
    let cut = times[min(times.count - 1, Int((1 - min(max(share, 0), 1)) * Double(times.count)))]
    // What has no time is of no use to a later judge, but it happened.
    return (
      keeping({ starts[Int($0.id)] < cut }, { time($0) < cut }),
      keeping({ starts[Int($0.id)] >= cut }, { time($0) >= cut })
    )
  }

  /// When each search began: its own earliest time, else that of its first event.
  private func startsOfSearches() -> [Int64] {
    var starts = [Int64](repeating: Self.noTime, count: searchIDs.all.count)
    func lower(_ place: Int32, to time: Int64) {
      guard place >= 0, time != Self.noTime else { return }
      let known = starts[Int(place)]
      starts[Int(place)] = known == Self.noTime ? time : min(known, time)
    }
    for search in searches { lower(search.id, to: search.time) }
    let told = starts
    for event in events where event.search >= 0 && told[Int(event.search)] == Self.noTime {
      lower(event.search, to: event.time)
    }
    return starts
  }
}
