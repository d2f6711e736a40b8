internal import Learning

/// Something of an item that others share, such as its category.
public struct ItemAttribute: Sendable, Equatable, Codable {
  /// Its name.
  public var name: String

  /// How many values it has.
  public var values: Int

  /// Creates an attribute.
  public init(_ name: String, values: Int) {
    self.name = name
    self.values = values
  }
}

/// A division of visitors, such as members by age.
public struct VisitorSegment: Sendable, Equatable, Codable {
  /// Its name.
  public var name: String

  /// How many values it has.
  public var values: Int

  /// Whether contents of a format are liked differently in it; kinds of items always are.
  public var touchesContents: Bool

  /// Creates a segment.
  public init(_ name: String, values: Int, touchesContents: Bool = false) {
    self.name = name
    self.values = values
    self.touchesContents = touchesContents
  }
}

/// An item that a callout can be about.
public struct CalloutItem: Sendable, Equatable, Codable {
  /// The value of each attribute.
  public var attributes: [Int]

  /// Its kind, such as benefit or product: the only thing of an item that decides which format suits it.
  public var kind: Int

  /// Creates an item.
  public init(attributes: [Int], kind: Int) {
    self.attributes = attributes
    self.kind = kind
  }
}

/// What is known of a visitor.
public struct CalloutVisitor: Sendable, Hashable, Codable {
  /// The value of each segment.
  public var segments: [Int]

  /// Values of the first attribute, the category, that the visitor favours.
  public var favourites: [Int]

  /// Creates a visitor.
  public init(segments: [Int], favourites: [Int] = []) {
    self.segments = segments
    self.favourites = favourites
  }
}

/// What callouts are made of: an item in a format, for a visitor.
///
/// Features, each group with a spread of its own: intercept, favourite (the item's category is one of the visitor's), attributes,
/// contents of the format, pairs of contents, content x kind, content x segment, kind x segment, and the item itself. Items come
/// last, since new ones come all the time.
public struct CalloutSpace: Sendable, Equatable {
  /// Attributes of items; the first one is the category.
  public let attributes: [ItemAttribute]

  /// How many kinds of items there are.
  public let kinds: Int

  /// The formats.
  public let formats: LayoutSpace

  /// Divisions of visitors.
  public let segments: [VisitorSegment]

  /// The contents of each format, and its features of contents and pairs.
  let layouts: [[Int]]
  let contentFeatures: [[Int]]

  /// The group of each feature but those of items.
  let groups: [Int]

  /// Names of the groups; the last one is the item itself.
  public let groupNames: [String]

  let attributeOrder: [Int]
  let contentKindOrder: Int
  let contentSegmentOrder: [Int?]
  let kindSegmentOrder: [Int]

  /// Feature of the first item.
  let itemOrder: Int

  /// Creates a space.
  ///
  /// - Throws: ``InvalidInput`` listing what is wrong.
  public init(
    attributes: [ItemAttribute], kinds: Int, formats: LayoutSpace, segments: [VisitorSegment] = []
  ) throws {
    var problems = Violations()
    problems.require(!attributes.isEmpty, "attributes", given: "none", expected: "at least the category")
    problems.require((1...100).contains(kinds), "kinds", given: kinds, expected: "1 to 100")
    for one in attributes {
      problems.require(
        (1...100_000).contains(one.values), "values of \(one.name)", given: one.values,
        expected: "1 to 100000")
    }
    for one in segments {
      problems.require(
        (1...1000).contains(one.values), "values of \(one.name)", given: one.values, expected: "1 to 1000")
    }
    let count = formats.layoutCount
    problems.require(
      count != nil && count != 0 && formats.context.isEmpty, "formats",
      given: count.map { "\($0) formats\(formats.context.isEmpty ? "" : " with context")" }
        ?? "too many to list",
      expected: "1 to \(LayoutSpace.largestListed) formats without context")
    try problems.throwIfAny()
    (self.attributes, self.kinds, self.formats, self.segments) = (attributes, kinds, formats, segments)
    layouts = (0..<(count ?? 0)).compactMap { formats.layout($0) }
    var (groups, names) = ([0, 1], ["intercept", "favourite"])
    func take(_ size: Int, _ name: String) -> Int {
      defer {
        groups.append(contentsOf: repeatElement(names.count, count: size))
        names.append(name)
      }
      return groups.count
    }
    attributeOrder = attributes.map { take($0.values, $0.name) }
    // Contents and pairs as the formats number them, without their intercept.
    let contents = formats.sizes.reduce(0, +)
    let first = take(contents, "content") - 1
    _ = take(formats.featureCount - 1 - contents, "pair")
    contentFeatures = layouts.map { layout in
      formats.features(of: layout, pairs: true).indices.dropFirst().map { Int($0) + first }
    }
    contentKindOrder = take(contents * kinds, "content x kind")
    contentSegmentOrder = segments.map {
      $0.touchesContents ? take(contents * $0.values, "content x \($0.name)") : nil
    }
    kindSegmentOrder = segments.map { take(kinds * $0.values, "kind x \($0.name)") }
    (self.groups, itemOrder, groupNames) = (groups, groups.count, names + ["item"])
  }

  /// How many formats there are.
  public var formatCount: Int { layouts.count }

  /// The group of items.
  var itemGroup: Int { groupNames.count - 1 }

  /// Everything that keeps an item from being shown.
  func violations(_ item: CalloutItem) -> [Violation] {
    var problems = Violations()
    problems.require(
      item.attributes.count == attributes.count
        && zip(item.attributes, attributes).allSatisfy { $0 >= 0 && $0 < $1.values },
      "attributes", given: "\(item.attributes.count) values, one of them possibly out of range",
      expected: "a value in range for each of \(attributes.map(\.name).joined(separator: ", "))")
    problems.require(
      (0..<kinds).contains(item.kind), "kind", given: item.kind, expected: "0 to \(kinds - 1)")
    return problems.all
  }

  /// Everything that keeps a visitor from being served.
  func violations(_ visitor: CalloutVisitor) -> [Violation] {
    var problems = Violations()
    problems.require(
      visitor.segments.count == segments.count
        && zip(visitor.segments, segments).allSatisfy { $0 >= 0 && $0 < $1.values },
      "segments", given: "\(visitor.segments.count) values, one of them possibly out of range",
      expected: "a value in range for each of \(segments.map(\.name).joined(separator: ", "))")
    problems.require(
      visitor.favourites.allSatisfy { $0 >= 0 && $0 < attributes[0].values }, "favourites",
      given: "number \(visitor.favourites.max() ?? 0)", expected: "0 to \(attributes[0].values - 1)")
    return problems.all
  }

  /// Calls `body` with every feature of an item in a format for a visitor.
  func forEachFeature(
    _ number: Int, _ item: CalloutItem, format: Int, _ visitor: CalloutVisitor, _ body: (Int) -> Void
  ) {
    body(0)
    if visitor.favourites.contains(item.attributes[0]) { body(1) }
    for (order, value) in zip(attributeOrder, item.attributes) { body(order + value) }
    forEachFormatFeature(format, kind: item.kind, visitor, body)
    for (segment, value) in visitor.segments.enumerated() {
      body(kindSegment(item.kind, segment, value))
    }
    body(itemOrder + number)
  }

  /// Calls `body` with the features that a format has for a kind and a visitor.
  func forEachFormatFeature(
    _ format: Int, kind: Int, _ visitor: CalloutVisitor, _ body: (Int) -> Void
  ) {
    for feature in contentFeatures[format] { body(feature) }
    var first = 0
    for (size, content) in zip(formats.sizes, layouts[format]) {
      let number = first + content
      body(contentKindOrder + number * kinds + kind)
      for (segment, order) in contentSegmentOrder.enumerated() {
        if let order { body(order + number * segments[segment].values + visitor.segments[segment]) }
      }
      first += size
    }
  }

  /// The feature of a kind together with a value of a segment.
  func kindSegment(_ kind: Int, _ segment: Int, _ value: Int) -> Int {
    kindSegmentOrder[segment] + kind * segments[segment].values + value
  }
}
