extension StringProtocol {
  /// The text without characters that would move the cursor, change colours or forge lines.
  ///
  /// Control characters and marks that reorder text become U+FFFD. For text from outside that goes to a terminal
  /// or a log.
  var printable: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.isHarmless ? $0 : "\u{FFFD}" }))
  }

  /// What the user typed, as an error repeats it: printable, at most 100 characters.
  var echoed: String {
    dropFirst(100).isEmpty ? printable : prefix(100).printable + "..."
  }

  /// The columns that the text takes on a terminal.
  ///
  /// - Complexity: O(length)
  var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }
}

extension Unicode.Scalar {
  fileprivate var isHarmless: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
    case .format: !(0x202A...0x202E).contains(value) && !(0x2066...0x2069).contains(value) && value != 0xFEFF
    default: true
    }
  }
}

extension Character {
  /// Two columns for East Asian wide characters and emoji (Unicode Standard Annex 11, wide and full-width blocks),
  /// none for a mark on its own, one for everything else.
  fileprivate var displayWidth: Int {
    guard let scalar = unicodeScalars.first else { return 0 }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    case 0x200B...0x200F: return 0
    default: return scalar.properties.generalCategory == .nonspacingMark ? 0 : 1
    }
  }
}
