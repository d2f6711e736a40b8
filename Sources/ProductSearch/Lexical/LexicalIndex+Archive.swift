public import Learning
internal import LinearAlgebra
internal import TextFeatures

extension LexicalIndex {
  /// Writes the index into a part of an archive.
  ///
  /// - Throws: `FileError`.
  public func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("recipe", value: recipe)
    try writer.add("scope", value: scope)
    try writer.add("statistics", value: statistics)
    precondition(added.products.isEmpty, "products that were added are merged before an index is written")
    try writer.section("vocabulary") { try vocabulary.stored.write(to: &$0) }
    try writer.section("corpus") { try corpus.write(to: &$0) }
    try writer.section("impacts") { try impacts.write(to: &$0) }
  }

  /// Maps an index in a part of an archive; nothing is read before it is needed.
  ///
  /// - Throws: `FileError` or `FileFormatError`.
  /// - Complexity: O(1), some system calls
  public init(from archive: ModelArchive) throws {
    let recipe = try archive.value("recipe", as: LexicalRecipe.self)
    let vocabulary = try Vocabulary(from: archive.section("vocabulary"))
    let impacts = try ImpactIndex(archive: archive.section("impacts"))
    let corpus = try LexicalCorpus(archive: archive.section("corpus"), products: impacts.documents)
    let statistics = try archive.value("statistics", as: LexicalStatistics.self)
    guard recipe.violations.isEmpty, statistics.isComplete, corpus.terms == vocabulary.count,
      impacts.terms == 2 * corpus.terms
    else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "lexical",
        given: "\(vocabulary.count) words, \(corpus.terms) terms, \(impacts.terms) lists of impacts",
        expected: "a recipe in range and parts of one size", advice: "The model is altered; train it again.")
    }
    self.init(
      recipe: recipe, scope: try archive.value("scope", as: Scope.self),
      vocabulary: LexicalVocabulary(vocabulary), corpus: corpus,
      statistics: statistics, impacts: impacts)
  }
}
