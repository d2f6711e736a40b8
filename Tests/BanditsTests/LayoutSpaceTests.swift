import Learning
import Probability
import TestSupport
import Testing

@testable import Bandits

struct LayoutSpaceTests {
  @Test func `layouts and features are numbered as published`() throws {
    let space = try LayoutSpace(sizes: [2, 3, 2])
    #expect(space.layoutCount == 12 && space.featureCount == 24)
    #expect(space.layout(0) == [0, 0, 0] && space.layout(1) == [0, 0, 1] && space.layout(11) == [1, 2, 1])
    #expect(space.features(of: [1, 2, 0], pairs: false).indices == [0, 2, 5, 6])
    #expect(space.features(of: [1, 2, 0], pairs: true).indices == [0, 2, 5, 6, 13, 16, 22])
    let groups = space.groups
    #expect((0...2).map { group in groups.count { $0 == group } } == [1, 7, 16] && groups == groups.sorted())
  }

  @Test func `every pair of widgets has its own features, context follows`() throws {
    let space = try LayoutSpace(
      widgets: [Widget("a", contents: ["1", "2"]), Widget("b", contents: ["1", "2", "3"])],
      context: [LayoutContext("device", values: ["phone", "desk"])])
    #expect(space.featureCount == 24)
    var seen = Set<Int32>()
    for number in 0..<6 {
      for value in 0..<2 {
        let features = space.features(of: try #require(space.layout(number)), context: [value], pairs: true)
        #expect(Set(features.indices).count == 7)
        seen.formUnion(features.indices)
      }
    }
    #expect(seen == Set(0..<Int32(space.featureCount)))
    let groups = space.groups
    #expect((0...4).map { group in groups.count { $0 == group } } == [1, 5, 6, 2, 10])
  }

  @Test func `scores with context equal the sum of the features' weights`() throws {
    let space = try LayoutSpace(
      widgets: [Widget("a", contents: ["1", "2"]), Widget("b", contents: ["1", "2", "3"])],
      context: [LayoutContext("x", values: ["0", "1"]), LayoutContext("y", values: ["0", "1", "2"])])
    var generator = SeededGenerator(seed: 2)
    let weights = (0..<space.featureCount).map { _ in generator.normal() }
    for context in [[0, 0], [1, 2]] {
      let effective = space.effectiveWeights(weights, context: context)
      for number in 0..<6 {
        let layout = try #require(space.layout(number))
        let direct = space.features(of: layout, context: context, pairs: true).indices
          .reduce(0) { $0 + weights[Int($1)] }
        let folded = space.features(of: layout, pairs: true).indices.reduce(0) { $0 + effective[Int($1)] }
        #expect(isClose(direct, to: folded, absolute: 1e-12))
      }
    }
  }

  @Test func `constraints leave exactly the layouts that they allow`() throws {
    var generator = SeededGenerator(seed: 11)
    for trial in 0..<150 {
      let sizes = (0..<(2 + generator.integer(below: 3))).map { _ in 1 + generator.integer(below: 4) }
      let widgets = sizes.enumerated().map { place, size in
        Widget("w\(place)", contents: (0..<size).map { "c\($0)" })
      }
      func assignment(_ most: Int) -> [String: String] {
        var parts: [String: String] = [:]
        for _ in 0..<(1 + generator.integer(below: most)) {
          let widget = generator.integer(below: sizes.count)
          parts["w\(widget)"] = "c\(generator.integer(below: sizes[widget]))"
        }
        return parts
      }
      let forbidden = (0..<generator.integer(below: 4)).map { _ in assignment(3) }
      let requires = (0..<generator.integer(below: 3)).map { _ in
        LayoutRequirement(if: assignment(1), then: assignment(1).mapValues { [$0] })
      }
      let space = try LayoutSpace(widgets: widgets, forbidden: forbidden, requires: requires)
      let free = try LayoutSpace(widgets: widgets)
      func holds(_ parts: [String: String], _ layout: [Int]) -> Bool {
        parts.allSatisfy { name, content in "c\(layout[Int(name.dropFirst())!])" == content }
      }
      let allowed = (0..<(free.layoutCount ?? 0)).compactMap { free.layout($0) }.filter { layout in
        !forbidden.contains { holds($0, layout) }
          && requires.allSatisfy { requirement in
            !holds(requirement.if, layout) || holds(requirement.then.mapValues { $0[0] }, layout)
          }
      }
      #expect((0..<(space.layoutCount ?? 0)).compactMap { space.layout($0) } == allowed, "trial \(trial)")
      let weights = (0..<space.featureCount).map { _ in generator.normal() }
      let climbed = space.ascend(weights, using: &generator)
      if allowed.isEmpty {
        #expect(climbed == nil)
        guard case .infeasible(let conflict) = space.feasibility() else {
          Issue.record("trial \(trial) is infeasible")
          continue
        }
        #expect(!conflict.isEmpty)
      } else {
        #expect(space.feasibility() == .feasible)
        let found = try #require(climbed)
        #expect(allowed.contains(found.layout))
        let best = allowed.map { layout in
          space.features(of: layout, pairs: true).indices.reduce(0) { $0 + weights[Int($1)] }
        }.max()
        #expect(found.score <= (best ?? 0) + 1e-9)
      }
    }
  }

  @Test func `a conflict names only constraints that are needed for it`() throws {
    let space = try LayoutSpace(
      widgets: [Widget("title", contents: ["short", "long"]), Widget("image", contents: ["none", "big"])],
      forbidden: [
        ["title": "short"], ["image": "big", "title": "short"], ["title": "long", "image": "none"],
      ],
      requires: [LayoutRequirement(if: ["title": "long"], then: ["image": ["none"]])])
    #expect(space.layoutCount == 0)
    #expect(space.feasibility() == .infeasible(conflict: ["forbidden 1", "forbidden 3", "requires 1"]))
  }

  @Test func `a constraint can depend on the context`() throws {
    let space = try LayoutSpace(
      widgets: [Widget("image", contents: ["small", "big"])],
      context: [LayoutContext("device", values: ["phone", "desk"])],
      forbidden: [["device": "phone", "image": "big"]])
    #expect(!space.isAllowed([1], context: [0]) && space.isAllowed([1], context: [1]))
    #expect(space.layoutCount == 2)
  }

  @Test func `ascent finds what the scan finds`() throws {
    let space = try LayoutSpace(sizes: [8, 8, 8])
    let scanner = LayoutScanner(space, pairs: true)
    var generator = SeededGenerator(seed: 3)
    var optimal = 0
    for _ in 0..<100 {
      let weights = (0..<space.featureCount).map { _ in generator.normal() }
      let exact = weights.withUnsafeBufferPointer { scanner.best($0) }
      let climbed = try #require(space.ascend(weights, using: &generator))
      #expect(climbed.score <= exact.score + 1e-9)
      if climbed.score > exact.score - 1e-9 { optimal += 1 }
    }
    #expect(optimal >= 95, "\(optimal) of 100")
  }

  @Test func `a page of forty widgets is searched without being listed`() throws {
    let space = try LayoutSpace(sizes: [Int](repeating: 20, count: 40))
    #expect(space.layoutCount == nil && space.totalCount == nil)
    var generator = SeededGenerator(seed: 1)
    let contents = space.sizes.reduce(1, +)
    let weights = (0..<contents).map { _ in generator.normal() }
    let found = try #require(space.ascend(weights, restarts: 1, using: &generator))
    for (widget, content) in found.layout.enumerated() {
      let own = (0..<20).map { weights[space.firstOrder[widget] + $0] }
      #expect(own[content] == own.max())
    }
  }

  @Test func `everything wrong with a page is told at once`() {
    #expect {
      try LayoutSpace(
        widgets: [
          Widget("a", contents: []), Widget("a", contents: ["x", "x"]),
        ], context: [LayoutContext("c", values: [])])
    } throws: { error in
      "\(error)" == """
        widget a: given nothing to choose from, expected at least one content
        widget a: given the name twice, expected different names
        widget a: given a content twice, expected different contents
        context c: given nothing to choose from, expected at least one content
        """
    }
    #expect {
      try LayoutSpace(
        widgets: [Widget("a", contents: ["x"])], forbidden: [["a": "y"], ["b": "x"]],
        requires: [LayoutRequirement(if: ["a": "x"], then: ["a": ["z"], "q": ["x"]])])
    } throws: { error in
      "\(error)" == """
        forbidden 1: given content y, expected a content of widget a
        forbidden 2: given name b, expected a widget or context feature
        requires 1: given content z, expected a content of widget a
        requires 1: given name q, expected a widget
        """
    }
    #expect(throws: InvalidInput.self) { try LayoutSpace(widgets: []) }
  }
}
