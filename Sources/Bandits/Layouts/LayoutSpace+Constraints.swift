internal import Learning

/// A combination of contents, and perhaps context values, that is not allowed.
struct LayoutClause: Sendable, Equatable {
  /// (widget, content), ascending by widget.
  var parts: [SIMD2<Int>]
  /// (context feature, value).
  var context: [SIMD2<Int>]
  /// The constraint it came from, as the user counts them.
  var origin: String

  /// Whether a layout has all of its contents.
  func holds(_ layout: [Int]) -> Bool { parts.allSatisfy { layout[$0.x] == $0.y } }

  /// Whether it applies in a context.
  func applies(_ values: [Int]) -> Bool {
    context.allSatisfy { values.indices.contains($0.x) && values[$0.x] == $0.y }
  }
}

/// Whether a page can be laid out at all.
public enum LayoutFeasibility: Sendable, Equatable {
  /// At least one layout is allowed.
  case feasible
  /// No layout is allowed; dropping any one of these constraints would allow some.
  case infeasible(conflict: [String])
}

extension LayoutSpace {
  static func check(_ widgets: [Widget], _ context: [LayoutContext]) -> Violations {
    var problems = Violations()
    problems.require(!widgets.isEmpty, "widgets", given: "none", expected: "at least one")
    var names = Set<String>()
    for (kind, name, members) in widgets.map({ ("widget", $0.name, $0.contents) })
      + context.map({ ("context", $0.name, $0.values) })
    {
      problems.require(
        names.insert(name).inserted, "\(kind) \(name)", given: "the name twice", expected: "different names")
      problems.require(
        !members.isEmpty, "\(kind) \(name)", given: "nothing to choose from", expected: "at least one content"
      )
      problems.require(
        members.count <= 1000, "\(kind) \(name)", given: members.count, expected: "at most 1000 contents")
      problems.require(
        Set(members).count == members.count, "\(kind) \(name)", given: "a content twice",
        expected: "different contents")
    }
    problems.require(widgets.count <= 200, "widgets", given: widgets.count, expected: "at most 200")
    return problems
  }

  static func clauses(
    _ widgets: [Widget], _ context: [LayoutContext], _ forbidden: [[String: String]],
    _ requires: [LayoutRequirement]
  ) throws -> [LayoutClause] {
    var problems = Violations()
    func clause(_ assignment: [String: String], _ origin: String) -> LayoutClause {
      var clause = LayoutClause(parts: [], context: [], origin: origin)
      for (name, value) in assignment.sorted(by: { $0.key < $1.key }) {
        if let widget = widgets.firstIndex(where: { $0.name == name }) {
          if let content = widgets[widget].contents.firstIndex(of: value) {
            clause.parts.append(SIMD2(widget, content))
          } else {
            problems.require(
              false, origin, given: "content \(value)", expected: "a content of widget \(name)")
          }
        } else if let feature = context.firstIndex(where: { $0.name == name }) {
          if let place = context[feature].values.firstIndex(of: value) {
            clause.context.append(SIMD2(feature, place))
          } else {
            problems.require(false, origin, given: "value \(value)", expected: "a value of context \(name)")
          }
        } else {
          problems.require(false, origin, given: "name \(name)", expected: "a widget or context feature")
        }
      }
      clause.parts.sort { $0.x < $1.x }
      return clause
    }
    var clauses = forbidden.enumerated().map { clause($0.element, "forbidden \($0.offset + 1)") }
    for (number, requirement) in requires.enumerated() {
      let origin = "requires \(number + 1)"
      for (name, allowed) in requirement.then.sorted(by: { $0.key < $1.key }) {
        guard let widget = widgets.first(where: { $0.name == name }) else {
          problems.require(false, origin, given: "name \(name)", expected: "a widget")
          continue
        }
        for content in allowed where !widget.contents.contains(content) {
          problems.require(
            false, origin, given: "content \(content)", expected: "a content of widget \(name)")
        }
        for content in widget.contents where !allowed.contains(content) {
          var assignment = requirement.if
          // A condition on the same widget is either implied or can never hold together with it.
          if let own = assignment[name], own != content { continue }
          assignment[name] = content
          clauses.append(clause(assignment, origin))
        }
      }
    }
    try problems.throwIfAny()
    return clauses
  }

  /// Whether any layout is allowed in a context, and if not, which constraints contradict each other.
  ///
  /// - Complexity: exponential in the worst case; bounded by a million steps of backtracking for each question, after which a
  ///   layout is taken to exist.
  public func feasibility(context values: [Int] = []) -> LayoutFeasibility {
    var active = clauses.filter { $0.applies(values) }
    guard firstFeasible(active) == nil else { return .feasible }
    for origin in Set(active.map(\.origin)).sorted() {
      let rest = active.filter { $0.origin != origin }
      if firstFeasible(rest) == nil { active = rest }
    }
    return .infeasible(conflict: Set(active.map(\.origin)).sorted())
  }

  /// Whether a layout is allowed.
  public func isAllowed(_ layout: [Int], context values: [Int] = []) -> Bool {
    !clauses.contains { $0.applies(values) && $0.holds(layout) }
  }

  /// The first layout that no clause forbids, trying contents in the given order; nil where there is none.
  func firstFeasible(_ active: [LayoutClause], order: [[Int]]? = nil) -> [Int]? {
    // A clause is looked at when its last widget gets a content.
    var ending = [[LayoutClause]](repeating: [], count: sizes.count)
    for clause in active {
      guard let last = clause.parts.last else { return nil }
      ending[last.x].append(clause)
    }
    var layout = [Int](repeating: 0, count: sizes.count)
    var next = layout
    var (widget, steps) = (0, 0)
    while widget >= 0, widget < sizes.count {
      steps += 1
      if steps > 1_000_000 { return layout }
      guard next[widget] < sizes[widget] else {
        next[widget] = 0
        widget -= 1
        continue
      }
      layout[widget] = order?[widget][next[widget]] ?? next[widget]
      next[widget] += 1
      if !ending[widget].contains(where: { $0.holds(layout) }) { widget += 1 }
    }
    return widget == sizes.count ? layout : nil
  }
}
