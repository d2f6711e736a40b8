/// What was shown, what came of it, and in which order it was learned.
struct CalloutLog: Sendable {
  private var features: [Int32] = []
  private var ends: [Int] = []
  private(set) var kind: [Int32] = []
  private(set) var time: [Double] = []
  /// Infinite where nothing came yet.
  private(set) var delay: [Double] = []

  /// Impressions up to this one are older than the window: nothing more is expected of them.
  private(set) var settled = 0
  /// For each refresh how many were settled.
  private(set) var refreshes: [(time: Double, end: Int)] = []
  /// When a conversion no longer counts; 0 where conversions come at once.
  let window: Double

  init(window: Double) { self.window = window }

  var count: Int { ends.count }

  mutating func append(_ features: [Int32], kind: Int, at moment: Double) {
    self.features.append(contentsOf: features)
    ends.append(self.features.count)
    self.kind.append(Int32(kind))
    time.append(moment)
    delay.append(.infinity)
  }

  /// Notes a conversion; the first one counts.
  mutating func convert(_ impression: Int, after delay: Double) -> Bool {
    guard self.delay[impression] == .infinity else { return false }
    self.delay[impression] = max(0, delay)
    return true
  }

  /// Settles what is old enough at a moment. Impressions settle in their order: a filter that saw conversions before misses would
  /// be sure of too much too soon.
  mutating func settle(at now: Double) {
    while settled < count, now - time[settled] >= window { settled += 1 }
    refreshes.append((now, settled))
  }

  /// Whether an impression has converted by a moment, within the window.
  func isConverted(_ impression: Int, by now: Double) -> Bool {
    delay[impression] <= (window > 0 ? min(window, now - time[impression]) : now - time[impression])
  }

  /// Calls `body` with an impression's features, all of value 1.
  func withFeatures<Result>(
    _ impression: Int, _ body: (UnsafeBufferPointer<Int32>, UnsafeBufferPointer<Double>) -> Result
  ) -> Result {
    let first = impression == 0 ? 0 : ends[impression - 1]
    return features.withUnsafeBufferPointer { all in
      let own = UnsafeBufferPointer(rebasing: all[first..<ends[impression]])
      return Self.ones.withUnsafeBufferPointer { body(own, UnsafeBufferPointer(rebasing: $0[..<own.count])) }
    }
  }

  /// As many as an impression can have features.
  private static let ones = [Double](repeating: 1, count: 4096)
}
