internal import LinearAlgebra
internal import TextFeatures

/// Suggestions that differ in word forms or word order alone.
struct LabelGroups: Sendable, Equatable {
  /// Labels that are not alone in their group, ascending.
  let labels: StoredArray<Int32>
  /// The smallest label of each one's group.
  let groups: StoredArray<Int32>

  /// Groups labels by the sorted stems of their words; words with digits stand for themselves.
  init(_ store: LabelStore, stemming: StemmingLanguage?) {
    let text = AnalyzedText(Self.analyzer(stemming))
    var first: [String: Int32] = [:]
    var members: [Int32: [Int32]] = [:]
    for label in 0..<store.count {
      let key = store.withKey(of: label) { Self.form(of: String(decoding: $0, as: UTF8.self), text) }
      if let group = first[key] {
        members[group, default: [group]].append(Int32(label))
      } else {
        first[key] = Int32(label)
      }
    }
    let pairs = members.flatMap { group, labels in labels.map { (label: $0, group: group) } }
      .sorted { $0.label < $1.label }
    self.init(labels: StoredArray(pairs.map(\.label)), groups: StoredArray(pairs.map(\.group)))
  }

  /// Finds the words whose stems a form consists of.
  static func analyzer(_ stemming: StemmingLanguage?) -> Analyzer {
    var analyzer = Analyzer()
    analyzer.stemming = stemming
    (analyzer.normalizer.joinsUnits, analyzer.normalizer.splitsCodes) = (false, false)
    analyzer.tokenizer.separatesLettersFromDigits = false
    return analyzer
  }

  /// The sorted stems of a text's words.
  static func form(of text: String, _ analyzed: AnalyzedText) -> String {
    analyzed.fill(text)
    return analyzed.map(\.string).sorted().joined(separator: " ")
  }

  init(labels: StoredArray<Int32>, groups: StoredArray<Int32>) {
    (self.labels, self.groups) = (labels, groups)
  }

  /// The smallest label of a label's group.
  func group(of label: Int) -> Int { labels.position(of: Int32(label)).map { Int(groups[$0]) } ?? label }
}
