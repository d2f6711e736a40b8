/// The words of the text that was analysed last; memory that one thread fills again and again.
///
///     let text = AnalyzedText(analyzer)
///     text.fill("Cordless Drills 20-volt", recordingRanges: true)
///     for word in text { print(word.string, word.range) }
///
/// As a collection it holds the words that are looked up: stop words left out, stems in place of words.
/// ``surfaces`` holds every word as it stands in the text.
public final class AnalyzedText: RandomAccessCollection {
  private let analyzer: Analyzer
  private let normalizer: NormalizerWorkspace
  private let stemmer: Stemmer?
  private let stopWords: Vocabulary?

  // One thread fills this memory and nothing is looked at while it is filled: no need to check each access.
  @exclusivity(unchecked) private var surfaceRanges = ScratchBuffer<WordRange>()
  @exclusivity(unchecked) private var kept = ScratchBuffer<KeptWord>()
  @exclusivity(unchecked) private var stems = ScratchBuffer<UInt8>(capacity: 256)
  @exclusivity(unchecked) private var text = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  @exclusivity(unchecked) private var recordsRanges = false

  private struct WordRange {
    var start: UInt32
    var end: UInt32
  }

  private struct KeptWord {
    var surface: UInt32
    var stemStart: UInt32
    var stemEnd: UInt32
  }

  /// Makes the memory that an analyser needs.
  public init(_ analyzer: Analyzer) {
    self.analyzer = analyzer
    normalizer = NormalizerWorkspace(analyzer.normalizer)
    stemmer = analyzer.stemming.flatMap { Stemmer($0) }
    stopWords = analyzer.stopWords.words.isEmpty ? nil : Vocabulary(words: analyzer.stopWords.words)
  }

  /// Analyses a text in UTF-8; bytes that are not UTF-8 separate words.
  ///
  /// - Parameters:
  ///   - utf8: the text; what is behind the first 256 MiB is ignored.
  ///   - recordingRanges: whether ``AnalyzedWord/range`` is wanted; costs nothing while it is not.
  /// - Complexity: O(length), allocates nothing once the memory is large enough
  public func fill(_ utf8: UnsafeBufferPointer<UInt8>, recordingRanges: Bool = false) {
    normalizer.normalize(utf8, recordingRanges: recordingRanges)
    recordsRanges = recordingRanges
    text = normalizer.bytes
    surfaceRanges.count = 0
    kept.count = 0
    stems.count = 0
    analyzer.tokenizer.forEachWord(in: text, folding: { normalizer.foldingTable() }) { range in
      add(range)
    }
  }

  /// Analyses a text.
  public func fill(_ text: String, recordingRanges: Bool = false) {
    var text = text
    text.withUTF8 { fill($0, recordingRanges: recordingRanges) }
  }

  private func add(_ range: Range<Int>) {
    surfaceRanges.append(WordRange(start: UInt32(range.lowerBound), end: UInt32(range.upperBound)))
    let word = UnsafeBufferPointer(rebasing: text[range])
    if let stopWords, stopWords.id(of: word) != nil { return }
    var record = KeptWord(surface: UInt32(surfaceRanges.count - 1), stemStart: 0, stemEnd: 0)
    if let stemmer {
      let stem = stemmer.stem(word)
      stems.reserve(stems.count + stem.count)
      record.stemStart = UInt32(stems.count)
      if let start = stem.baseAddress { (stems.base + stems.count).update(from: start, count: stem.count) }
      stems.count += stem.count
      record.stemEnd = UInt32(stems.count)
    }
    kept.append(record)
  }

  /// Position of the first word.
  public var startIndex: Int { 0 }

  /// Position behind the last word.
  public var endIndex: Int { kept.count }

  /// A word that is looked up; its bytes are valid until the next text.
  public subscript(position: Int) -> AnalyzedWord {
    precondition(position >= 0 && position < kept.count, "index out of range")
    let record = kept[position]
    let surface = surface(Int(record.surface))
    if stemmer == nil { return surface }
    return AnalyzedWord(
      bytes: UnsafeBufferPointer(
        start: stems.base + Int(record.stemStart), count: Int(record.stemEnd - record.stemStart)),
      range: surface.range)
  }

  /// Bytes of all words together, at most; pairs of characters share bytes.
  var byteCount: Int { 2 * text.count }

  /// Number of words in the text, stop words included.
  public var surfaceCount: Int { surfaceRanges.count }

  /// A word as it stands in the normalised text, stop word or not; its bytes are valid until the next text.
  public func surface(_ position: Int) -> AnalyzedWord {
    precondition(position >= 0 && position < surfaceRanges.count, "index out of range")
    let record = surfaceRanges[position]
    let range = Int(record.start)..<Int(record.end)
    return AnalyzedWord(
      bytes: UnsafeBufferPointer(rebasing: text[range]),
      range: recordsRanges ? normalizer.originalRange(of: range) : nil)
  }

  /// The position among the surfaces of a word that is looked up.
  public func surfacePosition(of position: Int) -> Int {
    precondition(position >= 0 && position < kept.count, "index out of range")
    return Int(kept[position].surface)
  }
}

/// A word of an ``AnalyzedText``.
public struct AnalyzedWord {
  /// The word in UTF-8, valid until the next text is analysed.
  public let bytes: UnsafeBufferPointer<UInt8>

  /// The bytes of the original that it stands for, where that was asked for.
  public let range: Range<Int>?

  /// The word as a string of its own.
  public var string: String { String(decoding: bytes, as: UTF8.self) }
}
