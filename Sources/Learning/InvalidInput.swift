/// One thing that is wrong with an input.
public struct Violation: Sendable, Equatable, CustomStringConvertible {
  /// The parameter or part of the data, in the user's words: "threshold", "Y", "line 12".
  public let subject: String

  /// What was given.
  public let given: String

  /// What is allowed.
  public let expected: String

  /// What the user can do, where it does not follow from `expected`.
  public let advice: String?

  /// Creates a violation.
  public init(_ subject: String, given: some CustomStringConvertible, expected: String, advice: String? = nil)
  {
    self.subject = subject
    self.given = given.description
    self.expected = expected
    self.advice = advice
  }

  /// For example `threshold: given -0.1, expected 0 or more`.
  public var description: String {
    "\(subject): given \(given), expected \(expected)" + (advice.map { ". \($0)" } ?? "")
  }
}

/// An input that cannot be used, with everything that is wrong with it.
///
///     var problems = Violations()
///     problems.require(threshold >= 0, "threshold", given: threshold, expected: "0 or more")
///     problems.require(x.rows == y.rows, "Y", given: "\(y.rows) rows", expected: "\(x.rows) rows as in X")
///     try problems.throwIfAny()
public struct InvalidInput: Error, Equatable, CustomStringConvertible {
  /// What is wrong; never empty.
  public let violations: [Violation]

  /// Creates an error of one or more violations.
  public init(_ violations: [Violation]) {
    precondition(!violations.isEmpty, "an error names what is wrong")
    self.violations = violations
  }

  /// Creates an error of one violation.
  public init(_ subject: String, given: some CustomStringConvertible, expected: String, advice: String? = nil)
  {
    self.init([Violation(subject, given: given, expected: expected, advice: advice)])
  }

  /// One violation a line.
  public var description: String {
    violations.map(\.description).joined(separator: "\n")
  }
}

/// Collects violations, so that a user sees all of them at once.
public struct Violations: Sendable {
  /// What was found so far.
  public private(set) var all: [Violation]

  /// Starts with the given violations.
  public init(_ all: [Violation] = []) {
    self.all = all
  }

  /// Records a violation unless the condition holds.
  public mutating func require(
    _ condition: Bool, _ subject: @autoclosure () -> String,
    given: @autoclosure () -> some CustomStringConvertible,
    expected: @autoclosure () -> String, advice: @autoclosure () -> String? = nil
  ) {
    if !condition { all.append(Violation(subject(), given: given(), expected: expected(), advice: advice())) }
  }

  /// Records the violations of a part.
  public mutating func append(contentsOf violations: [Violation]) {
    all.append(contentsOf: violations)
  }

  /// Throws when anything was recorded.
  ///
  /// - Throws: ``InvalidInput`` with every violation in order.
  public func throwIfAny() throws {
    if !all.isEmpty { throw InvalidInput(all) }
  }
}
