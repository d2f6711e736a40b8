internal import Learning
internal import LinearAlgebra
internal import TextFeatures

extension ProductSearchModel {
  /// Everything that matches some words: the products that hold one of them, and those that a ranker found.
  func matches(_ text: String, _ ranker: any ProductRanker, found: [Int]) -> ProductBitmap {
    let scope = (ranker as? LexicalIndex)?.scope ?? (rankers.usesPairs ? .textAndClicks : .text)
    let words = rankers.lexical.scoped(to: scope).productsHoldingAny(of: text)
    let all = words | ProductBitmap(products: names.count, found)
    return names.live.map { all & $0.allowed } ?? all
  }
}

/// The facets of an answer: how often each value of a field occurs among everything that matches.
struct FacetCounting {
  /// How many values of a field are told at the most.
  static let values = 50

  private(set) var counts: [String: [FacetCount]] = [:]
  private(set) var total = 0

  /// Counts the facets that a request asks for; nil where it asks for none.
  init?(_ answer: SearchAnswer) {
    guard !answer.request.facets.isEmpty else { return nil }
    guard answer.status == .ok else {
      for field in answer.request.facets { counts[field] = [] }
      return
    }
    let model = answer.model
    var matching = model.matches(answer.text, answer.ranker, found: answer.ranking.products.map { Int($0) })
    if answer.request.requiresAllWords {
      matching = matching & model.rankers.lexical.productsHoldingAll(of: answer.text)
    }
    let clauses = answer.expression?.clauses ?? []
    func products(_ clauses: [FilterExpression]) -> ProductBitmap {
      FilterExpression.all(clauses).map { model.filter(for: $0).allowed & matching } ?? matching
    }
    let all = products(clauses)
    total = all.count
    for field in answer.request.facets where counts[field] == nil {
      // A shopper who chose a brand still sees how many products the others have.
      let others = clauses.filter { $0.fields != [field] }
      let set = others.count == clauses.count ? all : products(others)
      switch model.columns[field] {
      case .text(let column): counts[field] = Self.values(of: column, in: set)
      case .number(let column): counts[field] = Self.ranges(of: column, in: set)
      case nil: break
      }
    }
  }

  /// The values of a field of texts, the most frequent first, of equals by their texts.
  private static func values(of column: TextColumn, in set: ProductBitmap) -> [FacetCount] {
    let counts = column.counts(in: set)
    let found = counts.indices.filter { counts[$0] > 0 }.map {
      FacetCount(value: column.value($0), count: counts[$0])
    }
    return Array(found.sorted { ($1.count, $0.value) < ($0.count, $1.value) }.prefix(values))
  }

  /// Fields with so few different numbers are counted by number, others by range.
  static let differentNumbers = 20

  /// The numbers or ranges of a field of numbers, ascending, without empty ones; of a flag false and true.
  private static func ranges(of column: NumberColumn, in set: ProductBitmap) -> [FacetCount] {
    let ranges: [(String, NumberRange)] =
      if column.isFlag {
        [("false", NumberRange(lower: 0, upper: 0)), ("true", NumberRange(lower: 1, upper: 1))]
      } else if let numbers = column.differentNumbers(atMost: differentNumbers) {
        numbers.map { (NumberRange.text($0), NumberRange(lower: $0, upper: $0)) }
      } else {
        seriesRanges(within: column.bounds).map { ($0.text, $0) }
      }
    return ranges.map { FacetCount(value: $0.0, count: column.count($0.1, in: set)) }.filter { $0.count > 0 }
  }

  /// Ranges between the numbers 0, 1, 2, 5, 10, 20, 50 and so on, with which people count money and measures.
  private static func seriesRanges(within bounds: ClosedRange<Double>?) -> [NumberRange] {
    guard let bounds else { return [] }
    var steps = [0.0]
    var power = 1.0
    while steps[steps.count - 1] <= bounds.upperBound, steps.count < 64 {
      steps += [power, 2 * power, 5 * power]
      power *= 10
    }
    var ranges = zip(steps, steps.dropFirst()).map {
      NumberRange(lower: $0, upper: $1, includesLower: true, includesUpper: false)
    }
    if bounds.lowerBound < 0 { ranges.insert(NumberRange(upper: 0, includesUpper: false), at: 0) }
    if let last = steps.last, bounds.upperBound >= last { ranges.append(NumberRange(lower: last)) }
    return ranges
  }
}

extension NumberRange {
  /// The range as a filter takes it.
  var text: String {
    let (low, high) = (
      lower.isFinite ? Self.text(lower) : "*", upper.isFinite ? Self.text(upper) : "*"
    )
    return "\(includesLower ? "[" : "{")\(low) TO \(high)\(includesUpper ? "]" : "}")"
  }
}
