public import Learning
internal import LinearAlgebra

/// How the worth of single words is learned.
public struct WordWorthRecipe: Codable, Sendable, Equatable {
  /// Passes over the queries, 1...50.
  public var passes = 3

  /// Length of the first steps, above 0, at most 1.
  public var learningRate = 0.1

  /// How strongly worths are drawn to 0, 0...1.
  public var l2 = 1e-4

  /// Words that fewer titles hold have no worth of their own, 1...1e9: they would name single products instead of
  /// saying something of many.
  public var leastTitles = 20

  /// Creates the recipe with its defaults.
  public init() {}

  /// Every hyper-parameter out of range.
  public var violations: [Violation] {
    var problems = Violations()
    problems.require((1...50).contains(passes), "passes", given: passes, expected: "1...50")
    problems.require(
      learningRate > 0 && learningRate <= 1, "words.learningRate", given: learningRate,
      expected: "above 0, at most 1")
    problems.require((0...1).contains(l2), "words.l2", given: l2, expected: "0...1")
    problems.require(
      (1...1_000_000_000).contains(leastTitles), "leastTitles", given: leastTitles, expected: "1...1e9")
    return problems.all
  }
}

/// What single words are worth, whatever the product: how much a word in a title speaks for being wanted at all, and
/// how much it matters that a query's word is in the title.
///
/// Words such as "with" or "pack" are rare enough to weigh much by their frequency and still say little.
struct WordWorth: Sendable {
  /// Of every term, what holding it is worth to a title.
  let held: StoredArray<Float>

  /// Of every term, what finding it in the title is worth to a query that has it.
  let matched: StoredArray<Float>

  /// The worth of a title's words and of the query's words, by their places, that are among them.
  func scores(
    _ title: UnsafeBufferPointer<UInt32>, _ places: UInt32, _ query: FusionQuery
  ) -> (held: Float, matched: Float) {
    var (sum, found): (Float, Float) = (0, 0)
    for term in title { sum += held.unsafeBaseAddress[Int(term)] }
    for (place, word) in query.words.enumerated() where places >> UInt32(place) & 1 == 1 {
      found += matched.unsafeBaseAddress[Int(word.term)]
    }
    return (sum / Float(max(1, title.count)).squareRoot(), found)
  }

  /// The same worths over a vocabulary of more words, which are worth nothing by themselves.
  func extended(to count: Int) -> WordWorth {
    let more = repeatElement(Float(0), count: max(0, count - held.count))
    return more.isEmpty ? self : WordWorth(held: Array(held) + more, matched: Array(matched) + more)
  }

  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("held", array: held)
    try writer.add("matched", array: matched)
  }

  init(held: [Float], matched: [Float]) {
    (self.held, self.matched) = (StoredArray(held), StoredArray(matched))
  }

  init(archive: ModelArchive, vocabulary: Int) throws {
    held = try archive.array("held", of: Float.self, count: vocabulary)
    matched = try archive.array("matched", of: Float.self, count: vocabulary)
    guard held.allSatisfy(\.isFinite), matched.allSatisfy(\.isFinite) else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "words", given: "numbers that are not finite",
        expected: "finite numbers", advice: "The model is altered; train it again.")
    }
  }
}
