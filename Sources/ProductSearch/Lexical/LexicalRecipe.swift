public import Learning
public import TextFeatures

/// How words of a query are matched with words of products: BM25F over the product's text, and BM25 over the
/// queries that led to it.
///
///     let index = try LexicalRecipe().fit(ProductSearchData(products: products, pairs: pairs))
///     let ranking = index.rank("cordless drill 20v", limit: 100)
///
/// A term of a query adds ln(1 + (N - n + 0.5) / (n + 0.5)) tf / (tf + k1) where N products are in the catalogue,
/// n of them hold the term, and tf is the sum over fields of weight * frequency / (1 - b + b length / average).
/// S. Robertson, H. Zaragoza: "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, sections 3.5, 3.6.
public struct LexicalRecipe: Codable, Sendable, Equatable {
  /// Saturation and length normalisation of a group of texts.
  public struct Group: Codable, Sendable, Equatable {
    /// How soon repetitions stop to count, 0...100; 0 counts presence alone.
    public var k1: Double

    /// How much long texts are marked down, 0...1.
    public var b: Double

    /// What the group's scores are multiplied by, 0...1000; 0 leaves it out.
    public var weight: Double

    /// Creates a group.
    public init(k1: Double, b: Double, weight: Double = 1) {
      self.k1 = k1
      self.b = b
      self.weight = weight
    }
  }

  /// How much a word counts in each field, 0...1000; 0 leaves a field out.
  public struct FieldWeights: Codable, Sendable, Equatable {
    /// Weight of the title.
    public var title = 1.0
    /// Weight of the brand.
    public var brand = 0.5
    /// Weight of the category.
    public var category = 0.3
    /// Weight of the description.
    public var description = 0.3
    /// Weight of the attributes.
    public var attributes = 0.3

    /// Creates the default weights.
    public init() {}

    /// The weight of a field.
    public subscript(field: TextField) -> Double {
      get {
        switch field {
        case .title: title
        case .brand: brand
        case .category: category
        case .description: description
        case .attributes: attributes
        }
      }
      set {
        switch field {
        case .title: title = newValue
        case .brand: brand = newValue
        case .category: category = newValue
        case .description: description = newValue
        case .attributes: attributes = newValue
        }
      }
    }
  }

  /// Finds the words of products and queries.
  public var analyzer = LexicalRecipe.analyzer(stemming: .english)

  /// The product's own text.
  public var text = Group(k1: 0.4, b: 0.75)

  /// The queries that led to the product.
  public var clicks = Group(k1: 0.9, b: 0.25, weight: 0.5)

  /// Weights of the fields inside the product's text.
  public var fieldWeights = FieldWeights()

  /// Creates the recipe with its defaults.
  public init() {}

  /// Finds words that suit product titles: units in one spelling, letters apart from digits, so that `4x6`, `12ft`
  /// and `dw735x` are found however they are written; all words kept.
  ///
  /// - Parameter stemming: the language of the texts; nil keeps words as they are.
  public static func analyzer(stemming: StemmingLanguage?) -> Analyzer {
    var analyzer = Analyzer()
    analyzer.normalizer.splitsCodes = false
    analyzer.tokenizer.separatesLettersFromDigits = true
    analyzer.stemming = stemming
    return analyzer
  }

  /// Every hyper-parameter out of range.
  public var violations: [Violation] {
    var problems = Violations(analyzer.violations)
    for (name, group) in [("text", text), ("clicks", clicks)] {
      problems.require((0...100).contains(group.k1), "\(name).k1", given: group.k1, expected: "0...100")
      problems.require((0...1).contains(group.b), "\(name).b", given: group.b, expected: "0...1")
      problems.require(
        (0...1000).contains(group.weight), "\(name).weight", given: group.weight, expected: "0...1000")
    }
    for field in TextField.allCases {
      problems.require(
        (0...1000).contains(fieldWeights[field]), "fieldWeights.\(field.rawValue)",
        given: fieldWeights[field],
        expected: "0...1000")
    }
    return problems.all
  }
}
