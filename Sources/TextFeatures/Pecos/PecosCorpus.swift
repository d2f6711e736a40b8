internal import Learning
internal import LinearAlgebra

/// The training texts as tokens of one base vectoriser of libpecos.
struct PecosCorpus {
  let corpus: TokenCorpus
  /// Tokens in the order of their bytes.
  let tokens: Vocabulary
  /// Padded words that are shorter than every gram: libpecos makes features of them which it never finds.
  let shortWords: [(gram: [UInt32], documents: Int)]

  init(_ texts: [String], _ block: PecosNGramBlock, _ execution: Execution) throws {
    let count = max(1, min(execution.threads, texts.count))
    let parts = (0..<count).map { _ in PecosSlice(block) }
    try concurrentForEach(count: count, threads: count) { index in
      for document in texts.count * index / count..<texts.count * (index + 1) / count {
        if document & 1023 == 0 { try execution.cancellation.check() }
        var text = texts[document]
        try Vocabulary.checkByteCount(parts[index].tokens.byteCount + text.utf8.count)
        text.withUTF8 { parts[index].append($0) }
      }
    }
    corpus = TokenCorpus(slices: parts.map(\.slice), documents: texts.count)
    try Vocabulary.checkByteCount(parts.reduce(0) { $0 + $1.tokens.byteCount })
    var words = Vocabulary.Builder()
    var numbers: [[UInt32]] = []
    for part in parts {
      numbers.append(
        (0..<part.tokens.count).map { id in UInt32(part.tokens.withBytes(of: id) { words.insert($0) }) })
    }
    let order = (0..<words.count).sorted { left, right in
      words.withBytes(of: left) { left in words.withBytes(of: right) { left.lexicographicallyPrecedes($0) } }
    }
    tokens = words.finish(order: order)
    var places = [UInt32](repeating: 0, count: words.count)
    for (place, word) in order.enumerated() { places[word] = UInt32(place) }
    try corpus.forEachSlice(execution) { [numbers, places] index, slice in
      for i in 0..<slice.tokens.count where slice.tokens[i] != CorpusSlice.none {
        slice.tokens[i] = places[Int(numbers[index][Int(slice.tokens[i])])]
      }
    }
    var short: [[UInt32]: Int] = [:]
    for (index, part) in parts.enumerated() {
      for (gram, documents) in part.shortWords {
        short[gram.map { places[Int(numbers[index][Int($0)])] }, default: 0] += documents
      }
    }
    shortWords = short.map { ($0.key, $0.value) }
  }
}

/// What one thread makes of its texts.
private final class PecosSlice: @unchecked Sendable {
  // @unchecked: filled by one thread, read after it has ended its work.
  let slice = CorpusSlice()
  private(set) var tokens: Vocabulary.Builder
  private(set) var shortWords: [[UInt32]: Int] = [:]
  private let block: PecosNGramBlock
  private let space: UInt32

  init(_ block: PecosNGramBlock) {
    self.block = block
    var text = " "
    var tokens = Vocabulary.Builder()
    // Padding is a token of its own, whether or not a text has a space.
    space = block.analyzer == .characterInWords ? UInt32(text.withUTF8 { tokens.insert($0) }) : 0
    self.tokens = tokens
  }

  func append(_ text: UnsafeBufferPointer<UInt8>) {
    switch block.analyzer {
    case .word, .character: appendLine(text)
    case .characterInWords: appendWords(text)
    }
    slice.endDocument()
  }

  private func appendLine(_ text: UnsafeBufferPointer<UInt8>) {
    var left = block.maximumLength > 0 ? block.maximumLength : Int.max
    PecosTokens.forEach(in: text, block.analyzer) { token in
      // Tokens behind the cut are part of the vocabulary all the same.
      let id = UInt32(tokens.insert(token))
      if left > 0 { slice.tokens.append(id) }
      left -= 1
    }
  }

  private func appendWords(_ text: UnsafeBufferPointer<UInt8>) {
    // Every scalar of the text is a token, also where the length is cut.
    PecosTokens.forEach(in: text, .character) { _ = tokens.insert($0) }
    var left = block.maximumLength
    var short: Set<[UInt32]> = []
    PecosTokens.forEach(in: text, .word) { word in
      let start = slice.tokens.count
      slice.tokens.append(space)
      // As in libpecos, a budget that is used up counts as none at all.
      let limit = left > 0 ? left : Int.max
      var taken = 0
      PecosTokens.forEach(in: word, .character) { character in
        if taken < limit { slice.tokens.append(UInt32(tokens.insert(character))) }
        taken += 1
      }
      left -= min(taken, limit)
      slice.tokens.append(space)
      if slice.tokens.count - start < block.lengths.lowerBound {
        short.insert((start..<slice.tokens.count).map { slice.tokens[$0] })
      }
      slice.tokens.append(CorpusSlice.none)
    }
    for word in short { shortWords[word, default: 0] += 1 }
  }
}

/// Cuts text as libpecos does.
enum PecosTokens {
  /// Calls `body` with each token: what stands between ASCII spaces, or each scalar; bytes that are not UTF-8 are
  /// tokens of their own that no vocabulary has.
  @inline(__always)
  static func forEach(
    in text: UnsafeBufferPointer<UInt8>, _ analyzer: PecosNGramBlock.Analyzer,
    _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    var start = 0
    if analyzer == .word {
      while start < text.count {
        var end = start
        while end < text.count, text[end] != 0x20 { end += 1 }
        if end > start { body(UnsafeBufferPointer(rebasing: text[start..<end])) }
        start = end + 1
      }
      return
    }
    while start < text.count {
      let length = text[start] < 0x80 ? 1 : decodeScalar(text, at: start).length
      body(UnsafeBufferPointer(rebasing: text[start..<start + length]))
      start += length
    }
  }
}
