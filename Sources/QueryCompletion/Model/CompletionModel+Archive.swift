internal import Learning
internal import LinearAlgebra
internal import TextFeatures

extension CompletionModel {
  /// What folders of such models say they are.
  static let kind = "query-completion"

  /// Writes the model into a folder, which is replaced when everything is written.
  ///
  /// Users, their hashes and the log are not in it.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String, dataFingerprint: String? = nil) throws {
    try ModelArchive.write(to: path, kind: Self.kind, dataFingerprint: dataFingerprint) { writer in
      try writer.add("recipe", value: recipe)
      try writer.add("weights", value: weights)
      try writer.add("generation", value: generation)
      try writer.add("report", value: report)
      try writer.add("popularity", array: popularity.codes)
      try writer.add("lengths", array: lengths.characters)
      try writer.section("labels") { try labels.write(to: &$0) }
      try writer.section("groups") { try groups.write(to: &$0) }
      try writer.section("categories") { try categories.write(to: &$0) }
      try writer.section("words") { try words.write(to: &$0) }
      try writer.section("tables") { try tables.write(to: &$0) }
    }
  }

  /// Opens a model; its large parts are mapped.
  ///
  /// - Throws: `FileError` or `FileFormatError`, naming file and reason.
  /// - Complexity: O(L) for the order of suggestions
  public init(contentsOf path: String) throws {
    let archive = try ModelArchive(contentsOf: path, kind: Self.kind)
    let labels = try LabelStore(from: archive.section("labels"))
    let words = try WordModel(from: archive.section("words"))
    let popularity = LabelPopularity(
      codes: try archive.array("popularity", of: UInt16.self, count: labels.count))
    let lengths = LabelLengths(
      characters: try archive.array("lengths", of: UInt8.self, count: labels.count))
    let weights = try archive.value("weights", as: CompletionWeights.self)
    let generation = try archive.value("generation", as: GenerationWeights.self)
    guard weights.isUsable, generation.isUsable else {
      throw FileFormatError(
        path: path + "/model.json", place: "weights", given: "numbers that are not finite, or too few",
        expected: "one finite number for each feature", advice: "The model is altered; train it again.")
    }
    self.init(
      recipe: try archive.value("recipe", as: QueryCompletion.self), weights: weights,
      report: try archive.value("report", as: CompletionReport.self),
      parts: CompletionParts(
        labels: labels, groups: try LabelGroups(from: archive.section("groups"), labelCount: labels.count),
        categories: try LabelCategories(from: archive.section("categories"), labelCount: labels.count),
        tables: try SessionTables(
          from: archive.section("tables"), words: words.vocabulary, labelCount: labels.count),
        words: words, popularity: popularity, lengths: lengths), generation: generation)
  }
}

extension CompletionWeights {
  /// Whether there is one finite number for each feature.
  var isUsable: Bool {
    values.count == CompletionFeature.allCases.count && opening.count == CompletionFeature.staticCount
      && (values + opening).allSatisfy(\.isFinite)
  }
}

extension GenerationWeights {
  /// Whether there is one finite number for each feature.
  var isUsable: Bool { values.count == GenerationFeature.allCases.count && values.allSatisfy(\.isFinite) }
}

extension LabelStore {
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("count", value: count)
    try writer.add("blocks", array: blocks)
    try writer.add("bytes", array: bytes)
    try writer.add("patched", array: patched)
    try writer.add("surfaceOffsets", array: surfaceOffsets)
    try writer.add("surfaces", array: surfaces)
  }

  init(from archive: ModelArchive) throws {
    let count = try archive.value("count", as: Int.self)
    let blocks = try archive.array("blocks", of: UInt32.self)
    let patched = try archive.array("patched", of: Int32.self)
    let bytes = try archive.array("bytes", of: UInt8.self)
    let ends = blocks.withUnsafeBufferPointer { $0.allSatisfy { Int($0) <= bytes.count } }
    guard count >= 0, blocks.count == (count + Self.blockSize - 1) / Self.blockSize + 1, ends else {
      throw FileFormatError(
        path: archive.path, place: "labels", given: "\(blocks.count) blocks",
        expected: "those of \(count) labels",
        advice: "The model is altered; train it again.")
    }
    self.init(
      blocks: blocks, bytes: bytes, patched: patched,
      surfaceOffsets: try archive.array("surfaceOffsets", of: UInt32.self, count: patched.count + 1),
      surfaces: try archive.array("surfaces", of: UInt8.self), count: count)
  }
}

extension LabelGroups {
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("labels", array: labels)
    try writer.add("groups", array: groups)
  }

  init(from archive: ModelArchive, labelCount: Int) throws {
    let labels = try archive.array("labels", of: Int32.self)
    self.init(labels: labels, groups: try archive.array("groups", of: Int32.self, count: labels.count))
  }
}

extension WordModel {
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.section("vocabulary") { try vocabulary.write(to: &$0) }
    try writer.add("frequencies", array: frequencies.scores)
    try writer.section("successors") { try successors.write(to: &$0) }
  }

  init(from archive: ModelArchive) throws {
    let vocabulary = try Vocabulary(from: archive.section("vocabulary"))
    let frequencies = try archive.array("frequencies", of: Float.self, count: vocabulary.count)
    self.init(
      vocabulary: vocabulary, frequencies: frequencies.map { $0.isNaN ? -1 : $0 },
      successors: try LabelLists(
        from: archive.section("successors"), labelCount: vocabulary.count, listCount: vocabulary.count + 1))
  }
}

extension SessionTables {
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.section("followers") { try followers.write(to: &$0) }
    try writer.add("followed", array: followed)
    try writer.add("previous", array: previous)
    try writer.section("pairs") { try pairs.write(to: &$0) }
    try writer.section("holders") { try holders.write(to: &$0) }
    try writer.section("additions") { try additions.write(to: &$0) }
    try writer.add("lengths", array: lengths)
  }

  init(from archive: ModelArchive, words: Vocabulary, labelCount: Int) throws {
    func lists(_ name: String, of limit: Int, _ count: Int, hasWeights: Bool = true) throws -> LabelLists {
      try LabelLists(
        from: archive.section(name), labelCount: limit, listCount: count, hasWeights: hasWeights)
    }
    let previous = try archive.array("previous", of: UInt32.self)
    self.init(
      words: words, followers: try lists("followers", of: labelCount, words.count),
      followed: try archive.array("followed", of: Float.self, count: words.count), previous: previous,
      pairs: try lists("pairs", of: labelCount, previous.count),
      holders: try lists("holders", of: labelCount, words.count, hasWeights: false),
      additions: try lists("additions", of: words.count, words.count),
      lengths: try archive.array("lengths", of: UInt8.self, count: labelCount))
  }
}
