/// Finds prefixes of suggestions that what is typed may have been meant to be.
///
/// Restricted Damerau-Levenshtein distance: a character too many, too few or another one, or two neighbours swapped, at
/// most one edit from 4 characters on and two from 8 on; the first character is taken as right. ``TypingErrorModel`` says
/// how likely each error is. The walk follows characters that suggestions have, so dead ends are left at once.
struct TypingErrors {
  /// A prefix that may have been meant.
  struct Reading: Equatable {
    let prefix: [UInt8]
    let interval: Range<Int>
    /// Logarithm of how likely it is typed so, against the likeliest errors.
    let likelihood: Float
    let edits: Int
  }

  private let labels: LabelStore
  private let typed: [[UInt8]]
  private let allowed: Int
  private var steps: Int
  private var readings: [[UInt8]: Reading] = [:]

  /// Characters that are tried at the most.
  private static let stepLimit = 1000

  /// Edits that are forgiven in a text of some characters.
  static func edits(forLength length: Int) -> Int { length < 4 ? 0 : length < 8 ? 1 : 2 }

  private init(_ labels: LabelStore, _ typed: [UInt8], allowed: Int) {
    self.allowed = allowed
    self.labels = labels
    self.typed = Self.scalars(typed)
    steps = Self.stepLimit
  }

  /// The prefixes that may have been meant, those of fewer edits first; empty where what is typed is too short.
  ///
  /// One edit is tried before two, and an error in the first character only when nothing else is found.
  ///
  /// - Parameter most: edits that are tried at the most, if the length allows them.
  static func readings(of typed: [UInt8], in labels: LabelStore, most: Int = 2) -> [Reading] {
    let allowed = min(most, edits(forLength: scalars(typed).count))
    if allowed == 0 { return [] }
    for protectsFirst in [true, false] {
      for edits in 1..<allowed + 1 {
        var walk = TypingErrors(labels, typed, allowed: edits)
        walk.walk([], 0, edits: edits, likelihood: 0, protectsFirst: protectsFirst)
        if walk.readings.isEmpty { continue }
        return walk.readings.values.sorted {
          $0.edits != $1.edits ? $0.edits < $1.edits : $0.prefix.lexicographicallyPrecedes($1.prefix)
        }
      }
    }
    return []
  }

  private mutating func walk(
    _ prefix: [UInt8], _ place: Int, edits: Int, likelihood: Float, protectsFirst: Bool
  ) {
    steps -= 1
    if steps < 0 { return }
    if edits == 0 || place == typed.count {
      let whole = prefix + typed[place...].joined()
      let interval = labels.interval(of: whole)
      if edits < allowed, !interval.isEmpty, readings[whole].map({ $0.likelihood < likelihood }) ?? true {
        readings[whole] = Reading(
          prefix: whole, interval: interval, likelihood: likelihood, edits: allowed - edits)
      }
      return
    }
    let interval = labels.interval(of: prefix)
    if interval.isEmpty { return }
    let next = typed[place]
    walk(prefix + next, place + 1, edits: edits, likelihood: likelihood, protectsFirst: protectsFirst)
    if place == 0, protectsFirst { return }
    func err(_ prefix: [UInt8], _ place: Int, _ error: Float) {
      walk(prefix, place, edits: edits - 1, likelihood: likelihood + error, protectsFirst: protectsFirst)
    }
    let beside = [place - 1, place + 1].filter { typed.indices.contains($0) }.map { typed[$0] }
    err(prefix, place + 1, TypingErrorModel.insertion(of: next, beside: beside))
    if place + 1 < typed.count, typed[place + 1] != next {
      err(prefix + typed[place + 1] + next, place + 2, TypingErrorModel.transposition)
    }
    for character in following(prefix, in: interval) where character != next {
      let other = prefix + character
      err(other, place + 1, TypingErrorModel.substitution(of: next, for: character))
      err(other, place, TypingErrorModel.omission(of: character, after: place > 0 ? typed[place - 1] : []))
    }
  }

  /// Each character that follows a prefix in a suggestion.
  private func following(_ prefix: [UInt8], in interval: Range<Int>) -> [[UInt8]] {
    var characters: [[UInt8]] = []
    var place = interval.lowerBound
    while place < interval.upperBound {
      let character = labels.withKey(of: place) { key in
        key.count > prefix.count ? Self.scalar(key, at: prefix.count) : []
      }
      if character.isEmpty {
        place += 1
        continue
      }
      characters.append(character)
      place = max(place + 1, labels.interval(of: prefix + character).upperBound)
    }
    return characters
  }

  private static func scalars(_ bytes: [UInt8]) -> [[UInt8]] {
    var (scalars, place) = ([[UInt8]](), 0)
    bytes.withUnsafeBufferPointer { bytes in
      while place < bytes.count {
        scalars.append(scalar(bytes, at: place))
        place += scalars[scalars.count - 1].count
      }
    }
    return scalars
  }

  /// The bytes of the character at a place.
  private static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> [UInt8] {
    var end = place + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return Array(bytes[place..<end])
  }
}
