public import Learning
public import LinearAlgebra

/// Text features exactly as libpecos computes them, learned here or read from a preprocessor folder of libpecos.
///
///     let vectorizer = try PecosTextVectorizer(preprocessorFolder: "model/preprocessor")
///     let x = vectorizer.predict("cordless drill")
///
/// A row may hold entries of value 0, as libpecos stores them.
public struct PecosTextVectorizer: Predictor {
  /// What it was trained with, or what the folder says of that.
  public let recipe: PecosTextVectorization

  let blocks: [PecosBlockModel]

  /// Number of features, the width of every row.
  public let featureCount: Int

  init(recipe: PecosTextVectorization, blocks: [PecosBlockModel]) {
    self.recipe = recipe
    self.blocks = blocks
    featureCount = blocks.reduce(0) { $0 + $1.count }
  }

  /// The features of a text.
  public func predict(_ text: String) -> SparseVector {
    var scratch = Scratch()
    var row = SparseVector()
    vectorize(text, scratch: &scratch, into: &row)
    return row
  }

  /// The features of texts, one row each; the same at any number of threads, and equal to ``predict(_:)``.
  ///
  /// - Throws: `CancellationError`.
  public func transform(_ texts: [String], on execution: Execution = Execution()) throws -> SparseMatrix {
    try transformRows(texts, columns: featureCount, execution, scratch: { Scratch() }) { scratch, text, row in
      vectorize(text, scratch: &scratch, into: &row)
    }
  }

  /// The share of the words of a text that are known, 0...1; 0 for a text without words.
  ///
  /// Without blocks of words, the share of its characters that are known.
  public func knownShare(_ text: String) -> Float {
    var scratch = Scratch()
    var row = SparseVector()
    vectorize(text, scratch: &scratch, into: &row)
    return scratch.knownShare
  }

  /// What a feature stands for: words with spaces between them, or characters with `#` for a space.
  ///
  /// - Precondition: `feature` is in 0..<``featureCount``.
  public func explain(_ feature: Int) -> String {
    precondition(feature >= 0 && feature < featureCount, "feature in 0..<\(featureCount)")
    var feature = feature
    for block in blocks {
      if feature < block.count { return block.explain(feature) }
      feature -= block.count
    }
    return ""
  }

  /// Memory that one thread fills again and again.
  public struct Scratch {
    let memory = Memory()

    /// Makes the memory that vectorising needs.
    public init() {}

    /// The known share of the words of the last text, 0...1; see ``PecosTextVectorizer/knownShare(_:)``.
    public var knownShare: Float {
      memory.known.total == 0 ? 0 : Float(memory.known.found) / Float(memory.known.total)
    }
  }

  final class Memory {
    // One thread at a time works here: no need to check each access.
    @exclusivity(unchecked) var tokens = ScratchBuffer<Int32>()
    @exclusivity(unchecked) var found = ScratchBuffer<Int32>()
    @exclusivity(unchecked) var indices = ScratchBuffer<Int32>()
    @exclusivity(unchecked) var values = ScratchBuffer<Float>()
    @exclusivity(unchecked) var known = (found: 0, total: 0)
  }

  /// Replaces `row` by the features of a text.
  public func vectorize(_ text: String, scratch: inout Scratch, into row: inout SparseVector) {
    var text = text
    text.withUTF8 { vectorize($0, scratch: &scratch, into: &row) }
  }

  /// Replaces `row` by the features of a text in UTF-8.
  ///
  /// - Complexity: O(length), allocates nothing once the memory is large enough
  public func vectorize(
    _ utf8: UnsafeBufferPointer<UInt8>, scratch: inout Scratch, into row: inout SparseVector
  ) {
    let memory = scratch.memory
    memory.indices.count = 0
    memory.values.count = 0
    memory.known = (0, 0)
    var first: Int32 = 0
    var knowsWords = false
    for block in blocks {
      let known = block.tokenize(utf8, into: &memory.tokens)
      if !knowsWords || block.block.analyzer == .word {
        knowsWords = block.block.analyzer == .word
        memory.known = known
      }
      memory.found.count = 0
      block.grams.find(memory.tokens.elements, into: &memory.found)
      block.append(to: memory, firstFeature: first)
      first += Int32(truncatingIfNeeded: block.count)
    }
    // With one block libpecos divides twice only where the two norms differ.
    if blocks.count > 1 || blocks[0].block.norm != recipe.norm { scale(memory, from: 0, recipe.norm) }
    row.replace(indices: memory.indices.elements, values: memory.values.elements)
  }
}
