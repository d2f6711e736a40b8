internal import Learning
internal import LinearAlgebra

/// A trained base vectoriser.
final class PecosBlockModel: Sendable {
  let block: PecosNGramBlock
  /// Tokens under their numbers.
  let tokens: Vocabulary
  let grams: GramTable
  /// Inverse document frequency of each feature.
  let weights: StoredArray<Float>

  var count: Int { weights.count }

  init(block: PecosNGramBlock, tokens: Vocabulary, grams: GramTable, weights: StoredArray<Float>) {
    self.block = block
    self.tokens = tokens
    self.grams = grams
    self.weights = weights
  }

  /// Replaces `ids` by the tokens of a text, -1 for one that is unknown; returns how many are known.
  func tokenize(
    _ text: UnsafeBufferPointer<UInt8>, into ids: inout ScratchBuffer<Int32>
  ) -> (found: Int, total: Int) {
    ids.count = 0
    var known = 0
    let limit = block.maximumLength > 0 ? block.maximumLength : Int.max
    PecosTokens.forEach(in: text, block.analyzer) { token in
      if ids.count >= limit { return }
      let id = tokens.id(of: token)
      known += id == nil ? 0 : 1
      ids.append(Int32(truncatingIfNeeded: id ?? -1))
    }
    return (known, ids.count)
  }

  /// Appends the block's values for what was found.
  func append(to memory: PecosTextVectorizer.Memory, firstFeature: Int32) {
    let start = memory.values.count
    sortAscending(UnsafeMutableBufferPointer(start: memory.found.base, count: memory.found.count))
    let weights = weights.unsafeBaseAddress
    var i = 0
    while i < memory.found.count {
      let feature = memory.found[i]
      var end = i + 1
      while end < memory.found.count, memory.found[end] == feature { end += 1 }
      // An altered archive may name features that do not exist.
      if feature >= 0, Int(feature) < count {
        var value = block.isBinary ? 1 : Float(end - i)
        if block.isSublinear { value = Float(logarithm(Double(value)) + 1) }
        if block.usesInverseDocumentFrequency { value *= weights[Int(feature)] }
        memory.indices.append(firstFeature + feature)
        memory.values.append(value)
      }
      i = end
    }
    scale(memory, from: start, block.norm)
  }

  func explain(_ feature: Int) -> String {
    let words = grams.tokens(of: feature).map { Int($0) < tokens.count ? tokens[Int($0)] : "\u{FFFD}" }
    if block.analyzer == .word { return words.joined(separator: " ") }
    return words.map { $0 == " " ? "#" : $0 }.joined()
  }
}

extension PecosBlockModel {
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.section("tokens") { try tokens.write(to: &$0) }
    try writer.section("grams") { try grams.write(to: &$0) }
    try writer.add("weights", array: weights)
  }

  convenience init(from archive: ModelArchive, block: PecosNGramBlock) throws {
    let grams = try GramTable(from: archive.section("grams"))
    self.init(
      block: block, tokens: try Vocabulary(from: archive.section("tokens")), grams: grams,
      weights: try archive.array("weights", of: Float.self, count: grams.count))
  }
}

/// Divides the values from `start` on by their norm, in the single precision of libpecos.
func scale(_ memory: PecosTextVectorizer.Memory, from start: Int, _ norm: PecosNGramBlock.Norm) {
  var size: Float = 0
  for i in start..<memory.values.count {
    let value = memory.values[i]
    size += norm == .l1 ? abs(value) : value * value
  }
  if abs(size) < Float.ulpOfOne { return }
  if norm == .l2 { size = size.squareRoot() }
  for i in start..<memory.values.count { memory.values[i] /= size }
}
