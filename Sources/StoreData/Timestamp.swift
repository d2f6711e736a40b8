/// A moment: milliseconds since the start of 1970 in UTC.
///
///     Timestamp("2025-01-22T14:57:25.099Z")?.milliseconds       // 1737557845099
public struct Timestamp: Sendable, Hashable, Comparable, Codable, LosslessStringConvertible {
  /// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
  public var milliseconds: Int64

  /// The moments of the years 0001 to 9999, which alone are read from files.
  public static let range =
    Timestamp(milliseconds: -62_135_596_800_000)...Timestamp(milliseconds: 253_402_300_799_999)

  /// Creates a moment.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// Reads ISO 8601: `2025-01-22`, or with a time `2025-01-22T14:57:25.099Z`; a space instead of T, an offset
  /// such as `+01:00` and a missing zone (then UTC) are understood. Nil for anything else.
  public init?(_ text: String) {
    var text = text
    let moment = text.withUTF8 { Self.parse($0) }
    guard let moment else { return nil }
    self = moment
  }

  /// Reads a whole ISO 8601 text or milliseconds since 1970 in digits.
  init?(_ bytes: UnsafeRawBufferPointer) {
    if let moment = Self.parse(bytes.trimmed.bindMemory(to: UInt8.self)) {
      self = moment
    } else if let value = bytes.integer {
      self.init(checking: Int64(value))
    } else {
      return nil
    }
  }

  /// Takes milliseconds when they are in ``range``.
  init?(checking milliseconds: Int64) {
    self.milliseconds = milliseconds
    guard Self.range.contains(self) else { return nil }
  }

  /// The earlier moment comes first.
  public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

  /// ISO 8601 in UTC with milliseconds where there are any: `2025-01-22T14:57:25.099Z`.
  public var description: String {
    let day = milliseconds.flooredDivision(by: 86_400_000)
    let rest = Int(milliseconds - day * 86_400_000)
    let date = Self.date(ofDay: Int(day))
    let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { $0.padded(to: 2) }
    let fraction = rest % 1000 == 0 ? "" : "." + (rest % 1000).padded(to: 3)
    return "\(date.year.padded(to: 4))-\(date.month.padded(to: 2))-\(date.day.padded(to: 2))T"
      + clock.joined(separator: ":") + fraction + "Z"
  }

  // Days and dates of the proleptic Gregorian calendar: years that start in March put the leap day last
  // (H. Hinnant: "chrono-compatible low-level date algorithms", 2021).
  private static func day(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted.flooredDivision(by: 400)
    let ofEra = shifted - era * 400
    let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }

  private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = shifted.flooredDivision(by: 146_097)
    let ofEra = shifted - era * 146_097
    let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * year + year / 4 - year / 100)
    let shiftedMonth = (5 * ofYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (year + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
    var rest = text[...]
    func number(_ digits: Int, upTo limit: Int) -> Int? {
      guard rest.count >= digits else { return nil }
      var value = 0
      for byte in rest.prefix(digits) {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      rest = rest.dropFirst(digits)
      return value <= limit ? value : nil
    }
    func take(_ bytes: UInt8...) -> UInt8? {
      guard let first = rest.first, bytes.contains(first) else { return nil }
      rest = rest.dropFirst()
      return first
    }
    let (dash, colon) = (UInt8(ascii: "-"), UInt8(ascii: ":"))
    guard let year = number(4, upTo: 9999), year > 0, take(dash) != nil, let month = number(2, upTo: 12),
      month > 0,
      take(dash) != nil, let day = number(2, upTo: 31), day > 0
    else { return nil }
    let start = Self.day(year: year, month: month, day: day)
    guard date(ofDay: start) == (year, month, day) else { return nil }
    var milliseconds = Int64(start) * 86_400_000
    if rest.isEmpty { return Timestamp(checking: milliseconds) }

    guard take(UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")) != nil,
      let hour = number(2, upTo: 23),
      take(colon) != nil, let minute = number(2, upTo: 59)
    else { return nil }
    milliseconds += Int64(hour * 3_600_000 + minute * 60_000)
    if take(colon) != nil {
      // A leap second counts as the second after.
      guard let second = number(2, upTo: 60) else { return nil }
      milliseconds += Int64(second * 1000)
      if take(UInt8(ascii: "."), UInt8(ascii: ",")) != nil {
        var place: Int64 = 100
        guard rest.first.map({ (0x30...0x39).contains($0) }) == true else { return nil }
        while let digit = number(1, upTo: 9) {
          milliseconds += Int64(digit) * place
          place /= 10
        }
      }
    }
    if let sign = take(UInt8(ascii: "+"), dash) {
      guard let hours = number(2, upTo: 23) else { return nil }
      _ = take(colon)
      let minutes = rest.isEmpty ? 0 : number(2, upTo: 59)
      guard let minutes else { return nil }
      milliseconds -= Int64(hours * 3_600_000 + minutes * 60_000) * (sign == dash ? -1 : 1)
    } else {
      _ = take(UInt8(ascii: "Z"), UInt8(ascii: "z"))
    }
    return rest.isEmpty ? Timestamp(checking: milliseconds) : nil
  }
}

extension BinaryInteger {
  fileprivate func flooredDivision(by divisor: Self) -> Self {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

extension Int {
  fileprivate func padded(to digits: Int) -> String {
    let text = String(self)
    return String(repeating: "0", count: Swift.max(0, digits - text.count)) + text
  }
}
