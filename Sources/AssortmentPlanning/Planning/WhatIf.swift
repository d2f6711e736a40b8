public import ChoiceModels
internal import Learning

/// What changes when a product of a plan is added, removed or exchanged.
public struct WhatIf: Sendable {
  /// A change of a plan.
  public enum Change: Sendable, Equatable {
    /// So many units of a product more.
    case add(Int, units: Int)
    /// All units of a product away.
    case remove(Int)
    /// All units of the first away, so many of the second in.
    case swap(Int, Int, units: Int)
  }

  /// Units after the change.
  public let units: [Int]

  /// Change of expected profit, path by path on common customers.
  public let difference: PlanReport.Estimate

  /// Of the customers of the product that goes, the share each other product takes over when nothing runs out; the rest
  /// is lost. Empty where nothing goes.
  public let transference: [Int: Double]

  /// Applies a change to a plan and simulates both on a bank.
  ///
  /// - Throws: `InvalidInput` when a product is unknown or not carried.
  public init(
    _ change: Change, to units: [Int], _ chain: SubstitutionChain, _ economics: [ProductEconomics],
    bank: PreferenceBank, threads: Int = 1
  ) throws {
    var changed = units
    var gone: Int?
    var problems = Violations()
    func require(_ product: Int, carried: Bool = false) {
      problems.require(
        units.indices.contains(product) && (!carried || units[product] > 0), "product", given: product,
        expected: carried ? "a product that is carried" : "0 to \(units.count - 1)")
    }
    switch change {
    case .add(let product, let count):
      require(product)
      problems.require(count >= 1, "units", given: count, expected: "1 or more")
      try problems.throwIfAny()
      changed[product] += count
    case .remove(let product):
      require(product, carried: true)
      try problems.throwIfAny()
      changed[product] = 0
      gone = product
    case .swap(let product, let other, let count):
      require(product, carried: true)
      require(other)
      problems.require(count >= 1, "units", given: count, expected: "1 or more")
      try problems.throwIfAny()
      changed[product] = 0
      changed[other] += count
      gone = product
    }
    self.units = changed
    let (after, before) = (
      bank.profit(of: changed, economics, threads: threads),
      bank.profit(of: units, economics, threads: threads)
    )
    let paired = after.difference(from: before)
    difference = .init(mean: paired.mean, standardError: paired.standardError)
    guard let gone else {
      transference = [:]
      return
    }
    let shares = chain.transference(of: gone, offered: ProductSet(flags: units.map { $0 > 0 }))
    transference = Dictionary(
      uniqueKeysWithValues: shares.enumerated().filter { $0.element > 1e-12 }.map { ($0.offset, $0.element) })
  }
}
