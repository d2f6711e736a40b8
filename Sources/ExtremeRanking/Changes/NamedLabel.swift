/// A label that comes with its name and texts.
///
///     let model = try old.inserting([NamedLabel(name: "A-17", text: "Oak desk, 120 cm")])
public struct NamedLabel: Sendable, Equatable {
  /// The name, as the identifier of a product.
  public var name: String

  /// The label's own text, as the title of a product.
  public var text: String

  /// Queries that led to the label.
  public var queries: [String]

  /// Creates a label.
  public init(name: String, text: String, queries: [String] = []) {
    (self.name, self.text, self.queries) = (name, text, queries)
  }

  /// The neighbouring words of the text, two by two.
  public var wordPairs: [String] {
    let words = text.split(whereSeparator: \.isWhitespace)
    return zip(words, words.dropFirst()).map { "\($0) \($1)" }
  }
}
