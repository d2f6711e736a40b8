public import Bandits
internal import Glibc
internal import Probability

/// A page that shows one callout, an item in a format, to each visitor, and whose truth is known; new items come every day.
///
/// 84 items, 24 at the start and two more each day of 2,000 requests, for 30 days; 24 formats of four widgets. P(conversion) =
/// Φ(level + coefficients of what meets), the level such that chance among the first items converts with 3 %. Every number comes
/// from a counter stream of its own, so that what is added to the world leaves the rest as it is:
///
/// - CALW: coefficients, each a standard deviation times a normal number: category 8 (.15), brand 12 (.12), price band 4 (.10),
///   item 84 (.20), content 9 (.10), pair of contents 30 (.05), content x kind 18 (.08), content x member 18 (.08), kind x member
///   4 (.15); a favourite category adds .35.
/// - CALI: category, brand, price band, kind (a benefit with .3) of item j from numbers 4j to 4j + 3.
/// - CALR: member (with .6), two favourite categories, luck of request t from numbers 4t to 4t + 3.
/// - CALB: kind x age of membership, normals 0 to 9 (.15); the age of request t from number 1,000 + t, shares .1, .15, .25, .2, .3
///   of members.
/// - CALD: delay of request t from numbers 2t, 2t + 1: with .35 exponential of mean 40 requests, else 4,000; of benefits twice
///   that.
/// - CALS: from day 15 on the first 24 items have other coefficients, .20 times normals 0 to 23, and other favourites, .35 times
///   normals 24 to 47.
public struct CalloutWorld: Sendable {
  /// What a world has beyond the plain one.
  public struct Extras: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int

    /// Extras of bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Members of different age like different kinds.
    public static let ages = Extras(rawValue: 1)
    /// Conversions come late.
    public static let delays = Extras(rawValue: 2)
    /// Tastes change on day 15.
    public static let drift = Extras(rawValue: 4)
  }

  /// Requests of a day.
  public static let day = 2000
  /// Days.
  public static let days = 30
  /// Items at the start.
  public static let firstItems = 24
  /// Items that come each day.
  public static let itemsPerDay = 2
  /// Items in all, the last ones never shown.
  public static let itemCount = 84
  /// Names of the ages of members, in months; the last value is of those who are none.
  public static let ages = ["0-1", "1-3", "3-12", "12-24", "24+", "none"]

  static let sizes = [2, 2, 3, 2]
  static let spreads: [(name: String, count: Int, deviation: Double)] = [
    ("category", 8, 0.15), ("brand", 12, 0.12), ("price", 4, 0.10), ("item", 84, 0.20), ("content", 9, 0.10),
    ("pair", 30, 0.05), ("content x kind", 18, 0.08), ("content x member", 18, 0.08),
    ("kind x member", 4, 0.15),
  ]

  /// What it has beyond the plain world.
  public let extras: Extras

  /// What callouts are made of.
  public let space: CalloutSpace

  /// The items in the order in which they come.
  public let items: [CalloutItem]

  /// Score of the intercept.
  public private(set) var level = 0.0

  private let seed: UInt64
  private let requests: CounterStream
  private let itemPart: [Double]
  private let driftedPart: [Double]
  private let favourites: [Double]
  /// Score of each format by kind and member.
  private let formatPart: [[[Double]]]
  /// Best format's score by kind and member.
  private let bestFormat: [[Double]]
  private let ageEffect: [[Double]]

  /// The world of a seed.
  public init(seed: UInt64, extras: Extras = []) throws {
    (self.seed, self.extras) = (seed, extras)
    let formats = try LayoutSpace(sizes: Self.sizes)
    var segments = [VisitorSegment("member", values: 2, touchesContents: true)]
    if extras.contains(.ages) { segments.append(VisitorSegment("age", values: Self.ages.count)) }
    space = try CalloutSpace(
      attributes: Self.spreads.prefix(3).map { ItemAttribute($0.name, values: $0.count) }, kinds: 2,
      formats: formats, segments: segments)
    let stream = CounterStream("CALW", seed: seed)
    var next: UInt64 = 0
    let coefficients = Self.spreads.map { _, count, deviation in
      (0..<count).map { _ in
        defer { next += 1 }
        return deviation * stream.normal(next)
      }
    }
    let facts = CounterStream("CALI", seed: seed)
    items = (0..<UInt64(Self.itemCount)).map { item in
      CalloutItem(
        attributes: [(0, 8.0), (1, 12), (2, 4)].map { Int(facts.uniform(4 * item + $0) * $1) },
        kind: facts.uniform(4 * item + 3) < 0.3 ? 1 : 0)
    }
    let own = zip(items, coefficients[3]).map { item, id in
      (item.attributes.enumerated().reduce(0.0) { $0 + coefficients[$1.offset][$1.element] }, id)
    }
    itemPart = own.map { $0.0 + $0.1 }
    let drift = CounterStream("CALS", seed: seed)
    driftedPart = own.enumerated().map { number, parts in
      parts.0 + (number < Self.firstItems ? 0.2 * drift.normal(UInt64(number)) : parts.1)
    }
    favourites = (0..<UInt64(Self.itemCount)).map {
      $0 < UInt64(Self.firstItems) ? 0.35 * drift.normal(24 + $0) : 0.35
    }
    let parts = (0..<space.formatCount).map { format in
      formats.features(of: formats.layout(format) ?? [], pairs: true).indices.dropFirst().map { Int($0) - 1 }
    }
    let widgets = Self.sizes.count
    formatPart = (0..<2).map { kind in
      (0..<2).map { member in
        parts.map { features in
          let (contents, pairs) = (features.prefix(widgets), features.dropFirst(widgets))
          var score = coefficients[8][2 * kind + member]
          for content in contents {
            score +=
              coefficients[4][content] + coefficients[6][2 * content + kind]
              + coefficients[7][2 * content + member]
          }
          for pair in pairs { score += coefficients[5][pair - 9] }
          return score
        }
      }
    }
    bestFormat = formatPart.map { $0.map { $0.max() ?? 0 } }
    let ages = CounterStream("CALB", seed: seed)
    ageEffect = (0..<2).map { kind in
      (0..<Self.ages.count).map {
        $0 < 5 && extras.contains(.ages) ? 0.15 * ages.normal(UInt64(5 * kind + $0)) : 0
      }
    }
    requests = CounterStream("CALR", seed: seed)
    level = Self.level(scores: scoresOfFirstRequests())
  }

  /// Scores of every format of the first items in the first 2,000 requests without the level, with how often each occurs.
  private func scoresOfFirstRequests() -> [(score: Double, count: Double)] {
    var counts = [[Double]](repeating: [0, 0, 0, 0], count: Self.firstItems)
    for request in 0..<Self.day {
      let (isMember, favourites) = facts(request)
      for item in 0..<Self.firstItems {
        let isFavourite = favourites.contains(items[item].attributes[0])
        counts[item][(isMember ? 2 : 0) + (isFavourite ? 1 : 0)] += 1
      }
    }
    var scores: [(score: Double, count: Double)] = []
    for item in counts.indices {
      for cell in 0..<4 {
        let own = itemPart[item] + (cell % 2 == 1 ? 0.35 : 0)
        for format in formatPart[items[item].kind][cell / 2] {
          scores.append((own + format, counts[item][cell]))
        }
      }
    }
    return scores
  }

  private static func level(scores: [(score: Double, count: Double)]) -> Double {
    let total = scores.reduce(0) { $0 + $1.count }
    var (low, high) = (-6.0, 2.0)
    for _ in 0..<60 {
      let middle = 0.5 * (low + high)
      let rate = scores.reduce(0) { $0 + $1.count * StandardNormal.cumulative(middle + $1.score) } / total
      if rate < 0.03 { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }

  private func facts(_ request: Int) -> (isMember: Bool, favourites: [Int]) {
    let first = 4 * UInt64(request)
    return (
      requests.uniform(first) < 0.6,
      [Int(requests.uniform(first + 1) * 8), Int(requests.uniform(first + 2) * 8)]
    )
  }

  /// Who makes a request.
  public func visitor(_ request: Int) -> CalloutVisitor {
    let (isMember, favourites) = facts(request)
    var segments = [isMember ? 1 : 0]
    if extras.contains(.ages) { segments.append(isMember ? age(request) : 5) }
    return CalloutVisitor(segments: segments, favourites: favourites)
  }

  private func age(_ request: Int) -> Int {
    let u = CounterStream("CALB", seed: seed).uniform(1000 + UInt64(request))
    return [0.1, 0.25, 0.5, 0.7].firstIndex { u < $0 } ?? 4
  }

  /// How many items there are at a request.
  public func itemCount(_ request: Int) -> Int {
    Self.firstItems + Self.itemsPerDay * (request / Self.day)
  }

  /// The request at which an item comes.
  public static func birth(_ item: Int) -> Int {
    item < firstItems ? 0 : day * (1 + (item - firstItems) / itemsPerDay)
  }

  private func itemScore(_ item: Int, _ request: Int, _ favoured: [Int]) -> Double {
    let hasDrifted = extras.contains(.drift) && request >= 15 * Self.day
    let own = hasDrifted ? driftedPart[item] : itemPart[item]
    guard favoured.contains(items[item].attributes[0]) else { return own }
    return own + (hasDrifted ? favourites[item] : 0.35)
  }

  /// The probability that a callout converts.
  public func probability(_ item: Int, format: Int, request: Int, _ visitor: CalloutVisitor) -> Double {
    let kind = items[item].kind
    let age = visitor.segments.count > 1 ? ageEffect[kind][visitor.segments[1]] : 0
    return StandardNormal.cumulative(
      level + itemScore(item, request, visitor.favourites) + formatPart[kind][visitor.segments[0]][format]
        + age)
  }

  /// The probability of the best callout there is at a request.
  public func bestProbability(request: Int, _ visitor: CalloutVisitor) -> Double {
    let ages = (0..<2).map { visitor.segments.count > 1 ? ageEffect[$0][visitor.segments[1]] : 0 }
    var top = -Double.infinity
    for item in 0..<itemCount(request) {
      let kind = items[item].kind
      let score =
        itemScore(item, request, visitor.favourites) + bestFormat[kind][visitor.segments[0]] + ages[kind]
      top = max(top, score)
    }
    return StandardNormal.cumulative(level + top)
  }

  /// Whether a callout that converts with a probability does at a request; the same luck for all policies.
  public func converts(_ request: Int, _ probability: Double) -> Bool {
    requests.uniform(4 * UInt64(request) + 3) < probability
  }

  /// How many requests later the conversion of a request comes.
  public func delay(_ request: Int, kind: Int) -> Double {
    guard extras.contains(.delays) else { return 0 }
    let stream = CounterStream("CALD", seed: seed)
    let mean = stream.uniform(2 * UInt64(request)) < 0.35 ? 40.0 : 4000
    return -mean * (kind == 1 ? 2 : 1) * log1p(-stream.uniform(2 * UInt64(request) + 1))
  }

  /// What the coefficients of each group of ``CalloutSpace/groupNames`` are spread like, for a learner that knows it.
  public var truePriors: [GroupPrior] {
    space.groupNames.map { name in
      switch name {
      case "intercept": GroupPrior(mean: -1.9, variance: 1)
      case "favourite": GroupPrior(variance: 0.1)
      default:
        GroupPrior(
          variance: Self.spreads.first { $0.name == name }.map { $0.deviation * $0.deviation } ?? 0.0225)
      }
    }
  }
}
