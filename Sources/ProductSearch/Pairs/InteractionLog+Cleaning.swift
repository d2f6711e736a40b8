extension InteractionLog {
  /// The log's searches, each id once, and its events, without repetitions and robots.
  struct Cleaned {
    /// By the number of the id: text, client, time; a search that only events tell of has none of its own.
    var searches: [Search]
    var events: [Event]
    var duplicates = 0
    var robots = 0
    var ofRobots = 0
  }

  /// Drops what repeats another record in everything and what robots did.
  func cleaned(searchesPerHour: Int) -> Cleaned {
    var cleaned = Cleaned(
      searches: (0..<searchIDs.all.count).map {
        Search(id: Int32($0), text: -1, client: -1, time: Self.noTime, isRandomised: false)
      }, events: [])
    addSearches(to: &cleaned)
    addEvents(to: &cleaned)
    dropRobots(from: &cleaned, searchesPerHour: searchesPerHour)
    return cleaned
  }

  private func addSearches(to cleaned: inout Cleaned) {
    // Of two records of one id the earlier counts, of equally early ones the one whose text comes first.
    for search in searches {
      let known = cleaned.searches[Int(search.id)]
      if known.text >= 0 { cleaned.duplicates += 1 }
      if known.text < 0
        || (search.time, texts[search.text], search.client)
          < (known.time, texts[known.text], known.client)
      {
        cleaned.searches[Int(search.id)] = search
      }
    }
  }

  private func addEvents(to cleaned: inout Cleaned) {
    let sorted = events.sorted { $0.key != $1.key ? $0.key < $1.key : $0.text < $1.text }
    for event in sorted {
      // Without a time and a search two clicks look alike.
      if event == cleaned.events.last, event.time != Self.noTime || event.search >= 0 {
        cleaned.duplicates += 1
      } else {
        cleaned.events.append(event)
      }
    }
    for event in cleaned.events where event.search >= 0 {
      let place = Int(event.search)
      if cleaned.searches[place].client < 0 { cleaned.searches[place].client = event.client }
      if searchIsUntold(cleaned.searches[place]), event.time != Self.noTime {
        let time = cleaned.searches[place].time
        cleaned.searches[place].time = time == Self.noTime ? event.time : min(time, event.time)
      }
    }
  }

  /// Whether only events tell of a search, whose first one then gives its time.
  private func searchIsUntold(_ search: Search) -> Bool { search.text < 0 }

  private func dropRobots(from cleaned: inout Cleaned, searchesPerHour limit: Int) {
    var times = [[Int64]](repeating: [], count: clients.all.count)
    for search in cleaned.searches where search.client >= 0 && search.time != Self.noTime {
      times[Int(search.client)].append(search.time)
    }
    let isRobot = times.map { times in
      guard times.count > limit else { return false }
      let sorted = times.sorted()
      return sorted.indices.dropFirst(limit).contains { sorted[$0] - sorted[$0 - limit] < 3_600_000 }
    }
    cleaned.robots = isRobot.count { $0 }
    guard cleaned.robots > 0 else { return }
    func isOfRobot(_ client: Int32) -> Bool { client >= 0 && isRobot[Int(client)] }
    let searches = cleaned.searches
    let before = cleaned.events.count
    cleaned.events.removeAll {
      isOfRobot($0.client) || ($0.search >= 0 && isOfRobot(searches[Int($0.search)].client))
    }
    cleaned.ofRobots = before - cleaned.events.count
    for place in searches.indices where isOfRobot(searches[place].client) {
      cleaned.ofRobots += 1
      cleaned.searches[place].text = -1
      cleaned.searches[place].time = Self.noTime
    }
  }
}
