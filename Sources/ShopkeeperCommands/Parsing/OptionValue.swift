/// A type that an option or argument can have.
///
/// One value (`Int`, `String`, an ``OptionChoice``), perhaps none (`String?`), or any number of them (`[String]`).
protocol OptionValue: Sendable {
  /// What one use on the command line gives.
  associatedtype Single: Sendable

  /// The value when the option is not given and has no default; nil when it must be given.
  static var absent: Self? { get }

  /// Whether every use adds a value; otherwise the last one counts.
  static var repeats: Bool { get }

  /// The value after one more use.
  static func adding(_ element: Single, to value: Self?) -> Self

  /// The value as one would type it, for help; nil when there is nothing to show.
  var optionText: String? { get }
}

extension OptionValue where Single == Self {
  static var absent: Self? { nil }
  static var repeats: Bool { false }
  static func adding(_ element: Self, to value: Self?) -> Self { element }
}

extension Int: OptionValue {
  typealias Single = Int
  var optionText: String? { description }
}

extension UInt64: OptionValue {
  typealias Single = UInt64
  var optionText: String? { description }
}

extension Double: OptionValue {
  typealias Single = Double
  var optionText: String? { shortText }
}

extension Bool: OptionValue {
  typealias Single = Bool
  /// A switch shows by its name what it does.
  var optionText: String? { nil }
}

extension String: OptionValue {
  typealias Single = String
  var optionText: String? { isEmpty ? nil : self }
}

/// An enumeration that is an option's value; its raw values are what the user types.
protocol OptionChoice: OptionValue, CaseIterable, RawRepresentable<String> where Single == Self {}

extension OptionChoice {
  var optionText: String? { rawValue }
}

extension Optional: OptionValue where Wrapped: OptionValue, Wrapped.Single == Wrapped {
  static var absent: Self? { .some(nil) }
  static var repeats: Bool { false }
  static func adding(_ element: Wrapped, to value: Self?) -> Self { element }
  var optionText: String? { flatMap(\.optionText) }
}

extension Array: OptionValue where Element: OptionValue, Element.Single == Element {
  static var absent: Self? { [] }
  static var repeats: Bool { true }
  static func adding(_ element: Element, to value: Self?) -> Self { (value ?? []) + [element] }
  var optionText: String? { isEmpty ? nil : compactMap(\.optionText).joined(separator: " ") }
}
