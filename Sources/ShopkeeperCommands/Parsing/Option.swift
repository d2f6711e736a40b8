/// An option of a command: `--name VALUE`, or a switch `--name`.
///
///     @Option("limit", short: "k", .integer(1...1000), "How many products to show.") var limit = 10
///     @Option("catalogue", .file(), "The catalogue: JSON Lines or CSV, also .gz.") var catalogue: String
///     @Option("events", .file(), "A log of events; may be repeated.") var events: [String]
///     @Option("explain", .switch, "Say why each product is there.") var explain = false
///     @Option(.json) var json: Bool
///
/// Without a default, an option must be given unless its type is optional or an array.
@propertyWrapper
struct Option<Value: OptionValue>: DeclaredArgument {
  let definition: OptionDefinition<Value>
  let slot = ValueSlot<Value>()

  /// An option with a default.
  init(
    wrappedValue: Value, _ name: String, short: Character? = nil, _ kind: ValueKind<Value.Single>,
    _ help: String,
    details: String = ""
  ) {
    definition = OptionDefinition(name, short: short, kind, help, details: details).with(
      default: wrappedValue)
  }

  /// An option that must be given, or is nil or empty when it is not.
  init(
    _ name: String, short: Character? = nil, _ kind: ValueKind<Value.Single>, _ help: String,
    details: String = ""
  ) {
    definition = OptionDefinition(name, short: short, kind, help, details: details)
  }

  /// An option that several commands share.
  init(_ definition: OptionDefinition<Value>) {
    self.definition = definition
  }

  /// An option that several commands share, with a default of its own.
  init(wrappedValue: Value, _ definition: OptionDefinition<Value>) {
    self.definition = definition.with(default: wrappedValue)
  }

  /// The value that was given, else the default.
  var wrappedValue: Value {
    get { slot.value(of: definition) }
    nonmutating set { slot.given = newValue }
  }

  var isPositional: Bool { false }
}

/// An argument without a name, in the order of declaration.
///
///     @Positional("TEXT", .text(), "What the shopper typed; - reads one query a line.") var text: String
@propertyWrapper
struct Positional<Value: OptionValue>: DeclaredArgument {
  let definition: OptionDefinition<Value>
  let slot = ValueSlot<Value>()

  /// An argument that must be given, or is nil or empty when it is not.
  init(_ valueName: String, _ kind: ValueKind<Value.Single>, _ help: String, details: String = "") {
    definition = OptionDefinition(valueName, kind, help, details: details)
  }

  /// The value that was given, else the default.
  var wrappedValue: Value {
    get { slot.value(of: definition) }
    nonmutating set { slot.given = newValue }
  }

  var isPositional: Bool { true }
}

/// Options that several commands share, as a stored property of each; see ``WorkOptions``.
protocol OptionGroup {}

/// An option or argument as the parser sees it, whatever its type.
protocol DeclaredArgument {
  associatedtype Value: OptionValue
  var definition: OptionDefinition<Value> { get }
  var slot: ValueSlot<Value> { get }
  var isPositional: Bool { get }
}

extension DeclaredArgument {
  var summary: OptionSummary { OptionSummary(definition, isPositional: isPositional) }

  /// Takes one use on the command line; false when the text is not allowed.
  func take(_ text: String) -> Bool {
    slot.isMentioned = true
    guard let element = definition.kind.read(text) else { return false }
    slot.given = Value.adding(element, to: slot.given)
    return true
  }

  /// Whether it was given, rightly or not.
  var isMentioned: Bool {
    get { slot.isMentioned }
    nonmutating set { slot.isMentioned = newValue }
  }

  /// Lets defaults look at the environment.
  func settle(_ environment: [String: String]) { slot.environment = environment }
}

/// Where a parsed value lies. A class, so that the parser can fill the wrappers that it finds in a command.
final class ValueSlot<Value: OptionValue> {
  var given: Value?
  var isMentioned = false
  var environment: [String: String] = [:]

  func value(of definition: OptionDefinition<Value>) -> Value {
    guard let value = given ?? definition.fallback?(environment) ?? Value.absent else {
      preconditionFailure("\(definition.name) must be given and is read before parsing")
    }
    return value
  }
}
