internal import LinearAlgebra
internal import TextFeatures

/// A training example in numbers.
struct EncodedExample {
  /// The suggestion.
  let label: Int32
  /// The key of the query before it; empty at the start of a session.
  let previous: [UInt8]
  /// Hash of who searched.
  let user: UInt64
  /// How much it counts.
  let weight: Float
}

/// A count that is told only once enough users share it.
struct SharedCount {
  private var weight: Float = 0
  /// Distinct users, as many as are needed.
  private var users: [UInt64] = []

  /// Counts an example.
  mutating func add(_ example: EncodedExample, _ anonymity: Int) {
    weight += example.weight
    if anonymity > 1, users.count < anonymity, !users.contains(example.user) { users.append(example.user) }
  }

  /// What enough users share.
  static func list(_ counts: [Int32: SharedCount], _ anonymity: Int) -> [(label: Int32, weight: Float)] {
    counts.compactMap { label, count in
      anonymity == 1 || count.users.count >= anonymity ? (label, count.weight) : nil
    }
  }
}

extension SessionTables {
  /// Counts what followed what.
  ///
  /// - Parameter limit: how many of its best labels a word or previous query keeps.
  /// - Complexity: O(words of the examples), expected
  init(_ examples: [EncodedExample], labels: LabelStore, counts: [Float], limit: Int, holderLimit: Int,
    anonymity: Int
  ) {
    var builder = Vocabulary.Builder()
    var holders: [[Int32]] = []
    var lengths: [UInt8] = []
    lengths.reserveCapacity(labels.count)
    var wordsOfLabel: [[Int32]] = []
    for label in 0..<labels.count {
      var own: [Int32] = []
      labels.withKey(of: label) { key in
        Self.forEachWord(of: key) { word in
          let id = builder.insert(word)
          if id == holders.count { holders.append([]) }
          if holders[id].last != Int32(label) { holders[id].append(Int32(label)) }
          own.append(Int32(id))
        }
      }
      lengths.append(UInt8(min(255, own.count)))
      wordsOfLabel.append(own)
    }
    let labelWords = builder.count
    var pairs: [UInt64: [Int32: SharedCount]] = [:]
    var followers = [[Int32: SharedCount]](repeating: [:], count: labelWords)
    var additions = [[Int32: SharedCount]](repeating: [:], count: labelWords)
    var totals = [Float](repeating: 0, count: labelWords)
    for example in examples where !example.previous.isEmpty {
      example.previous.withUnsafeBufferPointer { key in
        pairs[Self.hash(key), default: [:]][example.label, default: SharedCount()].add(example, anonymity)
        var seen: [Int] = []
        Self.forEachWord(of: key) { word in
          let id = builder.insert(word)
          if id == totals.count {
            totals.append(0)
            followers.append([:])
            additions.append([:])
          }
          if !seen.contains(id) { seen.append(id) }
        }
        let added = wordsOfLabel[Int(example.label)].filter { !seen.contains(Int($0)) }
        for id in seen {
          totals[id] += example.weight
          followers[id][example.label, default: SharedCount()].add(example, anonymity)
          for word in added { additions[id][word, default: SharedCount()].add(example, anonymity) }
        }
      }
    }
    let previous = pairs.keys.sorted()
    var pairLists = LabelLists.Builder()
    for hash in previous {
      pairLists.append(SharedCount.list(pairs[hash, default: [:]], anonymity), limit: limit)
    }
    var followerLists = LabelLists.Builder()
    var additionLists = LabelLists.Builder()
    var holderLists = LabelLists.Builder()
    for id in totals.indices {
      let says = totals[id] <= Self.commonest
      followerLists.append(
        says ? SharedCount.list(followers[id], anonymity) : [], limit: limit)
      additionLists.append(
        says ? SharedCount.list(additions[id], anonymity).filter { $0.weight > 1 } : [], limit: 100)
      holderLists.append(
        id < labelWords ? holders[id].map { (label: $0, weight: counts[Int($0)]) } : [], limit: holderLimit,
        code: { label, _ in wordsOfLabel[Int(label)].last == Int32(id) ? 1 : 0 })
    }
    self.init(
      words: builder.finish(), followers: followerLists.finish(), followed: StoredArray(totals),
      previous: StoredArray(previous), pairs: pairLists.finish(), holders: holderLists.finish(),
      additions: additionLists.finish(), lengths: StoredArray(lengths))
  }
}
