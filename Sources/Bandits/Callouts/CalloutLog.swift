/// What was shown, what came of it, and in which order it was learned.
struct CalloutLog: Sendable {
  private var features: [Int32] = []
  private var ends: [Int] = []
  private(set) var kind: [Int32] = []
  private(set) var time: [Double] = []
  /// Infinite where nothing came yet.
  private(set) var delay: [Double] = []

  /// Impressions of which nothing more is expected, in the order in which that became known.
  private(set) var settled: [(impression: Int32, isConverted: Bool)] = []
  /// For each refresh where its part of `settled` ends.
  private(set) var refreshes: [(time: Double, end: Int)] = []
  /// Impressions that may still convert.
  private(set) var open: [Int32] = []

  var count: Int { ends.count }

  mutating func append(_ features: [Int32], kind: Int, at moment: Double) {
    self.features.append(contentsOf: features)
    ends.append(self.features.count)
    self.kind.append(Int32(kind))
    time.append(moment)
    delay.append(.infinity)
    open.append(Int32(count - 1))
  }

  /// Notes a conversion; the first one counts.
  mutating func convert(_ impression: Int, after delay: Double) -> Bool {
    guard self.delay[impression] == .infinity else { return false }
    self.delay[impression] = max(0, delay)
    return true
  }

  /// Moves what is known by a moment from open to settled.
  mutating func settle(at now: Double, window: Double) {
    var left: [Int32] = []
    for impression in open {
      let age = now - time[Int(impression)]
      if delay[Int(impression)] <= min(age, window > 0 ? window : .infinity) {
        settled.append((impression, true))
      } else if age >= window {
        settled.append((impression, false))
      } else {
        left.append(impression)
      }
    }
    open = left
    refreshes.append((now, settled.count))
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
