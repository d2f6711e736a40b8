internal import Glibc

extension BinaryFloatingPoint {
  /// The number with a fixed number of decimals: `0.4167.fixed(2)` is `0.42`.
  func fixed(_ decimals: Int) -> String {
    withVaList([Int32(decimals), Double(self)]) { arguments in
      // 309 digits before the point at the most.
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
        vsnprintf(buffer.baseAddress, buffer.count, "%.*f", arguments)
        return String(cString: buffer.baseAddress!)
      }
    }
  }
}

extension BinaryInteger {
  /// The number with commas between groups of three digits: `12,345`.
  var grouped: String {
    let digits = Array(magnitude.description)
    var text = self < 0 ? "-" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// The number with what it counts: `1 line`, `1,200 lines`; `plural` where an s is not enough.
  func counted(_ noun: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? noun : plural ?? noun + "s")"
  }
}

/// Seconds as `0:07`, `12:40`, `1:02:03`.
func clockText(seconds: Double) -> String {
  let whole = Int(max(0, seconds.isFinite ? seconds : 0))
  let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
}
