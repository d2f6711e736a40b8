public import Learning
internal import LinearAlgebra

extension XRLinearModel {
  /// The kind that a model's archive has.
  public static let archiveKind = "xr-linear"

  /// Opens a model by mapping it; takes the time of a few system calls.
  ///
  /// - Throws: ``FileError`` or ``FileFormatError``, naming file and field.
  public init(contentsOf path: String) throws {
    try self.init(from: ModelArchive(contentsOf: path, kind: Self.archiveKind))
  }

  /// Writes the model as a folder; a reader sees the old folder or the new one.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String, dataFingerprint: String? = nil) throws {
    try ModelArchive.write(to: path, kind: Self.archiveKind, dataFingerprint: dataFingerprint) {
      try write(to: &$0)
    }
  }

  /// Refers to a model inside an archive.
  public init(from archive: ModelArchive) throws {
    let recipe = try archive.value("recipe", as: XRLinear.self)
    let (depth, featureCount) = (
      try archive.value("depth", as: Int.self), try archive.value("featureCount", as: Int.self)
    )
    guard recipe.violations.isEmpty, (1...64).contains(depth), (0...Int(Int32.max)).contains(featureCount)
    else {
      throw FileFormatError(
        path: archive.path, place: "recipe", given: "a recipe or shape out of range",
        expected: "what training writes",
        advice: "The model is altered; train or import it again.")
    }
    let tree: LabelTree
    do {
      tree = try LabelTree(
        storedChildOffsets: (0..<depth).map { try archive.array("childOffsets/\($0)", of: Int32.self) },
        labels: archive.array("labels", of: Int32.self))
    } catch let error as InvalidInput {
      throw FileFormatError(
        path: archive.path, place: "tree", given: error.description, expected: "a tree",
        advice: "The model is altered; train or import it again.")
    }
    let levels = try (0..<depth).map { level in
      try ChunkedWeights(
        from: archive.section("level/\(level)"), tree: tree, level: level, featureCount: featureCount,
        format: recipe.format)
    }
    self.init(tree: tree, levels: levels, featureCount: featureCount, recipe: recipe)
  }

  /// Writes the model into an archive.
  public func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("recipe", value: recipe)
    try writer.add("depth", value: tree.depth)
    try writer.add("featureCount", value: featureCount)
    try writer.add("labels", array: tree.labels)
    for (level, weights) in levels.enumerated() {
      try writer.add("childOffsets/\(level)", array: tree.childOffsets[level])
      try writer.section("level/\(level)") { section in
        try section.add("starts", array: weights.starts)
        try section.add("chunks", array: weights.bytes)
        try section.add("biases", array: weights.biases)
        try section.add("scales", array: weights.scales)
      }
    }
  }
}

extension ChunkedWeights {
  fileprivate init(
    from archive: ModelArchive, tree: LabelTree, level: Int, featureCount: Int, format: WeightFormat
  ) throws {
    let nodes = tree.nodeCount(level: level)
    let starts = try archive.array("starts", of: UInt64.self)
    let bytes = try archive.array("chunks", of: UInt8.self)
    let ascends = starts.withUnsafeBufferPointer { starts in
      guard starts.count == 2 || starts.count == tree.parentCount(level: level) + 1 else { return false }
      var ascends = starts[0] == 0 && starts[starts.count - 1] == UInt64(bytes.count)
      for i in 1..<starts.count where starts[i] < starts[i - 1] { ascends = false }
      return ascends
    }
    guard ascends else {
      throw FileFormatError(
        path: archive.path, place: "level \(level), starts",
        given: "offsets that do not ascend to \(bytes.count)",
        expected: "an offset for each parent or one for all",
        advice: "The model is altered; train or import it again.")
    }
    self.init(
      hash: FeatureHash(featureCount: featureCount), format: format, starts: starts, bytes: bytes,
      biases: try archive.array("biases", of: Float.self, count: nodes),
      scales: try archive.array("scales", of: Float.self, count: format == .int8 ? nodes : 0))
  }
}
