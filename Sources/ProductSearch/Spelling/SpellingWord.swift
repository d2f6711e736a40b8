/// The letters of a word, as edits count them: Unicode scalars in memory of fixed size.
struct SpellingWord {
  /// Longer words are never corrected.
  static let maximumLength = 32

  private(set) var letters: InlineArray<32, UInt32> = .init(repeating: 0)
  private(set) var count = 0

  /// A bit for each letter modulo 32; words one edit apart differ in two bits at the most.
  private(set) var signature: UInt32 = 0

  /// The letters of a word in UTF-8; nil for words that are empty, too long, hold digits or are of a script whose
  /// words have no spaces between them.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard !bytes.isEmpty, bytes.count <= 4 * Self.maximumLength else { return nil }
    var position = 0
    while position < bytes.count {
      let first = UInt32(bytes[position])
      var scalar = first
      var length = 1
      if first >= 0x80 {
        // Words come from the normaliser, which lets valid UTF-8 through alone; others end the reading.
        length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC0, position + length <= bytes.count else { return nil }
        scalar = first & (0x7F >> UInt32(length))
        for i in 1..<length { scalar = scalar << 6 | UInt32(bytes[position + i]) & 0x3F }
      }
      guard scalar < 0x0E00, !(0x30...0x39).contains(scalar), count < Self.maximumLength else { return nil }
      letters[count] = scalar
      signature |= 1 << (scalar & 31)
      count += 1
      position += length
    }
  }

  init?(_ word: String) {
    var word = word
    guard let letters = word.withUTF8({ SpellingWord($0) }) else { return nil }
    self = letters
  }

  /// A word without the s at its end; nil where there is none.
  init?(singularOf word: String) {
    guard word.utf8.last == UInt8(ascii: "s") else { return nil }
    self.init(String(word.dropLast()))
  }

  /// The number of edits (insert, delete, replace, swap neighbours) from one word to the other where it is at most
  /// `limit`, else `limit + 1`: the optimal string alignment distance.
  func distance(to other: SpellingWord, limit: Int) -> Int {
    guard abs(count - other.count) <= limit,
      (signature ^ other.signature).nonzeroBitCount <= 2 * limit
    else { return limit + 1 }
    // Bytes, because rows are filled for every word that is looked at.
    let far = UInt8(truncatingIfNeeded: limit + 1)
    var before: InlineArray<33, UInt8> = .init(repeating: 0)
    var above: InlineArray<33, UInt8> = .init(repeating: 0)
    for j in 0...other.count { above[j] = UInt8(truncatingIfNeeded: j) }
    for i in stride(from: 1, through: count, by: 1) {
      var row: InlineArray<33, UInt8> = .init(repeating: far)
      row[0] = UInt8(truncatingIfNeeded: i)
      var least = row[0]
      let (low, high) = (max(1, i - limit), min(other.count, i + limit))
      for j in stride(from: low, through: high, by: 1) {
        let isEqual = letters[i - 1] == other.letters[j - 1]
        var cost = above[j - 1] &+ (isEqual ? 0 : 1)
        if j > low || low == 1 { cost = min(cost, row[j - 1] &+ 1) }
        if j < i + limit { cost = min(cost, above[j] &+ 1) }
        if i > 1, j > 1, letters[i - 1] == other.letters[j - 2], letters[i - 2] == other.letters[j - 1] {
          cost = min(cost, before[j - 2] &+ 1)
        }
        row[j] = cost
        least = min(least, cost)
      }
      if least >= far { return limit + 1 }
      (before, above) = (above, row)
    }
    return Int(min(far, above[other.count]))
  }
}

extension SpellingWord {
  /// The least that an edit costs.
  static let leastCost = 0.7

  /// How unlikely it is to type `self` for `meant`: about 1 for each edit, less for likely slips.
  ///
  /// A letter left out of a pair or doubled, neighbours swapped, and neighbouring keys cost less than other edits,
  /// anything at the first letter costs more.
  func cost(ofMeaning meant: SpellingWord) -> Double {
    // The rows of this letter and the two before.
    var before: InlineArray<33, Double> = .init(repeating: .infinity)
    var above = before
    var row = before
    for i in 0...count {
      for j in 0...meant.count {
        var best = i == 0 && j == 0 ? 0 : Double.infinity
        let extra = i <= 1 && j <= 1 ? 0.4 : 0.0
        if i > 0 {
          let isDoubled = i > 1 && letters[i - 1] == letters[i - 2]
          best = min(best, above[j] + (isDoubled ? Self.leastCost : 1) + extra)
        }
        if j > 0 {
          let isOfPair = j > 1 && meant.letters[j - 1] == meant.letters[j - 2]
          best = min(best, row[j - 1] + (isOfPair ? Self.leastCost : 1) + extra)
        }
        if i > 0, j > 0 {
          let (typed, wanted) = (letters[i - 1], meant.letters[j - 1])
          let cost = typed == wanted ? 0 : (Keyboard.areNeighbours(typed, wanted) ? 0.9 : 1.1) + extra
          best = min(best, above[j - 1] + cost)
        }
        if i > 1, j > 1, letters[i - 1] == meant.letters[j - 2], letters[i - 2] == meant.letters[j - 1] {
          best = min(best, before[j - 2] + 0.8)
        }
        row[j] = best
      }
      (before, above) = (above, row)
    }
    return above[meant.count]
  }
}

/// Where letters are on a QWERTY keyboard.
enum Keyboard {
  /// For each letter from a to z the letters whose keys touch its key, as bits; a row stands half a key to the right of
  /// the row above.
  private static let neighbours: [UInt32] = {
    var places: [(row: Int, column: Int)] = Array(repeating: (0, 0), count: 26)
    for (row, letters) in ["qwertyuiop", "asdfghjkl", "zxcvbnm"].enumerated() {
      for (column, letter) in letters.unicodeScalars.enumerated() {
        places[Int(letter.value - 0x61)] = (row, column)
      }
    }
    func touch(_ left: (row: Int, column: Int), _ right: (row: Int, column: Int)) -> Bool {
      let columns = right.column - left.column
      switch right.row - left.row {
      case 0: return abs(columns) == 1
      case 1: return columns == 0 || columns == -1
      case -1: return columns == 0 || columns == 1
      default: return false
      }
    }
    return places.map { left in
      places.indices.reduce(0) { touch(left, places[$1]) ? $0 | 1 << UInt32($1) : $0 }
    }
  }()

  /// Whether two keys touch.
  static func areNeighbours(_ a: UInt32, _ b: UInt32) -> Bool {
    guard (0x61...0x7A).contains(a), (0x61...0x7A).contains(b) else { return false }
    return neighbours[Int(a - 0x61)] >> (b - 0x61) & 1 == 1
  }
}
