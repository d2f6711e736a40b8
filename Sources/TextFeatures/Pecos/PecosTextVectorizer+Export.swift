internal import Learning
internal import LinearAlgebra

extension PecosTextVectorizer {
  /// The features of a vectoriser trained here in the form of libpecos, under the same numbers.
  ///
  /// The rows are equal for texts in which the words of the analyser stand with one space between them and, for
  /// trigrams, one before the first and behind the last: libpecos neither normalises nor marks the ends of a text.
  /// ``TextVectorizer/pecosText(_:)`` brings texts into that form. Weights are rounded to six decimals.
  ///
  /// - Throws: `InvalidInput` naming everything that libpecos cannot do: stop words, stems, block weights, other
  ///   norms than l1 and l2.
  public init(_ vectorizer: TextVectorizer) throws {
    let recipe = vectorizer.recipe
    var problems = Violations()
    problems.require(
      recipe.analyzer.stopWords.words.isEmpty, "analyzer.stopWords", given: "a list",
      expected: "none, as libpecos has none")
    problems.require(
      recipe.analyzer.stemming == nil, "analyzer.stemming", given: recipe.analyzer.stemming?.rawValue ?? "",
      expected: "none, as libpecos has none")
    problems.require(
      Self.norm(recipe.norm) != nil, "norm", given: recipe.norm.rawValue, expected: "l1 or l2")
    for (i, block) in recipe.blocks.enumerated() {
      problems.require(
        Self.norm(block.norm) != nil, "blocks[\(i)].norm", given: block.norm.rawValue, expected: "l1 or l2")
      problems.require(
        block.weight == 1, "blocks[\(i)].weight", given: block.weight, expected: "1, as libpecos has none")
    }
    try problems.throwIfAny()
    let models = vectorizer.blocks.map { model -> PecosBlockModel in
      switch model.features {
      case .words(let table): Self.words(model, table, vectorizer.vocabulary)
      case .trigrams(let table): Self.trigrams(model, table)
      }
    }
    self.init(
      recipe: PecosTextVectorization(blocks: models.map(\.block), norm: Self.norm(recipe.norm) ?? .l2),
      blocks: models)
  }

  private static func words(
    _ model: BlockModel, _ table: GramTable, _ vocabulary: Vocabulary
  ) -> PecosBlockModel {
    var lengths = 1...1
    if case .words(let range) = model.block.grams { lengths = range }
    return PecosBlockModel(
      block: block(model.block, .word, lengths), tokens: vocabulary, grams: table,
      weights: StoredArray(model.weights.map(SixDecimals.rounded)))
  }

  private static func trigrams(_ model: BlockModel, _ table: TrigramTable) -> PecosBlockModel {
    var tokens = Vocabulary.Builder()
    var grams = CountedGrams()
    for feature in 0..<table.count {
      // The mark and a number sign cannot be confused: words have letters and digits only.
      let gram = table.string(of: feature).unicodeScalars.map { scalar in
        var character = scalar == "#" ? " " : String(scalar)
        return UInt32(character.withUTF8 { tokens.insert($0) })
      }
      grams.append(gram, documents: 0)
    }
    return PecosBlockModel(
      block: block(model.block, .characterInWords, 3...3), tokens: tokens.finish(),
      grams: GramTable(grams, order: Array(0..<grams.count), tokenCount: tokens.count, findable: 3...3),
      weights: StoredArray(model.weights.map(SixDecimals.rounded)))
  }

  private static func block(
    _ block: NGramBlock, _ analyzer: PecosNGramBlock.Analyzer, _ lengths: ClosedRange<Int>
  ) -> PecosNGramBlock {
    var result = PecosNGramBlock(analyzer, lengths: lengths)
    result.isBinary = block.termFrequency == .binary
    result.isSublinear = block.termFrequency == .logarithmic
    result.usesInverseDocumentFrequency = block.usesInverseDocumentFrequency
    result.smoothsDocumentFrequency = block.smoothsDocumentFrequency
    result.addsOneToInverseDocumentFrequency = block.addsOneToInverseDocumentFrequency
    result.minimumDocuments = block.minimumDocuments
    result.maximumDocuments = block.maximumDocuments ?? -1
    result.minimumShare = Float(block.minimumShare)
    result.maximumShare = Float(block.maximumShare)
    result.maximumFeatures = block.maximumFeatures ?? 0
    result.norm = norm(block.norm) ?? .l2
    return result
  }

  private static func norm(_ norm: VectorNorm) -> PecosNGramBlock.Norm? {
    switch norm {
    case .l1: .l1
    case .l2: .l2
    case .none, .max: nil
    }
  }
}

extension TextVectorizer {
  /// A text as the exported form of this vectoriser takes it: the words with spaces between them, and a space at both
  /// ends for the trigrams.
  public func pecosText(_ text: String) -> String {
    " " + recipe.analyzer.words(in: text).joined(separator: " ") + " "
  }
}
