/// Collects the k largest totals; of equal totals the smaller documents.
///
/// A total and its document are one 64-bit key, so that the order is total and one comparison decides.
struct BestDocuments {
  private var keys: UnsafeMutablePointer<UInt64>
  private var capacity: Int
  private(set) var count = 0
  private var limit = 1

  init() {
    capacity = 1024
    keys = .allocate(capacity: capacity)
  }

  func deallocate() { keys.deallocate() }

  /// Forgets everything and collects the best `limit` from now on.
  mutating func reset(limit: Int) {
    count = 0
    self.limit = limit
  }

  /// Makes room for `more` keys on top of those collected.
  mutating func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    let larger = max(2 * capacity, count + more)
    let moved = UnsafeMutablePointer<UInt64>.allocate(capacity: larger)
    moved.update(from: keys, count: count)
    keys.deallocate()
    keys = moved
    capacity = larger
  }

  /// Adds a document; room must have been reserved.
  @inline(__always)
  mutating func append(document: Int, total: UInt32) {
    keys[count] = UInt64(total) << 32 | UInt64(~UInt32(truncatingIfNeeded: document))
    count += 1
  }

  /// Whether enough was collected since the last ``keepBest()`` to make another one worth while.
  var isCrowded: Bool { count >= 4 * limit }

  /// Drops all but the best `limit` and returns the least total among them; nil when there are fewer.
  mutating func keepBest() -> UInt32? {
    guard count >= limit else { return nil }
    select(limit)
    count = limit
    var least = UInt64.max
    for i in 0..<count { least = min(least, keys[i]) }
    return UInt32(least >> 32)
  }

  /// The collected documents, best first, at most the limit.
  mutating func sorted() -> UnsafeMutableBufferPointer<UInt64> {
    if count > limit {
      select(limit)
      count = limit
    }
    sort(0, count - 1)
    return UnsafeMutableBufferPointer(start: keys, count: count)
  }

  static func total(_ key: UInt64) -> UInt32 { UInt32(key >> 32) }
  static func document(_ key: UInt64) -> Int { Int(~UInt32(truncatingIfNeeded: key)) }

  /// Moves the `best` largest keys to the front (C. A. R. Hoare's FIND).
  private func select(_ best: Int) {
    var (low, high) = (0, count - 1)
    while low < high {
      let (i, j) = partition(low, high)
      if best - 1 <= j { high = j } else if best - 1 >= i { low = i } else { return }
    }
  }

  /// Sorts the keys low...high, largest first.
  private func sort(_ low: Int, _ high: Int) {
    var (low, high) = (low, high)
    while high - low > 16 {
      let (i, j) = partition(low, high)
      // The shorter part by recursion bounds the depth.
      if j - low < high - i {
        sort(low, j)
        low = i
      } else {
        sort(i, high)
        high = j
      }
    }
    guard low < high else { return }
    for end in (low + 1)...high {
      let key = keys[end]
      var place = end
      while place > low, keys[place - 1] < key {
        keys[place] = keys[place - 1]
        place -= 1
      }
      keys[place] = key
    }
  }

  /// Brings larger keys before smaller ones, around the median of three: low...j are at least i...high.
  private func partition(_ low: Int, _ high: Int) -> (i: Int, j: Int) {
    let (a, b, c) = (keys[low], keys[(low + high) / 2], keys[high])
    let pivot = max(min(a, b), min(max(a, b), c))
    var (i, j) = (low, high)
    while i <= j {
      while keys[i] > pivot { i += 1 }
      while keys[j] < pivot { j -= 1 }
      if i <= j {
        (keys[i], keys[j]) = (keys[j], keys[i])
        i += 1
        j -= 1
      }
    }
    return (i, j)
  }
}
