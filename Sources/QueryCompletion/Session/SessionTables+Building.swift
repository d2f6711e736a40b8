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
  /// - Parameters:
  ///   - words: every word of labels and of queries before, ascending.
  ///   - limit: how many of its best labels a word or previous query keeps.
  /// - Complexity: O(words of the examples), expected
  init(
    _ examples: [EncodedExample], words: Vocabulary, labels: LabelStore, counts: [Float],
    recipe: QueryCompletion
  ) {
    let anonymity = recipe.anonymity
    var holders = [[Int32]](repeating: [], count: words.count)
    let wordsOfLabel = (0..<labels.count).map { label in
      let own = labels.withKey(of: label) { Self.wordNumbers(of: $0, words) }
      for word in own where holders[Int(word)].last != Int32(label) {
        holders[Int(word)].append(Int32(label))
      }
      return own
    }
    var pairs: [UInt32: [Int32: SharedCount]] = [:]
    var followers = [[Int32: SharedCount]](repeating: [:], count: words.count)
    var additions = followers
    var totals = [Float](repeating: 0, count: words.count)
    for example in examples where !example.previous.isEmpty {
      let (hash, seen) = example.previous.withUnsafeBufferPointer { key in
        (Self.hash(key), Set(Self.wordNumbers(of: key, words)))
      }
      pairs[hash, default: [:]][example.label, default: SharedCount()].add(example, anonymity)
      let added = wordsOfLabel[Int(example.label)].filter { !seen.contains($0) }
      for word in seen.sorted().map({ Int($0) }) {
        totals[word] += example.weight
        followers[word][example.label, default: SharedCount()].add(example, anonymity)
        for other in added { additions[word][other, default: SharedCount()].add(example, anonymity) }
      }
    }
    var pairLists = LabelLists.Builder()
    var previous: [UInt32] = []
    for hash in pairs.keys.sorted() {
      let list = SharedCount.list(pairs[hash, default: [:]], anonymity)
      if list.isEmpty { continue }
      previous.append(hash)
      pairLists.append(list, limit: recipe.followers)
    }
    var (followerLists, additionLists, holderLists) = (
      LabelLists.Builder(), LabelLists.Builder(), LabelLists.Builder(keepsWeights: false)
    )
    for word in totals.indices {
      let says = totals[word] <= Self.commonest
      followerLists.append(
        says ? SharedCount.list(followers[word], anonymity) : [], limit: recipe.followers)
      additionLists.append(
        says ? SharedCount.list(additions[word], anonymity).filter { $0.weight > 1 } : [], limit: 100)
      holderLists.append(
        holders[word].map { (label: $0, weight: counts[Int($0)]) }, limit: recipe.holders)
    }
    self.init(
      words: words, followers: followerLists.finish(), followed: StoredArray(totals),
      previous: StoredArray(previous), pairs: pairLists.finish(), holders: holderLists.finish(),
      additions: additionLists.finish(),
      lengths: StoredArray(wordsOfLabel.map { UInt8(min(255, $0.count)) }))
  }

  /// The numbers of a key's words; those that are not known are left out.
  static func wordNumbers(of key: UnsafeBufferPointer<UInt8>, _ words: Vocabulary) -> [Int32] {
    var numbers: [Int32] = []
    forEachWord(of: key) { word in
      if let number = words.id(of: word) { numbers.append(Int32(number)) }
    }
    return numbers
  }
}
