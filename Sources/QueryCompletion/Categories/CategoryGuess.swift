internal import Glibc
internal import TextFeatures

/// Guesses the category that a text asks for from the words of products' titles: multinomial naive Bayes over stems.
///
/// C. D. Manning, P. Raghavan, H. Schütze: "Introduction to Information Retrieval", 2008, equation 13.7; each title counts
/// a word once. Words that are in no title say nothing.
struct CategoryGuess {
  /// The shop's categories, in the order of their bytes.
  let names: [String]
  private let analyzed: AnalyzedText
  /// For each stem how many titles of each category have it.
  private var counts: [String: [Int32: Float]] = [:]
  /// Words of each category's titles.
  private var totals: [Float]
  private var titles: [Float]

  /// What is added to every count.
  private static let smoothing: Float = 0.05

  init(_ catalogue: [CatalogueTitle], stemming: StemmingLanguage?) {
    analyzed = AnalyzedText(LabelGroups.analyzer(stemming))
    // Two bytes a suggestion name its category.
    names = Array(Set(catalogue.lazy.map(\.category).filter { !$0.isEmpty }).sorted().prefix(65_535))
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
    totals = [Float](repeating: 0, count: names.count)
    titles = totals
    for title in catalogue {
      guard let category = numbers[title.category] else { continue }
      titles[Int(category)] += 1
      for stem in stems(of: title.text) {
        counts[stem, default: [:]][category, default: 0] += 1
        totals[Int(category)] += 1
      }
    }
  }

  private func stems(of text: String) -> Set<String> {
    analyzed.fill(text)
    return Set(analyzed.map(\.string))
  }

  /// The likeliest category of a text and how likely it is; nil where no word of it is in a title.
  ///
  /// - Complexity: O(words · categories that have one of them)
  func category(of text: String) -> (number: Int, share: Float)? {
    let known = stems(of: text).sorted().compactMap { counts[$0] }
    if known.isEmpty { return nil }
    let vocabulary = Self.smoothing * Float(counts.count)
    let candidates = Set(known.flatMap(\.keys)).sorted()
    let scores = candidates.map { category in
      let total = totals[Int(category)] + vocabulary
      return known.reduce(log(titles[Int(category)])) {
        $0 + log((($1[category] ?? 0) + Self.smoothing) / total)
      }
    }
    guard let best = scores.max(), let place = scores.firstIndex(of: best) else { return nil }
    return (Int(candidates[place]), 1 / scores.reduce(0) { $0 + exp($1 - best) })
  }
}
