internal import Glibc

/// The operating system refused something about a file.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// The file or folder.
  public let path: String

  /// What was tried: "open", "read", "write", "rename" ...
  public let operation: String

  /// The error number of the operating system (`errno`).
  public let code: Int32

  /// Creates an error; `code` defaults to the calling thread's `errno`.
  public init(path: String, operation: String, code: Int32? = nil) {
    self.path = path
    self.operation = operation
    self.code = code ?? errno
  }

  /// For example `cannot open shop/catalogue.jsonl: No such file or directory`.
  public var description: String {
    "cannot \(operation) \(path): \(String(cString: strerror(code)))"
  }
}

/// Bytes from outside that do not follow their format.
///
/// Says what was given, what was expected and what to do; never repeats the user's data beyond names and
/// numbers.
public struct FileFormatError: Error, Equatable, CustomStringConvertible {
  /// The file; "-" for standard input.
  public let path: String

  /// Line (from 1), field, array or member inside the file, where that can be said.
  public let place: String?

  /// What was found.
  public let given: String

  /// What the format asks for.
  public let expected: String

  /// What the user can do.
  public let advice: String

  /// Creates an error.
  public init(path: String, place: String? = nil, given: String, expected: String, advice: String) {
    self.path = path
    self.place = place
    self.given = given
    self.expected = expected
    self.advice = advice
  }

  /// For example `X.npz, data: given dtype <i8, expected <f4 or <f8. Save it with astype(numpy.float32).`
  public var description: String {
    let location = place.map { "\(path), \($0)" } ?? path
    return "\(location): given \(given), expected \(expected). \(advice)"
  }
}
