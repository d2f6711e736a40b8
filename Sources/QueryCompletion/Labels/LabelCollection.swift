internal import LinearAlgebra
internal import TextFeatures

/// Collects texts and their counts until they become suggestions.
struct LabelCollection {
  private struct Label {
    var count: Float = 0
    var users: Set<UInt64> = []
    var surfaces: [String: Float] = [:]
  }

  private let normalizer: QueryNormalizer
  private let anonymity: Int
  private var labels: [[UInt8]: Label] = [:]
  /// Texts that are longer than suggestions may be.
  private(set) var tooLong = 0

  init(_ normalizer: QueryNormalizer, anonymity: Int) {
    (self.normalizer, self.anonymity) = (normalizer, anonymity)
  }

  /// Counts a text for a user.
  mutating func add(_ text: String, user: UInt64, weight: Float) {
    var key: [UInt8] = []
    normalizer.appendKey(of: text, to: &key)
    if key.isEmpty { return }
    guard key.count < LabelStore.longestKey, text.count <= QueryNormalizer.maximumLength else {
      tooLong += 1
      return
    }
    var label = labels[key] ?? Label()
    labels[key] = nil
    label.count += weight
    if label.users.count < anonymity { label.users.insert(user) }
    label.surfaces[Self.tidied(text), default: 0] += weight
    labels[key] = label
  }

  /// Blanks collapsed and letters lowered, accents as they are: what is shown.
  private static func tidied(_ text: String) -> String {
    text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// What became of the texts.
  struct Result {
    let store: LabelStore
    let counts: [Float]
    /// In characters.
    let lengths: [Int]
    /// Texts that too few users searched.
    let tooRare: Int
    /// Texts with a misspelt word.
    let misspelt: Int
  }

  /// The texts that enough users searched and that are spelt as others spell them.
  func finish(without misspelt: MisspeltWords = .none) -> Result {
    let shared = labels.filter { $0.value.users.count >= anonymity }
    let kept = shared.filter { !misspelt.isIn($0.key) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let texts = kept.map { entry in
      let best = entry.value.surfaces.max { ($0.value, $1.key) < ($1.value, $0.key) }
      return (key: entry.key, surface: Array((best?.key ?? "").utf8))
    }
    return Result(
      store: LabelStore(sorted: texts), counts: kept.map(\.value.count),
      lengths: kept.map { String(decoding: $0.key, as: UTF8.self).count },
      tooRare: labels.count - shared.count, misspelt: shared.count - kept.count)
  }
}
