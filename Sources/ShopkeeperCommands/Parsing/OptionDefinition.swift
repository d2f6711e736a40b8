/// Everything about an option or argument, stated once.
///
/// Definitions that several commands share are static members, see ``OptionDefinition/json`` and its neighbours.
struct OptionDefinition<Value: OptionValue>: Sendable {
  /// The long name without dashes; for a positional argument the name of its value.
  let name: String

  /// The letter of the short form.
  let short: Character?

  /// What it takes.
  let kind: ValueKind<Value.Single>

  /// One sentence. For a switch that is on by default it describes `--no-name`.
  let help: String

  /// What the manual adds.
  let details: String

  /// The value when it is not given, from the environment's variables; nil when there is none.
  var fallback: (@Sendable ([String: String]) -> Value)?

  /// The default in words, where its text would not do.
  var fallbackText: String?

  /// Creates a definition of an option that must be given, or is nil or empty when it is not.
  init(
    _ name: String, short: Character? = nil, _ kind: ValueKind<Value.Single>, _ help: String,
    details: String = ""
  ) {
    self.name = name
    self.short = short
    self.kind = kind
    self.help = help
    self.details = details
  }

  /// The same with a default.
  func with(default value: Value) -> Self {
    var copy = self
    copy.fallback = { _ in value }
    copy.fallbackText = nil
    return copy
  }

  /// The same with a default that depends on the environment or the machine, and is described in words.
  func with(defaultText: String, _ fallback: @escaping @Sendable ([String: String]) -> Value) -> Self {
    var copy = self
    copy.fallback = fallback
    copy.fallbackText = defaultText
    return copy
  }
}

/// What help, completion, manual and errors need to know of an option or argument, whatever its type.
struct OptionSummary: Sendable {
  /// The long name without dashes.
  let name: String
  /// The letter of the short form.
  let short: Character?
  /// Whether it is an argument without a name.
  let isPositional: Bool
  /// What stands for its value; nil for a switch.
  let valueName: String?
  /// What is allowed, for errors.
  let expected: String
  /// What is allowed, for help.
  let range: String?
  /// The default in words.
  let defaultText: String?
  /// Whether it must be given.
  let isRequired: Bool
  /// Whether it may be given several times.
  let repeats: Bool
  /// Whether it is a switch that is on unless `--no-name` is given.
  let isOnByDefault: Bool
  /// One sentence.
  let help: String
  /// What the manual adds.
  let details: String
  /// What the shell offers.
  let completion: Completion

  init<Value>(_ definition: OptionDefinition<Value>, isPositional: Bool) {
    let fallback = definition.fallback?([:])
    name = definition.name
    short = definition.short
    self.isPositional = isPositional
    valueName = definition.kind.valueName
    expected = definition.kind.expected
    range = definition.kind.range
    defaultText = definition.fallbackText ?? fallback?.optionText
    isRequired = fallback == nil && Value.absent == nil
    repeats = Value.repeats
    isOnByDefault = fallback as? Bool == true
    help = definition.help
    details = definition.details
    completion = definition.kind.completion
  }

  /// The name as help shows it: `--limit`, for a switch that is on `--no-serve`, for an argument `TEXT`.
  var displayName: String {
    isPositional ? name : isOnByDefault ? "--no-\(name)" : "--\(name)"
  }

  /// Name and value: `--limit N`.
  var displayNameWithValue: String {
    isPositional ? name : displayName + (valueName.map { " \($0)" } ?? "")
  }
}
