public import Learning
public import LinearAlgebra

/// TF-IDF features of words, word sequences and character trigrams, in blocks.
///
///     let vectorizer = try TextVectorization.productSearch.fit(titles)
///     let x = vectorizer.predict("cordless drill 20v")
///
/// The weight of a feature is its frequency in the text times its inverse document frequency (G. Salton,
/// C. Buckley, Information Processing & Management 24(5), 1988). Every block is divided by its norm and
/// multiplied by its weight, the blocks stand side by side, and the row is divided by its norm again.
/// Feature numbers: block by block, most frequent first, ties by length and then by the bytes of the words.
public struct TextVectorization: Estimator {
  /// What is counted, block by block.
  public var blocks: [NGramBlock]

  /// Finds the words of a text.
  public var analyzer = Analyzer()

  /// What each row is divided by in the end.
  public var norm = VectorNorm.l2

  /// Creates a recipe of the given blocks; by default words one by one.
  public init(blocks: [NGramBlock] = [NGramBlock(.words(1...1))]) {
    self.blocks = blocks
  }

  /// Words, sequences of two and three words, and character trigrams: the features that served product search
  /// best (W.-C. Chang et al., KDD 2021).
  public static let productSearch: TextVectorization = {
    var words = NGramBlock(.words(1...1))
    var sequences = NGramBlock(.words(2...3))
    var trigrams = NGramBlock(.characterTrigrams)
    words.maximumFeatures = 1 << 20
    sequences.maximumFeatures = 1 << 21
    trigrams.maximumFeatures = 1 << 20
    sequences.minimumDocuments = 2
    trigrams.minimumDocuments = 2
    var blocks = [words, sequences, trigrams]
    for i in blocks.indices { blocks[i].maximumShare = 0.98 }
    return TextVectorization(blocks: blocks)
  }()

  /// Every parameter out of range.
  public var violations: [Violation] {
    var problems = Violations()
    problems.require(
      !blocks.isEmpty && blocks.count <= 16, "blocks", given: blocks.count, expected: "1 to 16")
    for (i, block) in blocks.enumerated() { problems.append(contentsOf: block.violations("blocks[\(i)]")) }
    problems.append(contentsOf: analyzer.violations)
    return problems.all
  }
}
