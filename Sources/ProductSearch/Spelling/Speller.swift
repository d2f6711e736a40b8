public import Learning
internal import LinearAlgebra
internal import TextFeatures

/// Recognises misspelt words of queries and says what may have been meant: words of the catalogue and of clicked
/// queries.
///
///     let speller = try Speller(SpellingRecipe(), data, words: index)
///     speller.correct("cordles dril").text          // "cordless drill"
public struct Speller: Sendable {
  /// The recipe it was made with.
  public let recipe: SpellingRecipe

  /// The words of products and clicked queries, as they stand there.
  let dictionary: Vocabulary
  /// In how many products each of them is.
  let productCounts: StoredArray<UInt32>
  /// In how many distinct clicked queries each of them is.
  let queryCounts: StoredArray<UInt32>
  /// Words by what they look like with letters left out.
  let deletions: DeletionIndex
  /// In how many products each term of the keyword index is.
  let holders: StoredArray<UInt32>
  /// Which words occur together.
  let index: LexicalIndex
  /// Words of products that were added since, which are right as they stand there.
  private(set) var added: Set<String> = []
  private let scratch: ScratchPool<SpellingScratch>

  init(
    recipe: SpellingRecipe, dictionary: Vocabulary, productCounts: StoredArray<UInt32>,
    queryCounts: StoredArray<UInt32>, deletions: DeletionIndex, holders: StoredArray<UInt32>,
    index: LexicalIndex
  ) {
    self.recipe = recipe
    self.dictionary = dictionary
    self.productCounts = productCounts
    self.queryCounts = queryCounts
    self.deletions = deletions
    self.holders = holders
    self.index = index
    let analyzer = Self.analyzer(index.recipe.analyzer)
    scratch = ScratchPool { SpellingScratch(analyzer) }
  }

  /// Number of different words.
  public var words: Int { dictionary.count }

  /// Whether a word is often enough in products or queries to be right.
  func isRight(_ number: Int) -> Bool {
    productCounts[number] >= recipe.minimumProducts || queryCounts[number] >= recipe.minimumQueries
  }

  /// Whether a word may be meant by another one: those of a few queries may be misspelt themselves.
  func isCandidate(_ number: Int) -> Bool { productCounts[number] > 0 || isRight(number) }

  /// In how many products or queries a word is, whichever is more.
  func frequency(of number: Int) -> Double { Double(max(productCounts[number], queryCounts[number])) }

  /// Codes stay whole, so that their letters are not taken for words, and stop words stay, so that they are seen.
  static func analyzer(_ analyzer: Analyzer) -> Analyzer {
    var analyzer = analyzer
    analyzer.tokenizer.separatesLettersFromDigits = false
    analyzer.normalizer.splitsCodes = false
    analyzer.stopWords = .none
    return analyzer
  }

  /// The speller with the words of more products, in which their queries have no part.
  func adding(_ products: [SearchableProduct]) -> Speller {
    var speller = self
    let text = AnalyzedText(Self.analyzer(index.recipe.analyzer))
    for product in products {
      for field in TextField.allCases where !product[field].isEmpty {
        text.fill(product[field])
        for position in 0..<text.surfaceCount { speller.added.insert(text.surface(position).string) }
      }
    }
    return speller
  }

  /// The speller over a keyword index that was merged: words that were added are words of one product each, and those of
  /// products that went stay.
  func merging(_ index: LexicalIndex) -> Speller {
    let new = added.filter { dictionary.id(of: $0) == nil && SpellingWord($0) != nil }.sorted()
    let words = (0..<dictionary.count).map { dictionary[$0] } + new
    // A word that came is right, as it was before the merge.
    let counts = Array(productCounts) + new.map { _ in UInt32(recipe.minimumProducts) }
    return Speller(
      recipe: recipe, dictionary: Vocabulary(words: words), productCounts: StoredArray(counts),
      queryCounts: StoredArray(Array(queryCounts) + new.map { _ in 0 }),
      deletions: new.isEmpty ? deletions : DeletionIndex(words.compactMap { SpellingWord($0) }),
      holders: StoredArray(index.corpus.textHolders()), index: index)
  }

  /// The query with its misspelt parts; words behind the 64th are left alone.
  ///
  /// - Complexity: some ten microseconds for each unknown word, whatever the size of the dictionary
  public func correct(_ query: String) -> CorrectedQuery {
    scratch.withScratch { scratch in
      var reading = SpellingReading(self, query, scratch)
      return CorrectedQuery(typed: query, corrections: reading.corrections())
    }
  }
}

/// The memory that one correction works in.
final class SpellingScratch: @unchecked Sendable {
  // @unchecked: the pool lends it to one query at a time.
  let text: AnalyzedText
  var numbers: [UInt32] = []

  init(_ analyzer: Analyzer) {
    text = AnalyzedText(analyzer)
  }
}

extension Speller {
  /// Counts the words of a catalogue and of the queries that led to its products.
  ///
  /// - Parameters:
  ///   - recipe: what counts as right and as near.
  ///   - data: the catalogue and the pairs.
  ///   - index: the keyword index of the same catalogue.
  /// - Throws: ``InvalidInput``; `CancellationError`.
  /// - Complexity: O(length of all texts)
  public init(
    _ recipe: SpellingRecipe, _ data: ProductSearchData, words index: LexicalIndex,
    on execution: Execution = Execution()
  ) throws {
    try Violations(recipe.violations).throwIfAny()
    var counts = SurfaceCounts(Self.analyzer(index.recipe.analyzer))
    for (position, product) in data.products.enumerated() {
      if position % 4096 == 0 {
        try execution.cancellation.check()
        execution.progress.report(
          ProgressEvent(stage: "counting spellings", completed: position, total: data.products.count))
      }
      counts.add(TextField.allCases.map { product[$0] }, to: .products)
    }
    for query in Set(data.pairs.lazy.map(\.query)).sorted() { counts.add([query], to: .queries) }
    try execution.cancellation.check()
    let found = counts.words()
    self.init(
      recipe: recipe, dictionary: Vocabulary(words: found.words),
      productCounts: StoredArray(found.products), queryCounts: StoredArray(found.queries),
      deletions: DeletionIndex(found.words.compactMap { SpellingWord($0) }),
      holders: StoredArray(index.corpus.textHolders()), index: index)
  }
}

/// In how many products and queries words occur, as they stand there.
private struct SurfaceCounts {
  enum Source { case products, queries }

  private let text: AnalyzedText
  private var builder = Vocabulary.Builder()
  private var products: [UInt32] = []
  private var queries: [UInt32] = []
  private var lastSeen: [Int] = []
  private var texts = 0

  init(_ analyzer: Analyzer) {
    text = AnalyzedText(analyzer)
  }

  /// Counts each word of some texts, which belong together, once.
  mutating func add(_ parts: [String], to source: Source) {
    texts += 1
    for part in parts where !part.isEmpty {
      text.fill(part)
      for position in 0..<text.surfaceCount {
        let bytes = text.surface(position).bytes
        guard SpellingWord(bytes) != nil else { continue }
        let word = builder.insert(bytes)
        if word == lastSeen.count {
          lastSeen.append(0)
          products.append(0)
          queries.append(0)
        }
        if lastSeen[word] == texts { continue }
        lastSeen[word] = texts
        if source == .products { products[word] += 1 } else { queries[word] += 1 }
      }
    }
  }

  /// The words in the order of their first occurrence.
  consuming func words() -> (words: [String], products: [UInt32], queries: [UInt32]) {
    let vocabulary = builder.finish()
    return ((0..<vocabulary.count).map { vocabulary[$0] }, products, queries)
  }
}

extension LexicalCorpus {
  /// In how many products' own texts each term is.
  fileprivate func textHolders() -> [UInt32] {
    var holders = [UInt32](repeating: 0, count: terms)
    for product in 0..<products {
      var last = -1
      for word in words(of: product) where word.term != last {
        holders[word.term] += 1
        last = word.term
      }
    }
    return holders
  }
}

extension Speller {
  /// Writes the speller, without the keyword index, into a part of an archive.
  ///
  /// - Throws: `FileError`.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("recipe", value: recipe)
    try writer.section("dictionary") { try dictionary.write(to: &$0) }
    try writer.add("productCounts", array: productCounts)
    try writer.add("queryCounts", array: queryCounts)
    try writer.add("holders", array: holders)
    try writer.section("deletions") { try deletions.write(to: &$0) }
  }

  /// Maps a speller in a part of an archive.
  ///
  /// - Throws: `FileError` or `FileFormatError`.
  init(from archive: ModelArchive, words index: LexicalIndex) throws {
    let dictionary = try Vocabulary(from: archive.section("dictionary"))
    self.init(
      recipe: try archive.value("recipe", as: SpellingRecipe.self), dictionary: dictionary,
      productCounts: try archive.array("productCounts", of: UInt32.self, count: dictionary.count),
      queryCounts: try archive.array("queryCounts", of: UInt32.self, count: dictionary.count),
      deletions: try DeletionIndex(archive: archive.section("deletions")),
      holders: try archive.array("holders", of: UInt32.self, count: index.vocabulary.count), index: index)
  }
}
