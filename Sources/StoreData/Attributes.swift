/// The value of one attribute of a product.
public enum AttributeValue: Sendable, Hashable {
  /// A text such as "blue".
  case text(String)
  /// A finite number such as 20.
  case number(Double)
  /// Yes or no.
  case flag(Bool)
  /// Several texts, such as the colours of a set.
  case texts([String])

  /// The words in it: none for numbers and flags.
  public var texts: [String] {
    switch self {
    case .text(let text): text.isEmpty ? [] : [text]
    case .texts(let texts): texts
    case .number, .flag: []
    }
  }
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral
{
  /// A text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A number.
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  /// Yes or no.
  public init(booleanLiteral value: Bool) { self = .flag(value) }
}

/// The attributes of a product: names, ascending and unique, with their values.
///
/// A dictionary in use, an array in memory: a product has few attributes and a catalogue has many products, and
/// the order is the same in every run.
///
///     var attributes: Attributes = ["colour": "blue", "voltage": 20]
///     attributes["voltage"]          // .number(20)
///     for (name, value) in attributes { print(name, value) }
public struct Attributes: RandomAccessCollection, ExpressibleByDictionaryLiteral, Sendable {
  private var entries: [(name: String, value: AttributeValue)] = []

  /// Creates an empty collection.
  public init() {}

  /// Creates a collection; the first of two values of one name stays.
  public init(dictionaryLiteral elements: (String, AttributeValue)...) {
    self.init(elements.map { (name: $0.0, value: $0.1) })
  }

  /// Creates a collection from pairs in any order; the first of two values of one name stays.
  public init(_ pairs: [(name: String, value: AttributeValue)]) {
    entries = pairs
    for i in entries.indices.dropFirst() {
      var j = i
      while j > 0, entries[j].name < entries[j - 1].name {
        entries.swapAt(j, j - 1)
        j -= 1
      }
    }
    if zip(entries, entries.dropFirst()).contains(where: { $0.name == $1.name }) {
      var unique: [(name: String, value: AttributeValue)] = []
      for entry in entries where unique.last?.name != entry.name { unique.append(entry) }
      entries = unique
    }
  }

  /// Position of the first attribute.
  public var startIndex: Int { 0 }

  /// Position behind the last attribute.
  public var endIndex: Int { entries.count }

  /// The attribute at a position in the order of names.
  public subscript(position: Int) -> (name: String, value: AttributeValue) { entries[position] }

  /// The value of a name; setting nil removes it.
  ///
  /// - Complexity: O(number of attributes)
  public subscript(name: String) -> AttributeValue? {
    get { entries.first { $0.name == name }?.value }
    set {
      let position = entries.firstIndex { $0.name >= name } ?? entries.count
      let exists = position < entries.count && entries[position].name == name
      switch (newValue, exists) {
      case (let value?, true): entries[position].value = value
      case (let value?, false): entries.insert((name, value), at: position)
      case (nil, true): entries.remove(at: position)
      case (nil, false): break
      }
    }
  }
}

extension Attributes: Equatable {
  /// Whether both have the same names with the same values.
  public static func == (left: Self, right: Self) -> Bool {
    left.elementsEqual(right) { $0.name == $1.name && $0.value == $1.value }
  }
}
