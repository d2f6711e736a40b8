internal import Learning

/// Which products may be answered, as a shopper or a shop says it.
///
///     let filter = try FilterExpression(#"brand:"Ryobi" AND price:[20 TO 50] AND (stock:true OR market:de)"#)
///
/// A clause is `field:value`, `field:"a value"`, or a range of numbers: `[a TO b]` holds its bounds, `{a TO b}` does not,
/// `*` leaves a side open. Clauses are joined by `AND`, `OR`, `NOT` and parentheses; `AND` binds closer than `OR`, and
/// may be left out.
public indirect enum FilterExpression: Sendable, Equatable {
  /// The field has the value.
  case equals(field: String, value: String)
  /// The field's number lies between bounds; nil leaves a side open.
  case range(field: String, lower: Bound?, upper: Bound?)
  /// Both hold.
  case and([FilterExpression])
  /// One of them holds.
  case or([FilterExpression])
  /// It does not hold.
  case not(FilterExpression)

  /// An end of a range.
  public struct Bound: Sendable, Equatable {
    /// The number.
    public let number: Double
    /// Whether the number itself is in the range.
    public let isIncluded: Bool

    /// Creates an end of a range.
    public init(_ number: Double, isIncluded: Bool = true) {
      self.number = number
      self.isIncluded = isIncluded
    }
  }

  /// Reads an expression.
  ///
  /// - Throws: ``InvalidInput`` naming the place where it cannot be understood.
  public init(_ text: String) throws {
    var parser = FilterParser(text)
    self = try parser.parse()
  }

  /// The clauses that must all hold.
  var clauses: [FilterExpression] {
    if case .and(let parts) = self { parts.flatMap(\.clauses) } else { [self] }
  }

  /// The names of the fields that it looks at.
  var fields: Set<String> {
    switch self {
    case .equals(let field, _), .range(let field, _, _): [field]
    case .and(let parts), .or(let parts): parts.reduce(into: []) { $0.formUnion($1.fields) }
    case .not(let part): part.fields
    }
  }

  /// Clauses that must all hold, as one expression; nil of none.
  static func all(_ clauses: [FilterExpression]) -> FilterExpression? {
    clauses.count > 1 ? .and(clauses) : clauses.first
  }
}

extension FilterExpression: CustomStringConvertible {
  /// The expression in one spelling, which reads back as itself.
  public var description: String { text(inside: .outermost) }

  private enum Level: Int {
    case outermost, or, and, not
  }

  private func text(inside level: Level) -> String {
    func grouped(_ text: String, _ own: Level) -> String {
      own.rawValue < level.rawValue ? "(\(text))" : text
    }
    switch self {
    case .equals(let field, let value): return "\(Self.word(field)):\(Self.word(value))"
    case .range(let field, let lower, let upper):
      let (open, close) = (lower?.isIncluded ?? true ? "[" : "{", upper?.isIncluded ?? true ? "]" : "}")
      let bounds = [lower, upper].map { $0.map { NumberRange.text($0.number) } ?? "*" }
      return "\(Self.word(field)):\(open)\(bounds[0]) TO \(bounds[1])\(close)"
    case .and(let parts):
      return grouped(parts.map { $0.text(inside: .not) }.joined(separator: " AND "), .and)
    case .or(let parts):
      return grouped(parts.map { $0.text(inside: .and) }.joined(separator: " OR "), .or)
    case .not(let part): return "NOT \(part.text(inside: .not))"
    }
  }

  /// A name or value as it stands, or in quotes where it would be read otherwise.
  private static func word(_ text: String) -> String {
    let isPlain =
      !text.isEmpty && !["AND", "OR", "NOT", "TO"].contains(text)
      && text.utf8.allSatisfy { FilterParser.isPlain($0) }
    if isPlain { return text }
    return "\"" + text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
  }
}

extension NumberRange {
  /// A number as short as it reads back, whole ones without a point.
  static func text(_ number: Double) -> String {
    if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
    return number.description
  }
}
