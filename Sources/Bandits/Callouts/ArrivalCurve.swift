internal import Glibc

/// What share of an item's conversions has come at an age: a step function on ages that double, for each kind of item shrunk to
/// all kinds together.
///
/// Expectation maximisation in the spirit of O. Chapelle: *Modeling Delayed Feedback in Display Advertising*, KDD 2014, with
/// bins in place of an exponential law: a silent impression of age a counts as q = p (1 - F(a))/(1 - p F(a)) conversions, spread
/// over the bins beyond a as the mass is; 15 rounds. A kind has five conversions of all kinds added, all kinds together one of
/// mean 1,000.
public struct ArrivalCurve: Sendable, Equatable {
  /// Bins end at ages 1, 2, 4, ...
  static let bins = 40

  /// Share of conversions in each bin, by kind.
  private var mass: [[Double]]

  /// Share of impressions that ever convert, by kind.
  public private(set) var conversion: [Double]

  /// Conversions that come at once: nothing is ever late.
  init(kinds: Int) {
    var first = [Double](repeating: 0, count: Self.bins)
    first[0] = 1
    mass = [[Double]](repeating: first, count: kinds)
    conversion = [Double](repeating: 0.05, count: kinds)
  }

  /// The bin of an age.
  static func bin(_ age: Double) -> Int {
    guard age > 1 else { return 0 }
    return min(bins - 1, Int(log2(age).rounded(.up)))
  }

  /// Counts by kind and bin: conversions by delay, silent impressions by age.
  struct Counts {
    var arrived: [[Double]]
    var silent: [[Double]]

    init(kinds: Int) {
      arrived = [[Double]](repeating: [Double](repeating: 0, count: ArrivalCurve.bins), count: kinds)
      silent = arrived
    }
  }

  /// The curve under which counts are most probable.
  init(_ counts: Counts) {
    let kinds = counts.arrived.count
    let law = (0..<Self.bins).map { bin in
      let (from, to) = (bin == 0 ? 0 : exp2(Double(bin - 1)), exp2(Double(bin)))
      return exp(-from / 1000) - (bin == Self.bins - 1 ? 0 : exp(-to / 1000))
    }
    mass = [[Double]](repeating: law, count: kinds)
    conversion = [Double](repeating: 0.05, count: kinds)
    let shows = (0..<kinds).map { counts.arrived[$0].reduce(0, +) + counts.silent[$0].reduce(0, +) }
    for _ in 0..<15 {
      var expected = counts.arrived
      for kind in 0..<kinds {
        var beyond = 1.0
        // Share of the silent ones of all earlier bins that goes to each unit of mass further out.
        var owed = 0.0
        for bin in 0..<Self.bins {
          let own = mass[kind][bin]
          // Ages lie within their bin: half of its conversions have come.
          let after = max(beyond - 0.5 * own, 1e-12)
          let p = conversion[kind]
          let q = p * after / (1 - p * (1 - after))
          let part = counts.silent[kind][bin] * q / after
          expected[kind][bin] += own * (owed + 0.5 * part)
          owed += part
          beyond -= own
        }
      }
      let total = (0..<Self.bins).map { bin in law[bin] + expected.reduce(0) { $0 + $1[bin] } }
      let sum = total.reduce(0, +)
      for kind in 0..<kinds {
        let found = expected[kind].reduce(0, +)
        conversion[kind] = min(0.999, (found + 1) / (shows[kind] + 20))
        for bin in 0..<Self.bins {
          mass[kind][bin] = (expected[kind][bin] + 5 * total[bin] / sum) / (found + 5)
        }
      }
    }
  }

  /// Share of a kind's conversions that have come at an age, linear within a bin.
  public func reached(_ kind: Int, _ age: Double) -> Double {
    let bin = Self.bin(age)
    let before = mass[kind][..<bin].reduce(0, +)
    let from = bin == 0 ? 0 : exp2(Double(bin - 1))
    let part = min(1, max(0, (age - from) / (exp2(Double(bin)) - from)))
    return min(1, before + part * mass[kind][bin])
  }
}
