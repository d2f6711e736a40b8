internal import FoundationEssentials
internal import Learning
internal import LinearAlgebra

extension PecosTextVectorizer {
  /// Writes a folder `preprocessor` that libpecos loads.
  ///
  /// - Throws: `InvalidInput` when a token has a line break, which the format cannot hold; `FileError`. What was at
  ///   the path is then untouched.
  public func write(preprocessorFolder path: String) throws {
    for block in blocks {
      for token in 0..<block.tokens.count where block.tokens.bytes(of: token).contains(0x0A) {
        throw InvalidInput(
          "tokens", given: "a token with a line break", expected: "tokens without line breaks",
          advice: "Replace line breaks in the texts by spaces and train again.")
      }
    }
    try FolderReplacement.replace(path) { folder in
      try writeJSON(folder + "/config.json", PecosSettings.python(recipe))
      try writeJSON(
        folder + "/meta.json",
        PecosSettings.tfidf([
          "num_base_vect": .integer(Int64(blocks.count)), "norm_p": .integer(recipe.norm == .l1 ? 1 : 2),
        ]))
      for (index, block) in blocks.enumerated() { try block.write(folder: "\(folder)/\(index).base") }
    }
  }
}

extension PecosBlockModel {
  fileprivate func write(folder: String) throws {
    for part in ["tokenizer", "vectorizer"] {
      do {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
      } catch {
        throw FileError(path: "\(folder)/\(part)", operation: "create folder")
      }
    }
    try writeJSON(
      folder + "/tokenizer/config.json", .object(["token_type": .integer(Int64(block.analyzer.tokenType))]))
    try writeJSON(folder + "/vectorizer/config.json", PecosSettings.base(block))
    try writeText(folder + "/tokenizer/vocab.txt", count: tokens.count) { token, text in
      text.append(contentsOf: "\(token)\t".utf8)
      text.append(contentsOf: tokens.bytes(of: token))
    }
    try writeText(folder + "/vectorizer/tfidf-model.txt", count: count) { feature, text in
      text.append(contentsOf: "\(feature)\t".utf8)
      SixDecimals.append(weights[feature], to: &text)
      let gram = grams.tokens(of: feature)
      text.append(contentsOf: "\t\(gram.count)\t".utf8)
      for (i, token) in gram.enumerated() {
        text.append(contentsOf: (i == 0 ? "\(token)" : " \(token)").utf8)
      }
    }
  }
}

/// The settings as libpecos names them.
private enum PecosSettings {
  static func tfidf(_ kwargs: [String: JSONValue]) -> JSONValue {
    .object(["type": .string("tfidf"), "kwargs": .object(kwargs)])
  }

  /// `config.json` of a base vectoriser.
  static func base(_ block: PecosNGramBlock) -> JSONValue {
    var kwargs = shared(block)
    kwargs["max_length"] = .integer(Int64(block.maximumLength))
    kwargs["norm_p"] = .string(block.norm.rawValue)
    return tfidf(kwargs)
  }

  /// `config.json` of the folder, in the words of the Python class.
  static func python(_ recipe: PecosTextVectorization) -> JSONValue {
    let blocks = recipe.blocks.map { block in
      var kwargs = shared(block)
      kwargs["truncate_length"] = .integer(Int64(block.maximumLength))
      kwargs["norm"] = .string(block.norm.rawValue)
      kwargs["analyzer"] = .string(block.analyzer.rawValue)
      return JSONValue.object(kwargs)
    }
    return tfidf(["base_vect_configs": .array(blocks), "norm_p": .integer(recipe.norm == .l1 ? 1 : 2)])
  }

  private static func shared(_ block: PecosNGramBlock) -> [String: JSONValue] {
    [
      "ngram_range": .array([
        .integer(Int64(block.lengths.lowerBound)), .integer(Int64(block.lengths.upperBound)),
      ]),
      "max_feature": .integer(Int64(block.maximumFeatures)),
      "min_df_ratio": .number(Double(block.minimumShare)),
      "max_df_ratio": .number(Double(block.maximumShare)),
      "min_df_cnt": .integer(Int64(block.minimumDocuments)),
      "max_df_cnt": .integer(Int64(block.maximumDocuments)), "binary": .bool(block.isBinary),
      "use_idf": .bool(block.usesInverseDocumentFrequency),
      "smooth_idf": .bool(block.smoothsDocumentFrequency),
      "add_one_idf": .bool(block.addsOneToInverseDocumentFrequency), "sublinear_tf": .bool(block.isSublinear),
      "keep_frequent_feature": .bool(block.keepsFrequentFeatures),
    ]
  }
}

private func writeJSON(_ path: String, _ value: JSONValue) throws {
  try Array(value.text(indented: true).utf8).withUnsafeBytes { try writeFile(path, [$0]) }
}

/// Writes a number of lines and then the lines.
private func writeText(_ path: String, count: Int, _ line: (Int, inout [UInt8]) -> Void) throws {
  var text = Array("\(count)\n".utf8)
  for i in 0..<count {
    line(i, &text)
    text.append(0x0A)
  }
  try text.withUnsafeBytes { try writeFile(path, [$0]) }
}
