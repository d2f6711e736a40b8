public import Learning
internal import LinearAlgebra

extension PecosTextVectorizer {
  /// Writes the vectoriser as a section of an archive.
  ///
  /// - Throws: `FileError`.
  public func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("recipe", value: recipe)
    for (index, block) in blocks.enumerated() {
      try writer.section("block\(index)") { try block.write(to: &$0) }
    }
  }

  /// Opens a vectoriser from a section of an archive; nothing is built.
  ///
  /// - Throws: `FileError` or `FileFormatError`.
  public init(from archive: ModelArchive) throws {
    let recipe = try archive.value("recipe", as: PecosTextVectorization.self)
    if let violation = recipe.violations.first {
      throw FileFormatError(
        path: archive.path, place: "recipe", given: "\(violation.subject) \(violation.given)",
        expected: violation.expected, advice: "The model is altered; train or import it again.")
    }
    let blocks = try recipe.blocks.enumerated().map {
      try PecosBlockModel(from: archive.section("block\($0)"), block: $1)
    }
    let count = blocks.reduce(0) { $0 + $1.count }
    guard count <= Int(Int32.max) else {
      throw FileFormatError(
        path: archive.path, place: "blocks", given: "\(count) features", expected: "at most 2^31 - 1",
        advice: "The model is altered; train or import it again.")
    }
    self.init(recipe: recipe, blocks: blocks)
  }
}
