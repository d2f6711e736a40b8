public import Learning
public import LinearAlgebra
public import TextFeatures

/// The vectoriser that a model's queries go through: ours, or one read from a PECOS folder that repeats PECOS'
/// features exactly.
public enum QueryVectorizer: Sendable {
  /// Ours.
  case own(TextVectorizer)
  /// That of a PECOS folder.
  case pecos(PecosTextVectorizer)

  /// Memory that texts reuse; one for each thread.
  public enum Scratch {
    /// For ours.
    case own(TextVectorizer.Scratch)
    /// For that of a PECOS folder.
    case pecos(PecosTextVectorizer.Scratch)
  }

  /// Number of features.
  public var featureCount: Int {
    switch self {
    case .own(let vectorizer): vectorizer.featureCount
    case .pecos(let vectorizer): vectorizer.featureCount
    }
  }

  /// Memory for this vectoriser.
  public func makeScratch() -> Scratch {
    switch self {
    case .own(let vectorizer): .own(vectorizer.makeScratch())
    case .pecos: .pecos(PecosTextVectorizer.Scratch())
    }
  }

  /// Puts the features of a text into `row`.
  ///
  /// - Precondition: the scratch was made by this vectoriser.
  /// - Complexity: O(bytes of the text)
  public func vectorize(_ text: String, scratch: inout Scratch, into row: inout SparseVector) {
    switch (self, scratch) {
    case (.own(let vectorizer), .own(var memory)):
      vectorizer.vectorize(text, scratch: &memory, into: &row)
      scratch = .own(memory)
    case (.pecos(let vectorizer), .pecos(var memory)):
      vectorizer.vectorize(text, scratch: &memory, into: &row)
      scratch = .pecos(memory)
    default: preconditionFailure("scratch of another vectoriser")
    }
  }

  /// The features of many texts, one a row.
  ///
  /// - Throws: `CancellationError`.
  public func transform(_ texts: [String], on execution: Execution) throws -> SparseMatrix {
    switch self {
    case .own(let vectorizer): try vectorizer.transform(texts, on: execution)
    case .pecos(let vectorizer): try vectorizer.transform(texts, on: execution)
    }
  }

  /// The readable name of a feature.
  public func explain(_ feature: Int) -> String {
    switch self {
    case .own(let vectorizer): vectorizer.explain(feature)
    case .pecos(let vectorizer): vectorizer.explain(feature)
    }
  }

  private enum Kind: String, Codable { case own, pecos }

  func write(to writer: inout ModelArchive.Writer) throws {
    switch self {
    case .own(let vectorizer):
      try writer.add("kind", value: Kind.own)
      try vectorizer.write(to: &writer)
    case .pecos(let vectorizer):
      try writer.add("kind", value: Kind.pecos)
      try vectorizer.write(to: &writer)
    }
  }

  init(from archive: ModelArchive) throws {
    switch try archive.value("kind", as: Kind.self) {
    case .own: self = .own(try TextVectorizer(from: archive))
    case .pecos: self = .pecos(try PecosTextVectorizer(from: archive))
    }
  }
}
