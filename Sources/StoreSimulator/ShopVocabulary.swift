/// The words of the sample shop: departments, product types, attributes and how shoppers speak of them.
struct ShopVocabulary: Sendable {
  /// A property that products of some types have.
  struct Attribute: Sendable {
    /// The name in the catalogue.
    let name: String
    /// "V" and "Volt" for numbers; nil for texts.
    let unit: (short: String, long: String)?
    let values: [String]
  }

  /// A leaf of the category tree that products hang on.
  struct ProductType: Sendable {
    /// Department, group, type.
    let path: [String]
    /// What sellers call it, the usual one first.
    let nouns: [String]
    /// What some shoppers call it and no seller does.
    let slang: [String]
    /// Positions in `attributes`, the most asked for first.
    let attributes: [Int]
    /// Position in this type's `attributes` of the one that makes a fourth level, if any.
    let levelAttribute: Int?
    let prices: ClosedRange<Double>
    let titlePhrases: [String]
    let uses: [String]

    var department: String { path[0] }
  }

  let attributes: [Attribute]
  let types: [ProductType]

  /// The words, read once; they are part of the program, so a mistake in them is a programmer's.
  static let standard = ShopVocabulary()

  private init() {
    var attributes: [Attribute] = []
    var keys: [String: Int] = [:]
    for line in Self.attributeLines.split(separator: "\n") {
      let sides = line.parts("=")
      let parts = sides[1].parts("|", keepingEmpty: true)
      let unit = parts[1].parts(",")
      keys[sides[0]] = attributes.count
      attributes.append(
        Attribute(
          name: parts[0], unit: unit.count == 2 ? (unit[0], unit[1]) : nil, values: parts[2].parts(",")))
    }
    var phrases: [String: (titles: [String], uses: [String])] = [:]
    for line in Self.phraseLines.split(separator: "\n") {
      let parts = line.parts("|")
      phrases[parts[0]] = (parts[1].parts(","), parts[2].parts(","))
    }
    self.attributes = attributes
    types = Self.categoryLines.split(separator: "\n").map { line in
      let parts = line.parts("|")
      let path = parts[0].parts(">")
      let names = parts[3].parts(",")
      let prices = parts[4].parts(",").compactMap(Double.init)
      return ProductType(
        path: path, nouns: parts[1].parts(","), slang: parts[2].parts(","),
        attributes: names.map { keys[$0.last == "*" ? String($0.dropLast()) : $0]! },
        levelAttribute: names.firstIndex { $0.last == "*" }, prices: prices[0]...prices[1],
        titlePhrases: phrases[path[0]]!.titles, uses: phrases[path[0]]!.uses)
    }
  }
}

extension StringProtocol {
  /// The parts between separators, without spaces around them.
  fileprivate func parts(_ separator: Character, keepingEmpty: Bool = false) -> [String] {
    split(separator: separator, omittingEmptySubsequences: !keepingEmpty).map { part in
      let start = part.drop { $0 == " " }
      return String(start.prefix(start.count - start.reversed().prefix { $0 == " " }.count))
    }
  }
}
