internal import Learning
internal import LinearAlgebra

extension PecosTextVectorizer {
  /// Reads the folder `preprocessor` of a libpecos model.
  ///
  /// Vectorisers of other types and pickled ones are refused by name; nothing is executed. Memory is bounded by
  /// the sizes of the files, whatever they claim.
  ///
  /// - Throws: `FileError` or `FileFormatError`, naming file and field.
  public init(preprocessorFolder folder: String) throws {
    try PecosFolder.refuseOtherTypes(folder)
    let metaPath = folder + "/meta.json"
    guard PecosFolder.exists(metaPath) else {
      let block = try PecosFolder.block(folder)
      self.init(
        recipe: PecosTextVectorization(blocks: [block.block], norm: block.block.norm), blocks: [block])
      return
    }
    let meta = try PecosJSON(path: metaPath).requiringTfidf().object("kwargs")
    let count = try meta.integer("num_base_vect")
    guard (1...PecosTextVectorization.maximumBlocks).contains(count) else {
      throw meta.error(
        "num_base_vect", given: "\(count)", expected: "1 to \(PecosTextVectorization.maximumBlocks)")
    }
    let norm = try meta.integer("norm_p")
    guard norm == 1 || norm == 2 else { throw meta.error("norm_p", given: "\(norm)", expected: "1 or 2") }
    let blocks = try (0..<count).map { try PecosFolder.block("\(folder)/\($0).base") }
    let features = blocks.reduce(0) { $0 + $1.count }
    guard features <= Int(Int32.max) else {
      throw meta.error("num_base_vect", given: "\(features) features in all", expected: "at most 2^31 - 1")
    }
    self.init(
      recipe: PecosTextVectorization(blocks: blocks.map(\.block), norm: norm == 1 ? .l1 : .l2), blocks: blocks
    )
  }
}

/// The files of a preprocessor folder.
enum PecosFolder {
  static let advice = "The folder is incomplete or altered; save it again with libpecos."

  static func exists(_ path: String) -> Bool {
    do {
      _ = try MappedFile(path: path)
      return true
    } catch {
      return false
    }
  }

  /// Refuses what is no TF-IDF vectoriser in text files.
  static func refuseOtherTypes(_ folder: String) throws {
    let pickle = folder + "/vectorizer.pkl"
    if exists(pickle) {
      throw FileFormatError(
        path: pickle, given: "a pickled vectoriser", expected: "the text files of type tfidf",
        advice: "Pickles can run programs and are never opened; train the vectoriser with type tfidf.")
    }
    // Folders of early versions have no config.json and are of type tfidf.
    let config = folder + "/config.json"
    if exists(config) { _ = try PecosJSON(path: config).requiringTfidf() }
  }

  /// Reads one base vectoriser.
  static func block(_ folder: String) throws -> PecosBlockModel {
    let block = try settings(folder)
    let tokens = try vocabulary(folder + "/tokenizer/vocab.txt")
    let model = try PecosModelFile(folder + "/vectorizer/tfidf-model.txt", tokens: tokens.count)
    return PecosBlockModel(
      block: block, tokens: tokens,
      grams: GramTable(
        model.grams, order: model.order, tokenCount: tokens.count, findable: block.lengths),
      weights: StoredArray(model.weights))
  }

  private static func settings(_ folder: String) throws -> PecosNGramBlock {
    let tokenizer = try PecosJSON(path: folder + "/tokenizer/config.json")
    let type = try tokenizer.integer("token_type")
    guard let analyzer = PecosNGramBlock.Analyzer.allCases.first(where: { $0.tokenType == type }) else {
      throw tokenizer.error("token_type", given: "\(type)", expected: "10, 20 or 30")
    }
    let kwargs = try PecosJSON(path: folder + "/vectorizer/config.json").requiringTfidf().object("kwargs")
    let lengths = try kwargs.integers("ngram_range")
    guard lengths.count == 2, lengths[0] <= lengths[1] else {
      throw kwargs.error(
        "ngram_range", given: "\(lengths.count) lengths or a descending pair",
        expected: "two lengths, ascending")
    }
    var block = PecosNGramBlock(analyzer, lengths: lengths[0]...lengths[1])
    block.maximumLength = try kwargs.integer("max_length")
    block.maximumFeatures = try kwargs.integer("max_feature")
    block.minimumShare = try kwargs.number("min_df_ratio")
    block.maximumShare = try kwargs.number("max_df_ratio")
    block.minimumDocuments = try kwargs.integer("min_df_cnt")
    block.maximumDocuments = try kwargs.integer("max_df_cnt")
    block.isBinary = try kwargs.bool("binary")
    block.usesInverseDocumentFrequency = try kwargs.bool("use_idf")
    block.smoothsDocumentFrequency = try kwargs.bool("smooth_idf")
    // Older versions of libpecos do not write this one.
    block.addsOneToInverseDocumentFrequency = try kwargs.has("add_one_idf") && kwargs.bool("add_one_idf")
    block.isSublinear = try kwargs.bool("sublinear_tf")
    block.keepsFrequentFeatures = try kwargs.bool("keep_frequent_feature")
    let norm = try kwargs.string("norm_p")
    guard let norm = PecosNGramBlock.Norm(rawValue: norm) else {
      throw kwargs.error("norm_p", given: "another norm", expected: "l1 or l2")
    }
    block.norm = norm
    if let violation = block.violations("kwargs").first {
      throw FileFormatError(
        path: kwargs.path, place: violation.subject, given: violation.given, expected: violation.expected,
        advice: advice)
    }
    return block
  }

  /// Reads `vocab.txt`: the number of tokens, then lines of number, tab, token in any order.
  private static func vocabulary(_ path: String) throws -> Vocabulary {
    let file = try MappedFile(path: path)
    return try file.withUnsafeBytes { bytes in
      var lines = try PecosLines(path, bytes.bindMemory(to: UInt8.self))
      var starts = [Range<Int>?](repeating: nil, count: lines.count)
      while let line = lines.next() {
        guard let tab = lines.bytes[line].firstIndex(of: 0x09), let id = lines.integer(line.lowerBound..<tab)
        else {
          throw lines.error(given: "another line", expected: "number, tab, token")
        }
        guard id >= 0, id < starts.count, starts[id] == nil else {
          throw lines.error(given: "token number \(id)", expected: "each of 0 to \(starts.count - 1) once")
        }
        starts[id] = tab + 1..<line.upperBound
      }
      var builder = Vocabulary.Builder()
      for (id, range) in starts.enumerated() {
        let token = UnsafeBufferPointer(rebasing: lines.bytes[range ?? 0..<0])
        guard builder.insert(token) == id else {
          throw FileFormatError(
            path: path, place: "token \(id)", given: "a token that another number has",
            expected: "distinct tokens",
            advice: advice)
        }
      }
      return builder.finish()
    }
  }
}
