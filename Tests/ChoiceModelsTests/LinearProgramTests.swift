import CClp
import ChoiceModels
import Probability
import TestSupport
import Testing

/// A sparse chain of products with `substitutes` others each, and net revenues.
private func market(_ n: Int, substitutes: Int, seed: UInt64) throws -> (SubstitutionChain, [Double]) {
  var generator = SeededGenerator(seed: seed)
  let wishes = (0..<n).map { _ in generator.exponential() }
  var (offsets, columns, values): ([UInt32], [UInt32], [Double]) = ([0], [], [])
  for i in 0..<n {
    var chosen = Set<Int>()
    while chosen.count < substitutes {
      let j = generator.integer(below: n)
      if j != i { chosen.insert(j) }
    }
    let weights = chosen.sorted().map { ($0, generator.uniform()) }
    let sum = weights.reduce(0) { $0 + $1.1 } / (0.6 + 0.3 * generator.uniform())
    columns += weights.map { UInt32($0.0) }
    values += weights.map { $0.1 / sum }
    offsets.append(UInt32(columns.count))
  }
  let chain = try SubstitutionChain(
    firstChoice: wishes.map { $0 / wishes.reduce(0, +) },
    transitions: .sparse(SparseTransitions(offsets: offsets, columns: columns, values: values)))
  return (chain, (0..<n).map { _ in 10 * generator.exponential() - 1 })
}

/// The best revenue as the dual linear program: min lambda.g over g >= max(r, 0), g >= rho g, by Clp's dual simplex.
private func valueOfLinearProgram(_ chain: SubstitutionChain, _ revenue: [Double]) -> Double? {
  let (n, rows) = (chain.productCount, chain.transitions.sparseRows)
  var entries = (0..<n).map { [(row: Int32($0), value: 1.0)] }
  for i in 0..<n {
    for k in rows.range(ofRow: i) { entries[Int(rows.columns[k])].append((Int32(i), -rows.values[k])) }
  }
  var starts: [CoinBigIndex] = [0]
  for column in entries { starts.append(starts.last! + CoinBigIndex(column.count)) }
  let model = Clp_newModel()
  defer { Clp_deleteModel(model) }
  Clp_setLogLevel(model, 0)
  Clp_setPrimalTolerance(model, 1e-10)
  Clp_setDualTolerance(model, 1e-10)
  Clp_loadProblem(
    model, Int32(n), Int32(n), starts, entries.flatMap { $0.map(\.row) }, entries.flatMap { $0.map(\.value) },
    revenue.map { max($0, 0) }, [Double](repeating: .greatestFiniteMagnitude, count: n), chain.firstChoice,
    [Double](repeating: 0, count: n), [Double](repeating: .greatestFiniteMagnitude, count: n))
  Clp_dual(model, 0)
  return Clp_status(model) == 0 ? Clp_objectiveValue(model) : nil
}

@Test(arguments: [(200, 10, 1), (200, 10, 2), (200, 4, 3), (500, 20, 4)])
func `a solver of linear programs finds the same optimum, between the ends of the certificate`(
  products: Int, substitutes: Int, seed: Int
) throws {
  let (chain, revenue) = try market(products, substitutes: substitutes, seed: UInt64(seed))
  let found = chain.optimalAssortment(netRevenue: revenue)
  let value = try #require(valueOfLinearProgram(chain, revenue))
  #expect(found.status == .converged)
  #expect(isClose(found.value.lowerBound, to: value, absolute: 1e-9))
  #expect(isClose(found.value.upperBound, to: value, absolute: 1e-9))
}

@Test(arguments: [1e-6, 1, 1e6])
func `optima scale with the currency`(factor: Double) throws {
  let (chain, revenue) = try market(300, substitutes: 8, seed: 9)
  let found = chain.optimalAssortment(netRevenue: revenue)
  let scaled = chain.optimalAssortment(netRevenue: revenue.map { $0 * factor })
  #expect(scaled.products == found.products && scaled.status == .converged)
  #expect(isClose(scaled.value.upperBound / factor, to: found.value.upperBound, absolute: 1e-9))
}
