/// What kind of value an option or argument takes: how it is named, read, explained and completed.
///
/// Each kind is stated once, and parsing, help, errors, completion and manual follow from it. A command that needs
/// a kind of its own makes one with the initializer.
struct ValueKind<Element: Sendable>: Sendable {
  /// What stands for the value in help: `N`, `FILE`; nil for a switch, which takes none.
  let valueName: String?

  /// What is allowed, for errors: "an integer from 1 to 1000".
  let expected: String

  /// What is allowed, for help: "1 to 1000"; nil where the name of the value says enough.
  let range: String?

  /// What the shell offers.
  let completion: Completion

  /// Reads a value; nil when it is not allowed.
  let read: @Sendable (String) -> Element?

  /// Creates a kind.
  init(
    _ valueName: String?, expected: String, range: String? = nil, completion: Completion = .nothing,
    read: @escaping @Sendable (String) -> Element?
  ) {
    self.valueName = valueName
    self.expected = expected
    self.range = range
    self.completion = completion
    self.read = read
  }
}

/// What a shell offers for a value.
enum Completion: Sendable, Equatable {
  /// Nothing: the value is the user's own.
  case nothing
  /// Paths of files.
  case files
  /// Paths of folders.
  case folders
  /// A list of words.
  case words([String])
}

extension ValueKind where Element == Bool {
  /// On or off: `--name` and `--no-name`.
  static var `switch`: Self {
    Self(nil, expected: "true or false") { Bool($0) }
  }
}

extension ValueKind where Element: FixedWidthInteger {
  /// A whole number in a range; the type's own bounds mean none.
  static func integer(_ range: ClosedRange<Element>, _ valueName: String = "N") -> Self {
    let words = RangeWords(
      range.lowerBound == .min && Element.isSigned ? nil : range.lowerBound.description,
      range.upperBound == .max ? nil : range.upperBound.description)
    return Self(valueName, expected: "an integer" + words.expected, range: words.help) { text in
      Element(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension ValueKind where Element == Double {
  /// A finite number in a range; an infinite bound means none.
  static func number(_ range: ClosedRange<Double>, _ valueName: String = "X") -> Self {
    let words = RangeWords(
      range.lowerBound.isFinite ? range.lowerBound.shortText : nil,
      range.upperBound.isFinite ? range.upperBound.shortText : nil)
    return Self(valueName, expected: "a number" + words.expected, range: words.help) { text in
      Double(text).flatMap { $0.isFinite && range.contains($0) ? $0 : nil }
    }
  }
}

extension ValueKind where Element == Double {
  /// A finite number above 0.
  static func positiveNumber(_ valueName: String = "X") -> Self {
    Self(valueName, expected: "a number above 0", range: "above 0") { text in
      Double(text).flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    }
  }
}

/// A range in words, for errors and for help.
private struct RangeWords {
  let expected: String
  let help: String?

  init(_ lower: String?, _ upper: String?) {
    switch (lower, upper) {
    case (nil, nil): (expected, help) = ("", nil)
    case (let lower?, nil): (expected, help) = (", \(lower) or more", "\(lower) or more")
    case (nil, let upper?): (expected, help) = (", \(upper) or less", "\(upper) or less")
    case (let lower?, let upper?): (expected, help) = (" from \(lower) to \(upper)", "\(lower) to \(upper)")
    }
  }
}

extension ValueKind where Element == String {
  /// Any text.
  static func text(_ valueName: String = "TEXT") -> Self {
    Self(valueName, expected: "a text") { $0 }
  }

  /// The path of a file; `-` is standard input where a command reads.
  static func file(_ valueName: String = "FILE") -> Self {
    path(valueName, "the path of a file", .files)
  }

  /// The path of a folder.
  static func folder(_ valueName: String = "DIR") -> Self {
    path(valueName, "the path of a folder", .folders)
  }

  private static func path(_ valueName: String, _ expected: String, _ completion: Completion) -> Self {
    Self(valueName, expected: expected, completion: completion) { $0.isEmpty ? nil : $0 }
  }
}

extension ValueKind where Element: OptionChoice {
  /// One of the enumeration's cases, by its raw value.
  static func choice(_ valueName: String = "NAME") -> Self {
    let words = Element.allCases.map(\.rawValue)
    return Self(
      valueName, expected: "one of \(words.joined(separator: ", "))", range: words.joined(separator: ", "),
      completion: .words(words)
    ) { Element(rawValue: $0) }
  }
}

extension Double {
  /// Without the `.0` of whole numbers.
  var shortText: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
