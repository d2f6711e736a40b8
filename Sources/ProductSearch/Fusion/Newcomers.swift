internal import Learning
internal import LinearAlgebra

/// Products that came after training and that no query led to yet, with what their scores get for that.
///
/// A fusion that knows clicks gives such a product the worth of one that nobody wanted. The bonus is the largest one for
/// which the others lose no more than ``FusionRecipe/newcomerCost`` of their recall at ten.
struct Newcomers: Sendable {
  /// What is added to the score of each.
  let bonus: Float

  /// Those there are; nil for none.
  private(set) var products: ProductBitmap?

  init(bonus: Float) {
    self.bonus = bonus
  }

  /// Adds the bonus to the scores of candidates.
  func add(to scores: UnsafeMutablePointer<Float>, of candidates: [Int32]) {
    guard bonus > 0, let products else { return }
    for (row, product) in candidates.enumerated() where products.contains(Int(product)) {
      scores[row] += bonus
    }
  }

  func contains(_ product: Int) -> Bool { products?.contains(product) ?? false }

  /// The newcomers after products came behind the `first` ones of before.
  func adding(_ additions: [CatalogueAddition], first: Int) -> Newcomers {
    let new = additions.map { addition in
      addition.queries.isEmpty && addition.replaced.map { contains($0) } ?? true
    }
    if products == nil, !new.contains(true) { return self }
    var newcomers = self
    newcomers.products = ProductBitmap(products: first + additions.count) { words in
      if let products { for (place, word) in products.words.enumerated() { words[place] = word } }
      for (offset, isNew) in new.enumerated() where isNew {
        words[(first + offset) >> 6] |= 1 << UInt64((first + offset) & 63)
      }
    }
    return newcomers
  }

  /// The newcomers among some products alone.
  func merging(keeping kept: [Int]) -> Newcomers {
    var newcomers = self
    newcomers.products = products.map { old in
      ProductBitmap(products: kept.count, kept.indices.lazy.filter { old.contains(kept[$0]) })
    }
    return newcomers
  }

  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("bonus", value: bonus)
    if let products { try writer.add("products", array: products.words) }
  }

  /// Reads the newcomers of a catalogue of so many products.
  init(from archive: ModelArchive, products count: Int) throws {
    bonus = try archive.value("bonus", as: Float.self)
    guard bonus.isFinite, bonus >= 0 else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "newcomers", given: "a bonus of \(bonus)",
        expected: "0 or more", advice: "The model is altered; train it again.")
    }
    guard archive.hasArray("products") else { return }
    let words = try archive.array("products", of: UInt64.self, count: (count + 63) / 64)
    products = ProductBitmap(products: count) { for (place, word) in words.enumerated() { $0[place] = word } }
  }
}

extension FusionRecipe {
  /// Bonuses that are tried, in units of the score.
  private static let bonuses: [Float] = (0...48).map { 0.125 * Float($0) }

  /// The largest bonus for products without pairs that costs the others no more than ``newcomerCost``.
  ///
  /// - Parameters:
  ///   - examples: candidates of which some lost their pairs at random.
  ///   - scores: of models that were fitted on other queries.
  func newcomerBonus(_ examples: FusionExamples, of evidence: FusionEvidence, scores: [Float]) -> Float {
    let isNew = zip(examples.products, examples.rowFolds).map { product, fold in
      // The later part of a log has one shop.
      if case .clicks = evidence { isCold(Int(product), fold: 0) } else { isCold(Int(product), fold: fold) }
    }
    guard isNew.contains(true) else { return 0 }
    let before = recall(examples, scores, isNew, bonus: 0)
    return Self.bonuses.last { recall(examples, scores, isNew, bonus: $0) >= before - newcomerCost } ?? 0
  }

  /// The mean share of a query's relevant candidates with pairs that are among the first ten.
  private func recall(_ examples: FusionExamples, _ scores: [Float], _ isNew: [Bool], bonus: Float) -> Double
  {
    var (sum, counted) = (0.0, 0)
    for rows in examples.groups {
      let wanted = rows.count { examples.isRelevant[$0] && !isNew[$0] }
      if wanted == 0 { continue }
      let raised = rows.map { scores[$0] + (isNew[$0] ? bonus : 0) }
      let tenth = raised.sorted(by: >).dropFirst(9).first ?? -.infinity
      let found = rows.count {
        examples.isRelevant[$0] && !isNew[$0] && scores[$0] >= tenth
      }
      sum += Double(min(found, wanted)) / Double(wanted)
      counted += 1
    }
    return sum / Double(max(1, counted))
  }
}
