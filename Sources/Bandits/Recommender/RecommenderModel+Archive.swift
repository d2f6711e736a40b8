internal import Learning
internal import LinearAlgebra

extension RecommenderModel {
  private static let kind = "recommender"

  /// Writes the model into a folder.
  ///
  /// - Throws: ``FileError``; what was there before stays then.
  public func write(to path: String, dataFingerprint: String? = nil) throws {
    try ModelArchive.write(to: path, kind: Self.kind, dataFingerprint: dataFingerprint) { writer in
      try writer.add("recipe", value: recipe)
      try writer.add("priors", value: priors)
      try writer.add("decisions", value: decisionCount)
      try writer.add("mean", array: mean)
      try writer.add("variance", array: variance)
      try writer.add("groups", array: dictionary.groups.map { UInt8($0) })
      try writer.section("names") { try StoredStrings(dictionary.names).write(to: &$0) }
    }
  }

  /// Reads a model that ``write(to:dataFingerprint:)`` wrote.
  ///
  /// - Throws: ``FileError``, ``FileFormatError``.
  public init(contentsOf path: String) throws {
    let archive = try ModelArchive(contentsOf: path, kind: Self.kind)
    recipe = try archive.value("recipe", as: Recommender.self)
    priors = try archive.value("priors", as: [GroupPrior].self)
    decisionCount = try archive.value("decisions", as: Int.self)
    let names = Array(try StoredStrings(from: archive.section("names")))
    mean = Array(try archive.array("mean", of: Double.self, count: names.count))
    variance = Array(try archive.array("variance", of: Double.self, count: names.count))
    let groups = try archive.array("groups", of: UInt8.self, count: names.count)
    guard
      let dictionary = FeatureDictionary(
        crosses: recipe.crosses, names: names, groups: groups.map { Int($0) }),
      priors.count == FeatureDictionary.groupNames.count, recipe.violations.isEmpty,
      mean.allSatisfy(\.isFinite), variance.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      throw FileFormatError(
        path: path, given: "parts that do not fit together", expected: "a recommender as it was written",
        advice: "The model is altered; train it again.")
    }
    self.dictionary = dictionary
  }
}
