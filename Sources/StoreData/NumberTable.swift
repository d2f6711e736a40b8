internal import Learning
internal import LinearAlgebra

/// Columns of numbers out of a CSV file, gzip understood.
public struct NumberTable: Sendable, Equatable {
  /// The columns that were asked for, by title; `NA` and empty fields are NaN.
  public let columns: [String: [Double]]

  /// Number of rows.
  public let count: Int

  /// Reads columns.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` when a column is missing or a field is no number.
  /// - Complexity: O(bytes)
  public init(contentsOf path: String, columns titles: [String]) throws {
    let reader = DelimitedReader(try ByteSource(path: path), separator: 0x2C, maximumBytes: 1 << 20)
    func problem(_ place: String, _ given: String, _ expected: String) -> FileFormatError {
      FileFormatError(path: path, place: place, given: given, expected: expected, advice: "Correct the file.")
    }
    guard case .fields? = try reader.next() else { throw problem("header", "nothing", "titles of columns") }
    let header = (0..<reader.fieldCount).map { reader.withField($0) { $0.trimmed.text } }
    let places = try titles.map { title -> Int in
      guard let place = header.firstIndex(of: title) else {
        throw problem("header", "no column \(title)", "a column \(title)")
      }
      return place
    }
    var values = [[Double]](repeating: [], count: titles.count)
    while let row = try reader.next() {
      guard case .fields = row, reader.fieldCount == header.count else {
        throw problem(
          "line \(reader.number)", "\(reader.fieldCount) fields", "\(header.count) as in the header")
      }
      for (column, place) in places.enumerated() {
        let number = reader.withField(place) { bytes -> Double? in
          let text = bytes.trimmed
          return text.isEmpty || text.equals("NA") ? .nan : text.decimal
        }
        guard let number else {
          throw problem("line \(reader.number), \(titles[column])", "other text", "a number or NA")
        }
        values[column].append(number)
      }
    }
    columns = Dictionary(uniqueKeysWithValues: zip(titles, values))
    count = values.first?.count ?? 0
  }
}
