public import LinearAlgebra

extension TextVectorizer {
  /// Memory that one thread fills again and again.
  public struct Scratch {
    let memory: Memory

    /// The known share of the words of the last text, 0...1; see ``TextVectorizer/knownShare(_:)``.
    public var knownShare: Float { memory.knownShare }

    /// The words of the last text.
    public var text: AnalyzedText { memory.text }
  }

  /// What a ``Scratch`` holds.
  final class Memory {
    let text: AnalyzedText
    // One thread at a time works here: no need to check each access.
    @exclusivity(unchecked) var words = ScratchBuffer<Int32>()
    @exclusivity(unchecked) var row = RowBuilder()
    @exclusivity(unchecked) var knownShare: Float = 0

    init(_ analyzer: Analyzer) {
      text = AnalyzedText(analyzer)
    }
  }

  /// Makes the memory that vectorising needs.
  public func makeScratch() -> Scratch { Scratch(memory: Memory(recipe.analyzer)) }

  /// Replaces `row` by the features of a text in UTF-8.
  ///
  /// - Complexity: O(length), allocates nothing once the memory is large enough
  public func vectorize(
    _ utf8: UnsafeBufferPointer<UInt8>, scratch: inout Scratch, into row: inout SparseVector
  ) {
    scratch.memory.text.fill(utf8)
    vectorizeAnalyzed(scratch.memory, into: &row)
  }

  /// Replaces `row` by the features of a text.
  public func vectorize(_ text: String, scratch: inout Scratch, into row: inout SparseVector) {
    var text = text
    text.withUTF8 { vectorize($0, scratch: &scratch, into: &row) }
  }

  private func vectorizeAnalyzed(_ memory: Memory, into row: inout SparseVector) {
    let text = memory.text
    memory.words.count = 0
    var known = 0
    for i in 0..<text.count {
      let id = vocabulary.id(of: text[i].bytes) ?? -1
      known += id >= 0 ? 1 : 0
      memory.words.append(Int32(truncatingIfNeeded: id))
    }
    var hasWords = false
    memory.row.removeAll()
    for block in blocks {
      memory.row.found.count = 0
      switch block.features {
      case .words(let table):
        hasWords = true
        table.find(memory.words.elements, into: &memory.row.found)
      case .trigrams(let table):
        for i in 0..<text.surfaceCount { table.find(text.surface(i).bytes, into: &memory.row.found) }
      }
      memory.row.endBlock(block)
    }
    if !hasWords { known = wordsWithTrigram(text, memory) }
    memory.knownShare = text.isEmpty ? 0 : Float(known) / Float(text.count)
    memory.row.write(to: &row, norm: recipe.norm)
  }

  /// The number of words of which some trigram is a feature.
  private func wordsWithTrigram(_ text: AnalyzedText, _ memory: Memory) -> Int {
    var known = 0
    for i in 0..<text.count {
      memory.row.found.count = 0
      for case .trigrams(let table) in blocks.map(\.features) {
        table.find(text.surface(text.surfacePosition(of: i)).bytes, into: &memory.row.found)
      }
      known += memory.row.found.count > 0 ? 1 : 0
    }
    return known
  }
}

/// Puts the row of a text together, block by block.
struct RowBuilder: ~Copyable {
  /// Features of the current block in the order they were found, once for each occurrence.
  var found = ScratchBuffer<Int32>()
  private var indices = ScratchBuffer<Int32>()
  private var values = ScratchBuffer<Float>()

  mutating func removeAll() {
    indices.count = 0
    values.count = 0
  }

  /// Appends what was found as the values of a block.
  mutating func endBlock(_ model: BlockModel) {
    sortAscending(UnsafeMutableBufferPointer(start: found.base, count: found.count))
    let start = values.count
    let weights = model.weights.unsafeBaseAddress
    let first = Int32(truncatingIfNeeded: model.firstFeature)
    var i = 0
    while i < found.count {
      let feature = found[i]
      var end = i + 1
      while end < found.count, found[end] == feature { end += 1 }
      // An altered archive may name features that do not exist.
      if feature >= 0, Int(feature) < model.count {
        let value = frequency(end - i, model.block.termFrequency) * weights[Int(feature)]
        if value != 0 {
          indices.append(first + feature)
          values.append(value)
        }
      }
      i = end
    }
    scale(from: start, norm: model.block.norm, weight: model.block.weight)
  }

  /// Replaces `row` by the values of all blocks, divided by their norm.
  mutating func write(to row: inout SparseVector, norm: VectorNorm) {
    scale(from: 0, norm: norm, weight: 1)
    row.replace(indices: indices.elements, values: values.elements)
  }

  private func frequency(_ count: Int, _ weight: NGramBlock.TermFrequency) -> Float {
    if count == 1 { return 1 }
    return switch weight {
    case .raw: Float(count)
    case .logarithmic: Float(1 + logarithm(Double(count)))
    case .binary: 1
    }
  }

  private mutating func scale(from start: Int, norm: VectorNorm, weight: Float) {
    var size = 0.0
    switch norm {
    case .none: size = 1
    case .l1: for i in start..<values.count { size += Double(abs(values[i])) }
    case .l2:
      for i in start..<values.count { size += Double(values[i]) * Double(values[i]) }
      size = size.squareRoot()
    case .max: for i in start..<values.count { size = max(size, Double(abs(values[i]))) }
    }
    guard size > 0 else { return }
    let factor = Float(Double(weight) / size)
    if factor == 1 { return }
    for i in start..<values.count { values[i] *= factor }
  }
}

/// Sorts small buffers by insertion, as most texts are short.
func sortAscending(_ buffer: UnsafeMutableBufferPointer<Int32>) {
  if buffer.count > 48 {
    var buffer = buffer
    return buffer.sort()
  }
  var i = 1
  while i < buffer.count {
    let value = buffer[i]
    var place = i
    while place > 0, buffer[place - 1] > value {
      buffer[place] = buffer[place - 1]
      place -= 1
    }
    buffer[place] = value
    i += 1
  }
}
