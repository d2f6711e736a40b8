internal import Learning
internal import LinearAlgebra

/// The training texts as numbers of their words before stop words and stems.
struct SurfaceCorpus {
  let corpus: TokenCorpus
  let surfaces: Vocabulary.Builder

  /// Analyses every text once, a slice of the texts a thread.
  init(_ texts: [String], _ analyzer: Analyzer, _ execution: Execution) throws {
    var plain = analyzer
    plain.stopWords = .none
    plain.stemming = nil
    let count = max(1, min(execution.threads, texts.count))
    let parts = (0..<count).map { _ in SurfaceSlice() }
    try concurrentForEach(count: count, threads: count) { [plain] index in
      let text = AnalyzedText(plain)
      for document in texts.count * index / count..<texts.count * (index + 1) / count {
        if document & 1023 == 0 { try execution.cancellation.check() }
        text.fill(texts[document])
        try Vocabulary.checkByteCount(parts[index].words.byteCount + text.byteCount)
        parts[index].append(text)
      }
    }
    corpus = TokenCorpus(slices: parts.map(\.slice), documents: texts.count)
    // Slices stand in the order of the texts: the numbers are those of one pass over all of them.
    var surfaces = parts[0].words
    var numbers: [[UInt32]] = [[]]
    try Vocabulary.checkByteCount(parts.reduce(0) { $0 + $1.words.byteCount })
    for part in parts.dropFirst() {
      numbers.append(
        (0..<part.words.count).map { id in
          UInt32(part.words.withBytes(of: id) { surfaces.insert($0) })
        })
    }
    self.surfaces = surfaces
    try corpus.forEachSlice(execution) { [numbers] index, slice in
      if index == 0 { return }
      for i in 0..<slice.tokens.count { slice.tokens[i] = numbers[index][Int(slice.tokens[i])] }
    }
  }
}

/// What one thread makes of its texts.
private final class SurfaceSlice: @unchecked Sendable {
  // @unchecked: filled by one thread, read after it has ended its work.
  let slice = CorpusSlice()
  var words = Vocabulary.Builder()

  func append(_ text: AnalyzedText) {
    for i in 0..<text.surfaceCount { slice.tokens.append(UInt32(words.insert(text.surface(i).bytes))) }
    slice.endDocument()
  }
}

/// The training texts as numbers of the words that are looked up.
struct WordCorpus {
  let corpus: TokenCorpus
  let vocabulary: Vocabulary

  /// Leaves out stop words, replaces words by stems, and numbers words by descending document frequency, ties by
  /// their bytes. Takes over the slices of `surfaces`.
  ///
  /// - Parameter least: words in fewer texts are part of no feature and left out; nil leaves out all.
  init(_ surfaces: SurfaceCorpus, _ analyzer: Analyzer, least: Int?, _ execution: Execution) throws {
    corpus = surfaces.corpus
    guard let least else {
      vocabulary = Vocabulary(words: [])
      return
    }
    let stopWords = Vocabulary(words: analyzer.stopWords.words)
    let stemmer = analyzer.stemming.flatMap { Stemmer($0) }
    var words = Vocabulary.Builder()
    var wordOfSurface = [UInt32](repeating: CorpusSlice.none, count: surfaces.surfaces.count)
    for surface in wordOfSurface.indices {
      surfaces.surfaces.withBytes(of: surface) { bytes in
        if stopWords.id(of: bytes) != nil { return }
        wordOfSurface[surface] = UInt32(words.insert(stemmer?.stem(bytes) ?? bytes))
      }
    }
    let items = wordOfSurface.filter { $0 != CorpusSlice.none }
    var offsets = [0]
    for word in wordOfSurface {
      offsets.append(offsets[offsets.count - 1] + (word == CorpusSlice.none ? 0 : 1))
    }
    let documents = try corpus.documentFrequencies(
      items: items, offsets: offsets, itemCount: words.count, execution)
    let order = (0..<words.count).filter { documents[$0] >= least }.sorted { left, right in
      if documents[left] != documents[right] { return documents[left] > documents[right] }
      return words.withBytes(of: left) { left in
        words.withBytes(of: right) { left.lexicographicallyPrecedes($0) }
      }
    }
    vocabulary = words.finish(order: order)
    var numbers = [UInt32](repeating: CorpusSlice.none, count: words.count)
    for (number, word) in order.enumerated() { numbers[word] = UInt32(number) }
    try corpus.renumberOmittingStopWords(
      wordOfSurface.map { $0 == CorpusSlice.none ? ($0, true) : (numbers[Int($0)], false) }, execution)
  }
}

extension TokenCorpus {
  /// Replaces tokens by the numbers of their words; stop words leave no gap, rare words do.
  fileprivate func renumberOmittingStopWords(
    _ words: [(number: UInt32, isStopWord: Bool)], _ execution: Execution
  ) throws {
    try forEachSlice(execution) { _, slice in
      var (start, written) = (0, 0)
      for document in 0..<slice.documentEnds.count {
        for i in start..<slice.documentEnds[document] {
          let word = words[Int(slice.tokens[i])]
          if word.isStopWord { continue }
          slice.tokens[written] = word.number
          written += 1
        }
        start = slice.documentEnds[document]
        slice.documentEnds[document] = written
      }
      slice.tokens.count = written
    }
  }
}
