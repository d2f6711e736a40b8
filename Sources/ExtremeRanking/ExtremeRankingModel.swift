public import Learning
internal import LinearAlgebra
internal import TextFeatures

/// A ranker of labels with what it takes to use it on texts: trees, vectoriser, names of the labels.
///
///     let model = try ExtremeRankingModel(contentsOf: "shop/models/xmr")
///     let answer = try model.predict(text: "cordless drill", PredictionOptions(k: 5))
///     answer.labels.map { model.name(of: Int($0)) }
public struct ExtremeRankingModel: Sendable {
  /// The trees.
  public let trees: XRLinearEnsemble

  /// What texts go through; nil for a model of features alone.
  public let vectorizer: QueryVectorizer?

  /// The name of each label that was not added since the arrays were made; nil when labels are numbers.
  let storedNames: StoredStrings?

  /// The names of the labels added since.
  let addedNames: [String]

  /// What the log beside the arrays held when the model was opened.
  public private(set) var changeLog = ChangeLogReport()

  /// Puts the parts together.
  ///
  /// - Throws: ``InvalidInput`` when their sizes do not fit.
  public init(trees: XRLinearEnsemble, vectorizer: QueryVectorizer? = nil, names: StoredStrings? = nil) throws
  {
    try self.init(trees: trees, vectorizer: vectorizer, storedNames: names, addedNames: [])
  }

  init(
    trees: XRLinearEnsemble, vectorizer: QueryVectorizer?, storedNames: StoredStrings?, addedNames: [String]
  ) throws {
    let tree = trees.members[0]
    var problems = Violations()
    if let vectorizer {
      problems.require(
        vectorizer.featureCount == tree.featureCount, "vectoriser",
        given: "\(vectorizer.featureCount) features",
        expected: "\(tree.featureCount) as the trees")
    }
    if let storedNames {
      let count = storedNames.count + addedNames.count
      problems.require(
        count == tree.labelCount, "names", given: count, expected: "\(tree.labelCount) as labels")
    }
    try problems.throwIfAny()
    (self.trees, self.vectorizer) = (trees, vectorizer)
    (self.storedNames, self.addedNames) = (storedNames, addedNames)
  }

  /// The name of each label; nil when labels are numbers.
  ///
  /// - Complexity: O(bytes of the names) when labels were added, O(1) otherwise
  public var names: StoredStrings? {
    addedNames.isEmpty ? storedNames : storedNames.map { StoredStrings(Array($0) + addedNames) }
  }

  /// The name of a label: its number when labels have no names.
  public func name(of label: Int) -> String {
    guard let storedNames else { return "\(label)" }
    return label < storedNames.count ? storedNames[label] : addedNames[label - storedNames.count]
  }

  /// Answers a text.
  ///
  /// - Throws: ``InvalidInput`` when the model has no vectoriser or an option is out of range.
  public func predict(text: String, _ options: PredictionOptions) throws -> RankedLabels {
    var (scratch, row) = (try textVectorizer().makeScratch(), SparseVector())
    try textVectorizer().vectorize(text, scratch: &scratch, into: &row)
    return try trees.predict(row, options)
  }

  /// The vectoriser.
  ///
  /// - Throws: ``InvalidInput`` when there is none.
  public func textVectorizer() throws -> QueryVectorizer {
    guard let vectorizer else {
      throw InvalidInput(
        "model", given: "one without a vectoriser", expected: "one trained on texts",
        advice: "Give features (npz) instead of text.")
    }
    return vectorizer
  }
}

extension ExtremeRankingModel {
  /// The kind that the archive has.
  public static let archiveKind = "extreme-ranking"

  /// Where the log of changes beside a model's arrays is.
  static func logPath(_ path: String) -> String { path + "/changes.log" }

  /// Opens a model by mapping it; labels that came or went since it was written are applied, see ``changeLog``.
  ///
  /// - Throws: ``FileError`` or ``FileFormatError``, naming file and field.
  public init(contentsOf path: String) throws {
    let archive = try ModelArchive(contentsOf: path, kind: Self.archiveKind)
    let count = try archive.value("trees", as: Int.self)
    guard (1...1000).contains(count) else {
      throw FileFormatError(
        path: path, place: "trees", given: "\(count)", expected: "1 to 1000",
        advice: "The model is altered; train or import it again.")
    }
    do {
      try self.init(
        trees: XRLinearEnsemble((0..<count).map { try XRLinearModel(from: archive.section("tree/\($0)")) }),
        vectorizer: archive.hasValue("vectorizer/kind")
          ? QueryVectorizer(from: archive.section("vectorizer")) : nil,
        names: archive.hasArray("names/bytes") ? StoredStrings(from: archive.section("names")) : nil)
      let (records, dropped) = try RecordLog.read(Self.logPath(path))
      if !records.isEmpty { self = try applying(Self.changes(records, in: path)) }
      changeLog = ChangeLogReport(changes: records.count, droppedBytes: dropped)
    } catch let error as InvalidInput {
      throw FileFormatError(
        path: path, given: error.description, expected: "parts that fit each other",
        advice: "The model is altered; train or import it again.")
    }
  }

  private static func changes(_ records: [[UInt8]], in path: String) throws -> [ExtremeRankingChange] {
    try records.enumerated().map { number, record in
      guard let change = ExtremeRankingChange(bytes: record) else {
        throw FileFormatError(
          path: logPath(path), place: "record \(number)", given: "bytes that are no change",
          expected: "a label that came or went",
          advice: "The log is altered or of another version; move it away to use the model without it.")
      }
      return change
    }
  }

  /// Writes the model as a folder, what came and went folded in; a reader sees the old folder or the new one.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String, dataFingerprint: String? = nil) throws {
    try ModelArchive.write(to: path, kind: Self.archiveKind, dataFingerprint: dataFingerprint) { writer in
      try writer.add("trees", value: trees.members.count)
      for (i, tree) in trees.members.enumerated() {
        try writer.section("tree/\(i)") { try tree.write(to: &$0) }
      }
      if let vectorizer { try writer.section("vectorizer") { try vectorizer.write(to: &$0) } }
      if let names { try writer.section("names") { try names.write(to: &$0) } }
    }
  }

  /// Reads a folder of PECOS: text2text with its vectoriser and names, or an xlinear model alone.
  ///
  /// - Throws: ``FileError``; ``FileFormatError`` naming the file and the field; `CancellationError`.
  public init(pecosFolder path: String, on execution: Execution = Execution()) throws {
    guard PecosText2TextFolder.isPresent(at: path) else {
      try self.init(trees: XRLinearEnsemble([XRLinearModel(pecosFolder: path, on: execution)]))
      return
    }
    let folder = try PecosText2TextFolder(contentsOf: path, on: execution)
    try self.init(
      trees: XRLinearEnsemble(folder.models),
      vectorizer: .pecos(PecosTextVectorizer(preprocessorFolder: path + "/preprocessor")),
      names: StoredStrings(folder.outputItems))
  }

  /// Writes a folder that PECOS reads: text2text when the model has a vectoriser, else xlinear.
  ///
  /// - Throws: ``FileError``; ``InvalidInput`` when PECOS has no such vectoriser, or no ensembles without one.
  public func write(pecosFolder path: String) throws {
    guard let vectorizer else {
      guard trees.members.count == 1 else {
        throw InvalidInput(
          "model", given: "\(trees.members.count) trees without a vectoriser", expected: "one tree",
          advice: "PECOS keeps ensembles in text2text folders only.")
      }
      return try trees.members[0].write(pecosFolder: path)
    }
    let pecos =
      switch vectorizer {
      case .own(let own): try PecosTextVectorizer(own)
      case .pecos(let pecos): pecos
      }
    let count = trees.members[0].labelCount
    try PecosText2TextFolder(models: trees.members, outputItems: (0..<count).map { name(of: $0) })
      .write(to: path) { try pecos.write(preprocessorFolder: $0) }
  }
}
