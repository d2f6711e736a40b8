extension DoubleMatrix {
  /// Reads an array of doubles out of an archive that `numpy.savez` has written, in C order.
  ///
  /// The last dimension becomes the columns, all others together the rows; a list becomes one row.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` naming the member and what is wrong with it, also NaN and infinity.
  public init(npz path: String, array name: String) throws {
    let archive = try ZipArchive(path: path)
    let reader = try NumPyReader(
      archive.source(of: name + ".npy", advice: "Name one of the arrays in the file."))
    let values = try reader.doubles()
    let columns = reader.header.shape.last ?? 1
    try self.init(rows: columns == 0 ? 0 : values.count / columns, columns: columns, values: values)
  }
}

extension NumPyReader {
  /// All elements of an array of doubles.
  ///
  /// - Throws: ``FileFormatError`` when they are of another type, or when any is NaN or infinite.
  func doubles() throws -> [Double] {
    guard header.element == .float(8) else {
      throw place.error(
        "dtype", given: header.element.description, expected: "<f8", advice: "Convert it with astype first.")
    }
    let values = try elements(of: Double.self)
    let bad = values.count { !$0.isFinite }
    guard bad == 0 else {
      throw place.error(
        given: "\(bad) of \(values.count) values NaN or infinite", expected: "finite numbers",
        advice: "Remove or replace them before saving.")
    }
    return values
  }
}
