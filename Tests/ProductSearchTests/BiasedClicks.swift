import Glibc
import Probability
import ProductSearch

/// A click log with known position bias: queries with twenty candidates each, of which a search shows ten, ordered
/// by their attraction with a lasting error, every tenth time by chance; position k is looked at with 1 / k^0.7.
struct BiasedClicks {
  static let shown = 10
  static let candidates = 20

  var searches: [LoggedSearch] = []
  var events: [Interaction] = []
  /// Attraction by query and candidate.
  var attraction: [[Double]] = []

  static let examination = (1...shown).map { 1 / pow(Double($0), 0.7) }

  init(
    searches count: Int, queries: Int = 400, randomisedEvery: Int? = 10, noise: Double = 0.1, seed: UInt64 = 5
  ) {
    var generator = SeededGenerator(seed: seed)
    var lasting: [[Double]] = []
    for query in 0..<queries {
      // A few wanted products, Beta(4, 6), among others, Beta(1, 9).
      attraction.append(
        (0..<Self.candidates).map { place in
          place <= query % 3
            ? (0..<9).map { _ in generator.uniform() }.sorted()[3] : 1 - pow(generator.uniform(), 1 / 9.0)
        })
      lasting.append((0..<Self.candidates).map { _ in generator.normal() * 0.25 })
    }
    for number in 0..<count {
      // Few queries are searched often, as 1 / rank.
      let query = min(queries - 1, Int(pow(Double(queries + 1), generator.uniform())) - 1)
      let isRandom = randomisedEvery.map { number % $0 == 0 } ?? false
      let scores = (0..<Self.candidates).map { place in
        isRandom
          ? generator.uniform()
          : attraction[query][place] + lasting[query][place] + generator.normal() * noise
      }
      let answer = scores.indices.sorted { scores[$0] > scores[$1] }.prefix(Self.shown)
      let time = Int64(1_733_788_800_000 + number * 1000)
      searches.append(
        LoggedSearch(
          id: "s\(number)", text: "query \(query)", time: time, client: "c\(number % 997)",
          isRandomised: isRandom))
      for (rank, place) in answer.enumerated() {
        add(.impression, number, query, place, rank, time)
        guard generator.uniform() < Self.examination[rank] * attraction[query][place] else { continue }
        add(.click, number, query, place, rank, time + 2000)
        guard generator.uniform() < 0.2 else { continue }
        add(.cart, number, query, place, rank, time + 9000)
        if generator.uniform() < 0.5 { add(.purchase, number, query, place, rank, time + 60_000) }
      }
    }
  }

  private mutating func add(
    _ action: Interaction.Action, _ search: Int, _ query: Int, _ place: Int, _ rank: Int, _ time: Int64
  ) {
    var event = Interaction(
      action, search: "s\(search)", product: "\(query * Self.candidates + place)", position: rank + 1)
    event.text = "query \(query)"
    event.time = time
    event.client = "c\(search % 997)"
    events.append(event)
  }

  /// The log with its events in another order, each so many times.
  func log(times: Int = 1, shuffledBy seed: UInt64? = nil) -> InteractionLog {
    var log = InteractionLog { Int($0) }
    var (searches, events) = (searches, events)
    if let seed {
      var generator = SeededGenerator(seed: seed)
      searches.shuffle(using: &generator)
      events.shuffle(using: &generator)
    }
    for _ in 0..<times {
      for search in searches { log.append(search) }
      for event in events { log.append(event) }
    }
    return log
  }

  /// The largest error of the examinations.
  static func error(of positions: PositionModel) -> Double {
    zip(positions.examination, examination).map { abs($0 - $1) }.max() ?? 1
  }
}
