/// Recognises texts that say who someone is: mail addresses, telephone and card numbers, IBANs, long numbers, addresses.
///
///     PersonalData().kind(of: "call 555-0142 4711")          // .telephone
///
/// Shops sell things with long names of digits: what the catalogue knows is let through.
public struct PersonalData: Sendable {
  /// What a text contains.
  public enum Kind: String, Sendable, CaseIterable {
    /// A mail address.
    case mail
    /// A card number: 13 to 19 digits whose check digit is right (H. P. Luhn, 1960).
    case card
    /// A telephone number.
    case telephone
    /// An IBAN whose check digits are right (ISO 13616).
    case iban
    /// Eight digits and more in a row.
    case number
    /// A house number and a street.
    case address
    /// Something behind the word password.
    case password
  }

  private let known: Set<String>

  /// - Parameter catalogue: model numbers and article numbers that are no secrets; compared without blanks and dashes.
  public init(catalogue: [String] = []) {
    known = Set(catalogue.map { Self.compact($0) })
  }

  private static func compact(_ text: String) -> String {
    String(
      text.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || $0.isDigit }.map {
        Character($0)
      })
  }

  /// What a text says of someone; nil where it says nothing.
  ///
  /// - Complexity: O(length)
  public func kind(of text: String) -> Kind? {
    let scalars = Array(text.lowercased().unicodeScalars)
    if hasMail(scalars) { return .mail }
    let words = String(String.UnicodeScalarView(scalars)).split(separator: " ").map { String($0) }
    for (place, word) in words.enumerated() where isIBAN(at: place, in: words) && !known.contains(word) {
      return .iban
    }
    for run in digitRuns(scalars) {
      let digits = run.digits
      if known.contains(Self.compact(digits)) { continue }
      if (13...19).contains(digits.utf8.count), Self.passesLuhn(digits) { return .card }
      if run.longest >= 8 { return .number }
      if run.isTelephone { return .telephone }
    }
    if hasAddress(words) { return .address }
    if let place = words.firstIndex(where: { $0.hasPrefix("password") }), place + 1 < words.count {
      return .password
    }
    return nil
  }

  private func hasMail(_ scalars: [Unicode.Scalar]) -> Bool {
    for (place, scalar) in scalars.enumerated() where scalar == "@" && place > 0 && scalars[place - 1] != " "
    {
      let rest = scalars[(place + 1)...].prefix { $0 != " " && $0 != "@" }
      if let dot = rest.lastIndex(of: "."), dot > rest.startIndex, rest.endIndex - dot > 2,
        rest[(dot + 1)...].allSatisfy({ $0.properties.isAlphabetic })
      {
        return true
      }
    }
    return false
  }

  /// Digits with single blanks, dashes, dots or parentheses between them.
  private struct DigitRun {
    var digits = ""
    var groups: [Int] = []
    var hasMarks = false
    /// Letters right before or behind.
    var touchesLetter = false

    var longest: Int { groups.max() ?? 0 }

    /// 3-4, 3-3-4 or with a country in front, grouped by marks: not a measure such as 2x4x96 or a size.
    var isTelephone: Bool {
      guard !touchesLetter, groups.count >= 2, groups.last == 4, groups[groups.count - 2] == 3 else {
        return false
      }
      return groups.count == 2 ? hasMarks : groups[groups.count - 3] <= 3 && digits.utf8.count <= 14
    }
  }

  private func digitRuns(_ scalars: [Unicode.Scalar]) -> [DigitRun] {
    var runs: [DigitRun] = []
    var place = 0
    while place < scalars.count {
      guard scalars[place].isDigit else {
        place += 1
        continue
      }
      var run = DigitRun()
      run.touchesLetter = place > 0 && scalars[place - 1].properties.isAlphabetic
      var group = 0
      while place < scalars.count {
        if scalars[place].isDigit {
          run.digits.unicodeScalars.append(scalars[place])
          group += 1
          place += 1
          continue
        }
        let gap = scalars[place...].prefix { $0 == " " || $0 == "-" || $0 == "." || $0 == "(" || $0 == ")" }
        guard !gap.isEmpty, gap.count <= 2, gap.endIndex < scalars.count, scalars[gap.endIndex].isDigit else {
          break
        }
        if gap.contains(where: { $0 != " " }) { run.hasMarks = true }
        run.groups.append(group)
        group = 0
        place = gap.endIndex
      }
      run.groups.append(group)
      if place < scalars.count, scalars[place].properties.isAlphabetic { run.touchesLetter = true }
      runs.append(run)
    }
    return runs
  }

  private static func passesLuhn(_ digits: String) -> Bool {
    var sum = 0
    for (place, digit) in digits.utf8.reversed().enumerated() {
      let value = Int(digit) - 48
      sum += place.isMultiple(of: 2) ? value : value > 4 ? 2 * value - 9 : 2 * value
    }
    return sum.isMultiple(of: 10)
  }

  /// Whether words from a place on, joined, are an IBAN.
  private func isIBAN(at place: Int, in words: [String]) -> Bool {
    guard words[place].utf8.count >= 4, words[place].utf8.prefix(2).allSatisfy({ $0 &- 97 < 26 }),
      words[place].utf8.dropFirst(2).prefix(2).allSatisfy({ $0 &- 48 < 10 })
    else { return false }
    var joined: [UInt8] = []
    for word in words[place...].prefix(9) {
      joined += word.utf8
      if joined.count > 34 { return false }
      if joined.count >= 15, Self.passesModulo97(joined) { return true }
    }
    return false
  }

  private static func passesModulo97(_ text: [UInt8]) -> Bool {
    var rest = 0
    for byte in text[4...] + text[..<4] {
      if byte &- 48 < 10 {
        rest = (rest * 10 + Int(byte) - 48) % 97
      } else if byte &- 97 < 26 {
        rest = (rest * 100 + Int(byte) - 87) % 97
      } else {
        return false
      }
    }
    return rest == 1
  }

  private static let streets: Set<String> = [
    "street", "avenue", "road", "lane", "drive", "boulevard", "strasse", "straße", "allee", "rue",
  ]

  private func hasAddress(_ words: [String]) -> Bool {
    words.indices.contains { place in
      place >= 2 && Self.streets.contains(words[place]) && (1...5).contains(words[place - 2].utf8.count)
        && words[place - 2].utf8.allSatisfy { $0 &- 48 < 10 }
        && words[place - 1].unicodeScalars.allSatisfy { $0.properties.isAlphabetic }
    }
  }
}

extension Unicode.Scalar {
  /// Whether it is an ASCII digit.
  fileprivate var isDigit: Bool { value &- 48 < 10 }
}
