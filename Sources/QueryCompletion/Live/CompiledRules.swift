internal import Glibc
internal import Learning

/// Rules in the form in which they are applied.
struct CompiledRules: Sendable {
  let rules: CompletionRules
  private let exact: Set<[UInt8]>
  private let phrases: PhraseAutomaton
  /// Phrases that are found across blanks too.
  private let longPhrases: PhraseAutomaton
  private let patterns: [LinearPattern]
  private let allowed: Set<String>
  private let normalizer: QueryNormalizer
  /// Logarithms of the factors of boosted labels.
  private let boosts: [Boost]

  private struct Boost {
    let label: Int
    let value: Float
    let boost: CompletionRules.Boost
  }

  /// Shorter phrases are found between blanks alone: `ass` is not in `glass`.
  private static let longPhrase = 5

  /// - Throws: ``InvalidInput`` listing every rule that cannot be used.
  init(_ rules: CompletionRules, _ normalizer: QueryNormalizer, labels: LabelStore) throws {
    var problems = Violations()
    var patterns: [LinearPattern] = []
    for (number, block) in rules.blocks.enumerated() {
      if normalizer.key(block.text).isEmpty {
        problems.require(
          false, "block \(number + 1)", given: "no letter or digit", expected: "a text")
      }
      guard block.kind == .pattern else { continue }
      do {
        patterns.append(try LinearPattern(block.text))
      } catch let error as InvalidInput {
        problems.append(
          contentsOf: error.violations.map {
            Violation("block \(number + 1): \($0.subject)", given: $0.given, expected: $0.expected)
          })
      }
    }
    for (number, boost) in rules.boosts.enumerated() {
      problems.require(
        boost.factor > 0 && boost.factor.isFinite, "boost \(number + 1)", given: boost.factor,
        expected: "a positive number")
    }
    for (number, pin) in rules.pins.enumerated() {
      problems.require(
        !normalizer.key(pin.text).isEmpty, "pin \(number + 1)", given: "no letter or digit",
        expected: "a text")
    }
    try problems.throwIfAny()
    func skeletons(_ kind: CompletionRules.Block.Kind) -> [[UInt8]] {
      rules.blocks.filter { $0.kind == kind }.flatMap { TextSkeleton.of($0.text, normalizer) }
    }
    self.rules = rules
    self.patterns = patterns
    self.normalizer = normalizer
    exact = Set(skeletons(.exact))
    phrases = PhraseAutomaton(skeletons(.contains))
    longPhrases = PhraseAutomaton(
      skeletons(.contains).map { $0.filter { $0 != UInt8(ascii: " ") } }.filter {
        $0.count >= Self.longPhrase
      })
    allowed = Set(rules.allows.map { normalizer.key($0) })
    boosts = rules.boosts.compactMap { boost in
      labels.label(of: Array(normalizer.key(boost.text).utf8)).map {
        Boost(label: $0, value: Float(log(boost.factor)), boost: boost)
      }
    }
  }

  /// Whether a text may not be shown.
  func blocks(_ text: String) -> Bool { block(of: text) != nil }

  /// What keeps a text from being shown: `exact`, `contains` or `pattern`; nil for nothing.
  func block(of text: String) -> CompletionRules.Block.Kind? {
    if rules.blocks.isEmpty { return nil }
    let skeletons = TextSkeleton.of(text, normalizer)
    if skeletons.contains(where: { exact.contains($0) }) { return .exact }
    let key = normalizer.key(text)
    if allowed.contains(key) { return nil }
    if skeletons.contains(where: { skeleton in
      phrases.contains(in: skeleton, wholeWords: true)
        || longPhrases.contains(in: skeleton.filter { $0 != UInt8(ascii: " ") }, wholeWords: false)
    }) {
      return .contains
    }
    return patterns.contains { $0.matches(key) } ? .pattern : nil
  }

  /// The pins for what is typed, in their order.
  func pins(for typed: [UInt8], now: Double) -> [CompletionRules.Pin] {
    rules.pins.filter { pin in
      guard Self.holds(pin.from, pin.until, now) else { return false }
      let text = Array(normalizer.key(pin.text).utf8)
      return typed.starts(with: normalizer.key(pin.prefix).utf8) && text.starts(with: typed)
    }
  }

  /// The boosted labels of an interval with what is added to their scores.
  func boosts(in interval: Range<Int>, now: Double) -> [(label: Int, value: Float)] {
    boosts.filter { interval.contains($0.label) && Self.holds($0.boost.from, $0.boost.until, now) }
      .map { ($0.label, $0.value) }
  }

  private static func holds(_ from: Double?, _ until: Double?, _ now: Double) -> Bool {
    now >= from ?? -.infinity && now < until ?? .infinity
  }
}
