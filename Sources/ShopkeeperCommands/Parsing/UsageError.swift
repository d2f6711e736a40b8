/// A command line that cannot be understood, with everything that is wrong with it.
struct UsageError: Error, Equatable, CustomStringConvertible {
  /// What is wrong; never empty.
  let problems: [String]

  /// What to type for help, without the program's name.
  var command = ""

  /// Creates an error.
  init(_ problems: [String]) {
    precondition(!problems.isEmpty, "an error names what is wrong")
    self.problems = problems
  }

  /// Creates an error of one problem.
  init(_ problem: String) { self.init([problem]) }

  /// One problem a line.
  var description: String { problems.joined(separator: "\n") }
}
