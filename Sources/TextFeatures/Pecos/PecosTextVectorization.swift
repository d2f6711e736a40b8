public import Learning
internal import LinearAlgebra

/// TF-IDF features exactly as libpecos makes them, for models that libpecos shall serve.
///
///     var words = PecosNGramBlock(.word)
///     words.maximumShare = 0.98
///     let vectorizer = try PecosTextVectorization(blocks: [words]).fit(texts)
///     try vectorizer.write(preprocessorFolder: "model/preprocessor")
///
/// Texts are split at ASCII spaces and nothing else, and nothing is lower-cased: give it normalised text. Feature
/// numbers are those of libpecos: ascending frequency, then length, then tokens. For everything else
/// ``TextVectorization`` is the better choice.
public struct PecosTextVectorization: Estimator {
  /// The base vectorisers.
  public var blocks: [PecosNGramBlock]

  /// What the whole row is divided by.
  public var norm: PecosNGramBlock.Norm

  /// Creates a recipe of the given blocks; by default words one by one.
  public init(blocks: [PecosNGramBlock] = [PecosNGramBlock(.word)], norm: PecosNGramBlock.Norm = .l2) {
    self.blocks = blocks
    self.norm = norm
  }

  /// The most blocks that a recipe or a folder may have.
  static let maximumBlocks = 64

  /// Every parameter out of range.
  public var violations: [Violation] {
    var problems = Violations()
    problems.require(
      (1...Self.maximumBlocks).contains(blocks.count), "blocks", given: blocks.count,
      expected: "1 to \(Self.maximumBlocks)")
    for (i, block) in blocks.enumerated() { problems.append(contentsOf: block.violations("blocks[\(i)]")) }
    return problems.all
  }

  /// Learns tokens, features and their weights.
  ///
  /// - Throws: `InvalidInput`; `CancellationError`.
  public func fit(_ texts: [String], on execution: Execution) throws -> PecosTextVectorizer {
    var problems = Violations(violations)
    problems.require(!texts.isEmpty, "texts", given: "0 texts", expected: "at least one")
    problems.require(
      texts.count < Int(UInt32.max), "texts", given: "\(texts.count) texts", expected: "fewer than 2^32 - 1")
    try problems.throwIfAny()
    let models = try blocks.enumerated().map { index, block in
      try execution.cancellation.check()
      let model = try model(of: block, texts, execution)
      execution.progress.report(
        ProgressEvent(stage: "counting features", completed: index + 1, total: blocks.count))
      return model
    }
    return PecosTextVectorizer(recipe: self, blocks: models)
  }

  private func model(
    of block: PecosNGramBlock, _ texts: [String], _ execution: Execution
  ) throws -> PecosBlockModel {
    let corpus = try PecosCorpus(texts, block, execution)
    let (least, most) = block.documentRange(of: texts.count)
    var grams = try corpus.corpus.countGrams(
      lengths: block.lengths, tokenCount: corpus.tokens.count, least: max(1, least), execution)
    for (gram, documents) in corpus.shortWords where documents >= least {
      grams.append(gram, documents: documents)
    }
    var order = (0..<grams.count).filter { grams.documents[$0] <= most }
    order.sort { grams.precedes($0, $1) }
    if block.maximumFeatures > 0 {
      let kept = min(block.maximumFeatures, order.count)
      order = Array(block.keepsFrequentFeatures ? order.suffix(kept) : order.prefix(kept))
    }
    return PecosBlockModel(
      block: block, tokens: corpus.tokens,
      grams: GramTable(grams, order: order, tokenCount: corpus.tokens.count, findable: block.lengths),
      weights: StoredArray(order.map { block.inverseDocumentFrequency(grams.documents[$0], of: texts.count) })
    )
  }
}

extension CountedGrams {
  /// The order of libpecos: documents, then length, then tokens, all ascending.
  fileprivate func precedes(_ left: Int, _ right: Int) -> Bool {
    if documents[left] != documents[right] { return documents[left] < documents[right] }
    if length(left) != length(right) { return length(left) < length(right) }
    return gram(left).lexicographicallyPrecedes(gram(right))
  }
}
