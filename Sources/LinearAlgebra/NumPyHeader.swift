/// What a NumPy array says of itself before its elements.
///
/// NumPy Enhancement Proposal 1: magic, version, and a Python dictionary of `descr`, `fortran_order` and `shape`.
struct NumPyHeader: Equatable {
  /// Type of the elements.
  let element: NumPyElement

  /// Length in each dimension; empty for a single value.
  let shape: [Int]

  /// Number of elements.
  let count: Int

  /// Bytes of all elements.
  let byteCount: Int

  /// The longest dictionary that is read; NumPy's own limit is 10,000.
  static let longestDictionary = 16_384

  /// Reads the dictionary.
  ///
  /// - Throws: ``FileFormatError`` at `place`.
  init(dictionary: String, at place: FilePlace) throws {
    var scanner = PythonLiteralScanner(dictionary)
    guard let entries = scanner.dictionary() else {
      throw place.error(
        "header", given: "text that is not a dictionary", expected: "descr, fortran_order and shape",
        advice: "The file is altered; save it again with numpy.save.")
    }
    guard entries.count == 3, let descriptor = entries["descr"],
      case .flag(let isFortran)? = entries["fortran_order"],
      case .tuple(let shape)? = entries["shape"]
    else {
      throw place.error(
        "header", given: "a dictionary of other entries", expected: "descr, fortran_order and shape",
        advice: "The file is altered; save it again with numpy.save.")
    }
    element = try Self.element(descriptor, at: place)
    guard !isFortran || shape.count < 2 else {
      throw place.error(
        "fortran_order", given: "True", expected: "False",
        advice: "Save numpy.ascontiguousarray of it.")
    }
    self.shape = shape
    var (count, bytes, overflow) = (1, 0, false)
    for length in shape where !overflow { (count, overflow) = count.multipliedReportingOverflow(by: length) }
    if !overflow { (bytes, overflow) = count.multipliedReportingOverflow(by: element.size) }
    guard !overflow, shape.count <= 32 else {
      throw place.error(
        "shape", given: "more elements than memory can hold", expected: "the shape of the stored elements",
        advice: "The file is altered; save it again with numpy.save.")
    }
    (self.count, byteCount) = (count, bytes)
  }

  private static func element(_ descriptor: PythonLiteralScanner.Value, at place: FilePlace) throws
    -> NumPyElement
  {
    let expected = "little-endian integers, floats, booleans or text"
    guard case .text(let text) = descriptor else {
      throw place.error(
        "dtype", given: "a structured dtype", expected: expected,
        advice: "Save each field as an array of its own.")
    }
    if let element = NumPyElement(descriptor: text) { return element }
    if text.dropFirst().first == "O" {
      throw place.error(
        "dtype", given: "Python objects (a pickle)", expected: expected,
        advice: "Pickles are never executed; save numbers, for example with astype(numpy.float32).")
    }
    throw place.error(
      "dtype", given: FilePlace.printable(text), expected: expected,
      advice: "Convert it, for example with astype('<f4').")
  }
}

/// A file, and the member inside it, for errors.
struct FilePlace {
  /// The file.
  let path: String

  /// The member of an archive; nil for the file itself.
  var member: String?

  func error(_ field: String? = nil, given: String, expected: String, advice: String) -> FileFormatError {
    let place = [member, field].compactMap { $0 }.joined(separator: ", ")
    return FileFormatError(
      path: path, place: place.isEmpty ? nil : place, given: given, expected: expected, advice: advice)
  }

  /// A name from a file cut to 60 ASCII letters, others replaced, so that it cannot forge lines of a log.
  static func printable(_ text: some StringProtocol) -> String {
    let scalars = text.unicodeScalars.prefix(60).map {
      (0x20..<0x7F).contains($0.value) ? Character($0) : "?"
    }
    return String(scalars) + (text.unicodeScalars.count > 60 ? "..." : "")
  }
}
