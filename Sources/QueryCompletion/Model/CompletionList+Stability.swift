extension CompletionList {
  /// Lets no suggestion that was shown before fall below the rank that it had.
  ///
  /// Those that are left come in the order in which they were shown, each at the latest at its old rank; the others fill the
  /// places between. The k-th of them had at least the rank k, so there is always room.
  mutating func keepRanks(of shown: [String], limit: Int) {
    let places = Dictionary(suggestions.enumerated().map { ($1.text, $0) }) { first, _ in first }
    let survivors = shown.enumerated().compactMap { rank, text in places[text].map { (rank: rank, place: $0) }
    }
    var isTaken = [Bool](repeating: false, count: suggestions.count)
    var (order, next, following) = ([Int](), 0, 0)
    while order.count < min(limit, suggestions.count) {
      while next < survivors.count, isTaken[survivors[next].place] { next += 1 }
      let place: Int
      if next < survivors.count, survivors[next].rank <= order.count {
        place = survivors[next].place
      } else {
        while isTaken[following] { following += 1 }
        place = following
      }
      isTaken[place] = true
      order.append(place)
    }
    suggestions = order.map { suggestions[$0] }
  }
}
