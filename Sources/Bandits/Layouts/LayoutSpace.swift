internal import Learning

/// A place on a page and what can be put there.
public struct Widget: Sendable, Equatable, Codable {
  /// Its name, unique on the page.
  public var name: String

  /// Names of what it can show, different.
  public var contents: [String]

  /// Creates a widget.
  public init(_ name: String, contents: [String]) {
    self.name = name
    self.contents = contents
  }
}

/// Something about a visitor or page that a layout may depend on.
public struct LayoutContext: Sendable, Equatable, Codable {
  /// Its name, different from those of widgets.
  public var name: String

  /// Its possible values, different.
  public var values: [String]

  /// Creates a context feature.
  public init(_ name: String, values: [String]) {
    self.name = name
    self.values = values
  }
}

/// If all of the first holds, each widget of the second shows one of the listed contents.
public struct LayoutRequirement: Sendable, Equatable, Codable {
  /// Contents of widgets, or values of context features.
  public var `if`: [String: String]

  /// Allowed contents by widget.
  public var then: [String: [String]]

  /// Creates a requirement.
  public init(if condition: [String: String], then allowed: [String: [String]]) {
    self.if = condition
    then = allowed
  }
}

/// All layouts of a page: a content for each widget, less the forbidden combinations.
///
///     let space = try LayoutSpace(widgets: [
///       Widget("title", contents: ["short", "long"]), Widget("image", contents: ["none", "small", "large"]),
///     ], forbidden: [["title": "long", "image": "large"]])
///     space.layoutCount      // 5
///
/// Layouts are numbered with the last widget changing fastest. The features of a layout (F. Nabi, H. Nassif, et al. call the
/// models MVT1 without and MVT2 with pairs: *An Efficient Bandit Algorithm for Realtime Multivariate Optimization*, KDD 2017,
/// arXiv 1810.09558): 0 the intercept, then contents widget by widget, then pairs of contents for widgets j < k, then context
/// values, then contents with context values.
public struct LayoutSpace: Sendable, Equatable {
  /// The widgets in the order of the page.
  public let widgets: [Widget]

  /// The context features.
  public let context: [LayoutContext]

  /// Contents of each widget.
  public let sizes: [Int]

  /// Combinations that are not allowed.
  let clauses: [LayoutClause]

  /// Feature of the first content of each widget.
  let firstOrder: [Int]
  /// Feature of the first pair of widgets j < k, row by row.
  let secondOrder: [Int]
  /// Feature of the first value of each context feature.
  let contextOrder: [Int]
  /// Feature of the first content of widget 0 with value 0 of each context feature.
  let crossOrder: [Int]

  /// Features in all.
  public let featureCount: Int

  /// Number of layouts without forbidden combinations; nil when 64 bits cannot hold it.
  public let totalCount: Int?

  /// The layouts that no clause without context forbids, when the space is small enough to list them: contents, one layout
  /// after the other.
  let listed: LayoutList?

  /// The largest space whose layouts are listed and scanned; larger ones are searched by ascent.
  public static let largestListed = 5000

  /// Creates a space.
  ///
  /// - Throws: ``InvalidInput`` listing everything that is wrong with names and constraints.
  /// - Complexity: O(min(layouts, 5000) · clauses)
  public init(
    widgets: [Widget], context: [LayoutContext] = [], forbidden: [[String: String]] = [],
    requires: [LayoutRequirement] = []
  ) throws {
    try Self.check(widgets, context).throwIfAny()
    self.widgets = widgets
    self.context = context
    sizes = widgets.map(\.contents.count)
    var next = 1
    func take(_ count: Int) -> Int {
      defer { next += count }
      return next
    }
    firstOrder = sizes.map { take($0) }
    var pairs: [Int] = []
    for j in sizes.indices {
      for k in sizes.indices.dropFirst(j + 1) { pairs.append(take(sizes[j] * sizes[k])) }
    }
    secondOrder = pairs
    contextOrder = context.map { take($0.values.count) }
    let contents = sizes.reduce(0, +)
    crossOrder = context.map { take(contents * $0.values.count) }
    featureCount = next
    totalCount = sizes.reduce(Optional(1)) { product, size in
      product.flatMap {
        let (value, overflow) = $0.multipliedReportingOverflow(by: size)
        return overflow ? nil : value
      }
    }
    clauses = try Self.clauses(widgets, context, forbidden, requires)
    if let totalCount, totalCount <= Self.largestListed {
      listed = LayoutList(sizes: sizes, clauses: clauses.filter(\.context.isEmpty))
    } else {
      listed = nil
    }
  }

  /// Widgets of so many contents, named by number.
  ///
  /// - Throws: ``InvalidInput`` when a widget has no content.
  public init(sizes: [Int]) throws {
    try self.init(
      widgets: sizes.enumerated().map { place, size in
        Widget("w\(place + 1)", contents: (0..<max(0, size)).map { "c\($0 + 1)" })
      })
  }

  /// Number of layouts that can be shown whatever the context; nil where they are too many to list.
  public var layoutCount: Int? { listed?.count }

  /// Place of the pair of widgets j < k among all pairs.
  func pair(_ j: Int, _ k: Int) -> Int { j * (2 * sizes.count - j - 1) / 2 + k - j - 1 }

  /// The features of a layout.
  ///
  /// - Parameters:
  ///   - layout: a content for each widget.
  ///   - values: a value for each context feature; empty leaves context out.
  ///   - pairs: whether pairs of contents are features of their own.
  public func features(of layout: [Int], context values: [Int] = [], pairs: Bool) -> FeatureVector {
    var indices = [Int32(0)]
    for (widget, content) in layout.enumerated() { indices.append(Int32(firstOrder[widget] + content)) }
    if pairs {
      for j in layout.indices {
        for k in layout.indices.dropFirst(j + 1) {
          indices.append(Int32(secondOrder[pair(j, k)] + layout[j] * sizes[k] + layout[k]))
        }
      }
    }
    for (feature, value) in values.enumerated() {
      indices.append(Int32(contextOrder[feature] + value))
      for (widget, content) in layout.enumerated() {
        indices.append(Int32(cross(feature, value, widget, content)))
      }
    }
    return FeatureVector(ones: indices)
  }

  /// The feature of a content together with a context value.
  func cross(_ feature: Int, _ value: Int, _ widget: Int, _ content: Int) -> Int {
    crossOrder[feature] + (firstOrder[widget] - 1 + content) * context[feature].values.count + value
  }

  /// The group of each feature: 0 intercept, 1 contents, 2 pairs, 3 context, 4 contents with context.
  public var groups: [Int] {
    var groups = [Int](repeating: 1, count: featureCount)
    groups[0] = 0
    let starts = [secondOrder.first, contextOrder.first, crossOrder.first]
    for (place, start) in starts.enumerated() {
      if let start { for feature in start..<featureCount { groups[feature] = place + 2 } }
    }
    return groups
  }

  /// Names of the groups.
  public static let groupNames = ["intercept", "content", "pair", "context", "content x context"]

  /// The name of each content of a layout by widget.
  public func named(_ layout: [Int]) -> [(widget: String, content: String)] {
    zip(widgets, layout).map { ($0.name, $0.contents[$1]) }
  }
}

/// Layouts one after the other, in ascending order.
struct LayoutList: Sendable, Equatable {
  let widgets: Int
  let contents: [UInt16]

  var count: Int { contents.count / widgets }

  subscript(number: Int) -> [Int] {
    contents[number * widgets..<(number + 1) * widgets].map { Int($0) }
  }

  init(sizes: [Int], clauses: [LayoutClause]) {
    widgets = sizes.count
    var contents: [UInt16] = []
    var layout = [Int](repeating: 0, count: sizes.count)
    while true {
      if !clauses.contains(where: { $0.holds(layout) }) {
        contents.append(contentsOf: layout.map { UInt16($0) })
      }
      guard let place = layout.indices.last(where: { layout[$0] + 1 < sizes[$0] }) else { break }
      layout[place] += 1
      for later in layout.indices.dropFirst(place + 1) { layout[later] = 0 }
    }
    self.contents = contents
  }
}
