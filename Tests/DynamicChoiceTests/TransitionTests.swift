import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import DynamicChoice

struct TransitionTests {
  /// The solution of (I - sum_a w_a P_a) x = b by elimination of the written-out matrix.
  private func eliminated(_ transitions: any TransitionOperator, _ weights: [Double], _ right: [Double])
    -> [Double]
  {
    let states = transitions.stateCount
    var matrix = DoubleMatrix.identity(states)
    for (action, dense) in World.dense(transitions).enumerated() {
      for row in 0..<states {
        for column in 0..<states {
          matrix[row, column] -= weights[action * states + row] * dense[row * states + column]
        }
      }
    }
    return LUFactor(matrix)!.solve(right)
  }

  private func check(_ transitions: any TransitionOperator, tolerance: Double) {
    var generator = SeededGenerator(seed: 11)
    let (states, actions) = (transitions.stateCount, transitions.actionCount)
    let shares = (0..<states).map { _ in World.distribution(actions, &generator) }
    let weights = (0..<actions * states).map { 0.97 * shares[$0 % states][$0 / states] }
    let right = (0..<2 * states).map { _ in generator.normal() }
    var found = right
    let effort = transitions.system(weights: weights).solve(&found, tolerance: 1e-14)
    #expect(effort.converged)
    for column in 0..<2 {
      let part = column * states..<(column + 1) * states
      #expect(
        difference(
          of: found[part], from: eliminated(transitions, weights, Array(right[part])), absolute: tolerance)
          == nil)
    }
  }

  @Test func `systems of increments are solved as by elimination`() throws {
    check(try World.increments().transitions, tolerance: 1e-12)
    check(try IncrementTransitions(stateCount: 5, increments: [1], resets: [nil, 2]), tolerance: 1e-12)
    check(
      try IncrementTransitions(stateCount: 3, increments: [0.5, 0.2, 0.1, 0.1, 0.1], resets: [nil, 0]),
      tolerance: 1e-12)
    check(try IncrementTransitions(stateCount: 1, increments: [0.5, 0.5], resets: [nil]), tolerance: 1e-12)
  }

  @Test func `systems of products of chains are solved as by elimination`() throws {
    check(try World.factored().transitions, tolerance: 1e-10)
  }

  @Test func `systems that end are solved as by elimination`() throws {
    check(try World.horizon().transitions, tolerance: 1e-12)
  }

  @Test(arguments: [[3, 3, 3, 2], [4, 2], [5], [17, 2], [2, 2, 2, 2, 2], [1, 3], [6, 6], [9, 2, 1]])
  func `a product of chains is the Kronecker product`(levels: [Int]) throws {
    var generator = SeededGenerator(seed: UInt64(levels.reduce(1) { 10 * $0 + $1 }))
    let chains = levels.map { count in (0..<count).flatMap { _ in World.distribution(count, &generator) } }
    let transitions = try FactoredTransitions(
      levels: levels, statusCount: 2, actions: [.init(chains: chains, next: [1, 0])])
    let (states, cells) = (transitions.stateCount, transitions.cellCount)
    let matrix = World.dense(transitions)[0]
    for row in 0..<states {
      for column in 0..<states {
        var expected = row / cells == column / cells ? 0.0 : 1.0
        var (from, to) = (row % cells, column % cells)
        for (chain, count) in zip(chains, levels).reversed() {
          expected *= chain[from % count * count + to % count]
          (from, to) = (from / count, to / count)
        }
        #expect(isClose(matrix[row * states + column], to: expected, absolute: 1e-14))
      }
    }
  }

  @Test func `rows that are no distribution and sizes that do not fit are refused with all violations`() {
    #expect(
      throws: InvalidInput(
        "transitions of action 0 in state 1", given: "numbers with sum 0.5",
        expected: "probabilities of states 0 to 1 with sum 1")
    ) {
      try SparseTransitions(stateCount: 2, actionCount: 1, dense: [1, 0, 0.5, 0])
    }
    #expect(throws: InvalidInput.self) {
      try IncrementTransitions(stateCount: 3, increments: [0.5, 0.4], resets: [nil])
    }
    #expect(throws: InvalidInput.self) {
      try FactoredTransitions(
        levels: [Int](repeating: 3, count: 30), statusCount: 2,
        actions: [.init(chains: [], next: [0, 0])])
    }
  }
}
