public import Learning
public import LinearAlgebra

/// Learned text features: turns a text into a sparse row.
///
///     let x = vectorizer.predict("cordless drill 20v")
///     vectorizer.explain(Int(x.indices[0]))          // "drill"
///
/// For many texts make one ``Scratch`` a thread and call `vectorize(_:scratch:into:)`: nothing is allocated after
/// the first few texts.
public struct TextVectorizer: Predictor {
  /// What it was trained with.
  public let recipe: TextVectorization

  /// The words that features are made of; numbers by descending document frequency.
  public let vocabulary: Vocabulary

  let blocks: [BlockModel]

  /// Number of features, the width of every row.
  public let featureCount: Int

  init(recipe: TextVectorization, vocabulary: Vocabulary, blocks: [BlockModel]) {
    self.recipe = recipe
    self.vocabulary = vocabulary
    self.blocks = blocks
    featureCount = blocks.reduce(0) { $0 + $1.count }
  }

  /// The features of a text.
  public func predict(_ text: String) -> SparseVector {
    var scratch = makeScratch()
    var row = SparseVector()
    vectorize(text, scratch: &scratch, into: &row)
    return row
  }

  /// The features of texts, one row each; the same at any number of threads, and equal to ``predict(_:)``.
  ///
  /// - Throws: `CancellationError`.
  public func transform(_ texts: [String], on execution: Execution = Execution()) throws -> SparseMatrix {
    try transformRows(texts, columns: featureCount, execution, scratch: { makeScratch() }) {
      scratch, text, row in
      vectorize(text, scratch: &scratch, into: &row)
    }
  }

  /// The share of the words of a text that are known, 0...1; 0 for a text without words.
  ///
  /// A word is known when it is in the vocabulary; without blocks of words, when one of its trigrams is a feature.
  /// Stop words do not count.
  public func knownShare(_ text: String) -> Float {
    var scratch = makeScratch()
    var row = SparseVector()
    vectorize(text, scratch: &scratch, into: &row)
    return scratch.knownShare
  }

  /// What a feature stands for: words with spaces between them, or a trigram with `#` at word ends.
  ///
  /// - Precondition: `feature` is in 0..<``featureCount``.
  public func explain(_ feature: Int) -> String {
    precondition(feature >= 0 && feature < featureCount, "feature in 0..<\(featureCount)")
    let block = blocks.last { $0.firstFeature <= feature && $0.count > 0 } ?? blocks[0]
    switch block.features {
    case .words(let table):
      return table.tokens(of: feature - block.firstFeature)
        .map { Int($0) < vocabulary.count ? vocabulary[Int($0)] : "\u{FFFD}" }.joined(separator: " ")
    case .trigrams(let table):
      return table.string(of: feature - block.firstFeature)
    }
  }

  /// The same features found with only some bits of the hashes, so that everything collides.
  func rehashed(_ hashMask: UInt64) -> TextVectorizer {
    TextVectorizer(
      recipe: recipe, vocabulary: vocabulary.rehashed(hashMask), blocks: blocks.map { $0.rehashed(hashMask) })
  }
}

extension TextVectorizer {
  /// Writes the vectoriser as a section of an archive.
  ///
  /// - Throws: `FileError`.
  public func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("recipe", value: recipe)
    try writer.section("vocabulary") { try vocabulary.write(to: &$0) }
    for (index, block) in blocks.enumerated() {
      try writer.section("block\(index)") { try block.write(to: &$0) }
    }
  }

  /// Opens a vectoriser from a section of an archive; nothing is built.
  ///
  /// - Throws: `FileError` or `FileFormatError`.
  public init(from archive: ModelArchive) throws {
    let recipe = try archive.value("recipe", as: TextVectorization.self)
    if let violation = recipe.violations.first {
      throw FileFormatError(
        path: archive.path, place: "recipe", given: "\(violation.subject) \(violation.given)",
        expected: violation.expected, advice: "The model is altered; train it again.")
    }
    var blocks: [BlockModel] = []
    var first = 0
    for (index, block) in recipe.blocks.enumerated() {
      let model = try BlockModel(from: archive.section("block\(index)"), block: block, firstFeature: first)
      first += model.count
      blocks.append(model)
    }
    guard first <= Int(Int32.max) else {
      throw FileFormatError(
        path: archive.path, place: "blocks", given: "\(first) features", expected: "at most 2^31 - 1",
        advice: "The model is altered; train it again.")
    }
    self.init(recipe: recipe, vocabulary: try Vocabulary(from: archive.section("vocabulary")), blocks: blocks)
  }
}
