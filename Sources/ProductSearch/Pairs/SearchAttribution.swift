/// Finds the search that an event belongs to which names none: the latest one of the same visit, else of the same
/// client, not longer ago than some minutes, whose answer the product was part of where that is known.
struct SearchAttribution {
  private struct Candidate {
    let time: Int64
    let search: Int32
  }

  private let searches: [InteractionLog.Search]
  private let window: Int64
  private var bySession: [Int32: [Candidate]] = [:]
  private var byClient: [Int32: [Candidate]] = [:]
  private var shown: Set<Int64> = []
  private var hasImpressions: Set<Int32> = []

  init(_ log: InteractionLog.Cleaned, minutes: Double) {
    searches = log.searches
    window = Int64((minutes * 60_000).rounded())
    var sessions = [Int32](repeating: -1, count: searches.count)
    for event in log.events where event.search >= 0 {
      if sessions[Int(event.search)] < 0 { sessions[Int(event.search)] = event.session }
      if event.action == .impression {
        shown.insert(Self.pair(event.search, event.product))
        hasImpressions.insert(event.search)
      }
    }
    for (number, search) in searches.enumerated() where search.time != InteractionLog.noTime {
      let candidate = Candidate(time: search.time, search: Int32(number))
      if sessions[number] >= 0 { bySession[sessions[number], default: []].append(candidate) }
      if search.client >= 0 { byClient[search.client, default: []].append(candidate) }
    }
    let earlier = { (a: Candidate, b: Candidate) in (a.time, a.search) < (b.time, b.search) }
    for key in bySession.keys { bySession[key]?.sort(by: earlier) }
    for key in byClient.keys { byClient[key]?.sort(by: earlier) }
  }

  private static func pair(_ search: Int32, _ product: Int32) -> Int64 {
    Int64(search) << 32 | Int64(product)
  }

  /// The search that an event follows; nil where there is none.
  func search(of event: InteractionLog.Event) -> Int32? {
    guard event.time != InteractionLog.noTime else { return nil }
    return latest(in: bySession[event.session], event) ?? latest(in: byClient[event.client], event)
  }

  private func latest(in candidates: [Candidate]?, _ event: InteractionLog.Event) -> Int32? {
    guard let candidates else { return nil }
    let end = candidates.indices.lowerBound { candidates[$0].time > event.time }
    for candidate in candidates[..<end].reversed() {
      if event.time - candidate.time > window { return nil }
      if event.text >= 0, searches[Int(candidate.search)].text != event.text { continue }
      if !hasImpressions.contains(candidate.search)
        || shown.contains(Self.pair(candidate.search, event.product))
      {
        return candidate.search
      }
    }
    return nil
  }
}
