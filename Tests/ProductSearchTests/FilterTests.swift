import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import ProductSearch

/// Reading, writing and refusing filters.
@Suite struct FilterExpressionTests {
  @Test(arguments: [
    (
      #"brand:"Ryobi" AND price:[20 TO 50] AND (stock:true OR market:de)"#,
      #"brand:Ryobi AND price:[20 TO 50] AND (stock:true OR market:de)"#
    ),
    ("a:1 b:2 OR c:3", "a:1 AND b:2 OR c:3"),
    ("NOT (a:1 OR NOT b:2)", "NOT (a:1 OR NOT b:2)"),
    ("(a:1 OR b:2) c:3", "(a:1 OR b:2) AND c:3"),
    ("price:{1.5 TO *]", "price:{1.5 TO *]"),
    ("price:[* TO 9}", "price:[* TO 9}"),
    ("released:[2025-01-31 TO *]", "released:[20250131 TO *]"),
    (#"category:"Tools > Drills""#, #"category:"Tools > Drills""#),
    (#"brand:"a \"b\" \\""#, #"brand:"a \"b\" \\""#),
    (#""blade length":7"#, #""blade length":7"#),
    ("  brand : Ryobi  ", "brand:Ryobi"),
    ("((a:1))", "a:1"),
    (#"a:"AND""#, #"a:"AND""#),
    ("ANDROID:1 ORANGE:2", "ANDROID:1 AND ORANGE:2"),
    ("brand:Bösch", "brand:Bösch"),
  ])
  func `an expression is read and written in one spelling`(text: String, written: String) throws {
    let read = try FilterExpression(text)
    #expect(read.description == written)
    #expect(try FilterExpression(read.description) == read)
  }

  @Test(arguments: [
    ("", "its end, expected a field"), ("brand", "its end, expected a colon after the field"),
    ("brand:", "its end, expected a value"), (":x", "something else at byte 1, expected a field"),
    ("a:1 AND", "its end, expected a field"), ("a:1 OR OR b:2", "something else at byte 8, expected a field"),
    ("(a:1", "its end, expected a closing parenthesis"),
    ("a:1)", "something else at byte 4, expected the end, AND or OR"),
    ("price:[1 2]", "something else at byte 10, expected TO between two bounds"),
    ("price:[x TO 2]", "something else at byte 8, expected a number or *"),
    ("price:[1 TO 2", "its end, expected ] or } after the range"),
    (#"a:"b"#, "its end, expected a closing quotation mark"), (#"a:"""#, "its end, expected a value"),
    ("NOT", "its end, expected a field"),
  ])
  func `what cannot be understood is told with its place`(text: String, problem: String) {
    #expect {
      try FilterExpression(text)
    } throws: { error in
      "\(error)"
        == "filter: given \(problem). For example brand:\"Ryobi\" AND price:[20 TO 50] AND NOT stock:false."
    }
  }

  @Test func `expressions that are too long or too deep are refused`() {
    #expect {
      try FilterExpression(String(repeating: "a:1 ", count: 3000))
    } throws: { "\($0)" == "filter: given 12000 bytes, expected at most 8192" }
    #expect {
      try FilterExpression(String(repeating: "(", count: 4000))
    } throws: {
      "\($0)" == "filter: given more than 64 levels, expected fewer levels of NOT and parentheses"
    }
  }

  @Test func `random texts are read or refused, never more`() {
    var generator = SeededGenerator(seed: 5)
    let pieces = [
      "a", ":", "\"", "[", "]", "{", "}", "(", ")", " AND ", " OR ", "NOT ", "TO", "*", "1", "\\", "é", " ",
      "\u{0}",
    ]
    for _ in 0..<5000 {
      let text = (0..<generator.integer(below: 14)).map { _ in
        pieces[generator.integer(below: pieces.count)]
      }.joined()
      if let read = try? FilterExpression(text) {
        #expect((try? FilterExpression(read.description)) == read, "\(text)")
      }
    }
  }
}

/// A catalogue with random properties, of which some products miss some.
struct PropertyShop {
  var data: ProductSearchData
  static let brands = ["Ryobi", "Makita", "Bosch", "Dewalt"]
  static let paths = [["Tools"], ["Tools", "Drills"], ["Tools", "Saws"], ["Garden", "Hoses"], ["Garden"]]
  static let colours = ["red", "blue", "green"]

  init(products count: Int, pairs: Int = 0, seed: UInt64) {
    let shop = GeneratedShop(products: count, pairs: pairs, seed: seed)
    data = shop.data
    var generator = SeededGenerator(seed: seed, stream: 9)
    for place in data.products.indices {
      func maybe<Value>(_ value: Value) -> Value? { generator.uniform() < 0.8 ? value : nil }
      data.products[place].brand = maybe(Self.brands[generator.integer(below: 4)]) ?? ""
      var properties = ProductProperties()
      properties.price = maybe((generator.uniform() * 10_000).rounded() / 100)
      properties.stock = maybe(generator.integer(below: 3))
      properties.released = maybe(20_240_101 + generator.integer(below: 28))
      properties.categoryPath = maybe(Self.paths[generator.integer(below: 5)]) ?? []
      properties.markets = [[], ["de"], ["us", "ca"]][generator.integer(below: 3)]
      properties.group = maybe("g\(generator.integer(below: max(1, count / 4)))")
      if let volts = maybe(Double(12 + 6 * generator.integer(below: 4))) {
        properties.attributes.append(.init("voltage", .number(volts)))
      }
      if let wireless = maybe(generator.integer(below: 2) == 0) {
        properties.attributes.append(.init("wireless", .flag(wireless)))
      }
      properties.attributes.append(
        .init("colour", .texts([Self.colours[generator.integer(below: 3)], "any"])))
      data.products[place].properties = properties
    }
  }

  /// A random expression together with what it means.
  static func expression(_ generator: inout SeededGenerator, depth: Int = 2) -> (
    text: String, holds: (SearchableProduct) -> Bool
  ) {
    if depth > 0, generator.uniform() < 0.5 {
      let (left, right) = (expression(&generator, depth: depth - 1), expression(&generator, depth: depth - 1))
      switch generator.integer(below: 3) {
      case 0: return ("(\(left.text) AND \(right.text))", { left.holds($0) && right.holds($0) })
      case 1: return ("(\(left.text) OR \(right.text))", { left.holds($0) || right.holds($0) })
      default: return ("NOT \(left.text)", { !left.holds($0) })
      }
    }
    switch generator.integer(below: 9) {
    case 0:
      let brand = brands[generator.integer(below: 4)]
      return ("brand:\(brand.uppercased())", { $0.brand == brand })
    case 1:
      let path = paths[generator.integer(below: 5)]
      return (
        "category:\"\(path.joined(separator: " > "))\"", { $0.properties.categoryPath.starts(with: path) }
      )
    case 2:
      let (low, high) = (generator.integer(below: 50), 50 + generator.integer(below: 50))
      return (
        "price:[\(low) TO \(high)}",
        { $0.properties.price.map { $0 >= Double(low) && $0 < Double(high) } ?? false }
      )
    case 3: return ("stock:true", { ($0.properties.stock ?? 0) > 0 })
    case 4: return ("stock:false", { $0.properties.stock == 0 })
    case 5: return ("market:de", { $0.properties.markets.isEmpty || $0.properties.markets.contains("de") })
    case 6: return ("released:{2024-01-07 TO *]", { ($0.properties.released ?? 0) > 20_240_107 })
    case 7:
      return (
        "wireless:true",
        { $0.properties.attributes.contains { $0.name == "wireless" && $0.value == .flag(true) } }
      )
    default:
      return (
        "voltage:18",
        { $0.properties.attributes.contains { $0.name == "voltage" && $0.value == .number(18) } }
      )
    }
  }
}

/// Filters on columns, by brute force.
@Suite struct CatalogueColumnsTests {
  @Test(arguments: [1, 63, 64, 65, 700, 9000])
  func `filters allow exactly what they say`(count: Int) throws {
    let shop = PropertyShop(products: count, seed: UInt64(count))
    let columns = CatalogueColumns(shop.data)
    var generator = SeededGenerator(seed: 17)
    for _ in 0..<(count > 1000 ? 25 : 100) {
      let (text, holds) = PropertyShop.expression(&generator)
      let expression = try FilterExpression(text)
      guard columns.violations(of: expression).isEmpty else { continue }
      let allowed = columns.products(where: expression)
      let wanted = shop.data.products.indices.filter { holds(shop.data.products[$0]) }
      #expect(allowed == ProductBitmap(products: count, wanted), "\(text)")
      #expect(allowed.count == wanted.count)
    }
  }

  @Test func `a category is found by the last part of its path, and values whatever their case`() throws {
    let columns = CatalogueColumns(PropertyShop(products: 300, seed: 3).data)
    func count(_ text: String) throws -> Int { columns.products(where: try FilterExpression(text)).count }
    #expect(try count("category:drills") == count(#"category:"Tools > Drills""#))
    #expect(try count("category:drills") > 0 && count("category:tools") > count("category:drills"))
    #expect(try count("colour:RED") == count("colour:red") && count("colour:red") > 0)
    #expect(try count("colour:any") == 300 && count("colour:violet") == 0)
  }

  @Test func `fields and values that cannot be are told with what can`() throws {
    let columns = CatalogueColumns(PropertyShop(products: 300, seed: 3).data)
    let expression = try FilterExpression(
      #"size:3 AND price:cheap AND brand:[1 TO 2] AND price:[9 TO 2] AND wireless:maybe"#)
    #expect(
      columns.violations(of: expression).map(\.description) == [
        "filter: given the field size, expected one of brand, category, colour, group, market, price, released, stock,"
          + " voltage, wireless",
        "price: given a text, expected a number, true or false",
        #"brand: given a range, expected a text, as in brand:"...""#,
        "price: given price:[9 TO 2], expected a lower bound that is not above the upper one",
        "wireless: given a text, expected a number, true or false",
      ])
    let bare = CatalogueColumns(ProductSearchData(products: [SearchableProduct(id: "a", title: "b")]))
    #expect(
      bare.violations(of: try FilterExpression("brand:x")).map(\.description) == [
        "filter: given the field brand, expected no filter: no product has a field"
      ])
  }

  @Test func `columns survive an archive`() throws {
    let columns = CatalogueColumns(PropertyShop(products: 5000, pairs: 50, seed: 8).data)
    try withTemporaryFolder { folder in
      try ModelArchive.write(to: folder + "/m", kind: "columns") { try columns.write(to: &$0) }
      let archive = try ModelArchive(contentsOf: folder + "/m", kind: "columns")
      let opened = try CatalogueColumns(archive: archive, products: 5000)
      #expect(opened.fieldNames == columns.fieldNames)
      var generator = SeededGenerator(seed: 2)
      for _ in 0..<20 {
        let expression = try FilterExpression(PropertyShop.expression(&generator).text)
        #expect(opened.products(where: expression) == columns.products(where: expression))
      }
      for product in 0..<100 {
        #expect(opened.popularity.number(of: product) == columns.popularity.number(of: product))
      }
      #expect(throws: FileFormatError.self) { try CatalogueColumns(archive: archive, products: 4999) }
    }
  }

  @Test func `numbers of few and of all products are found again`() {
    let values: [Double?] = (0..<1000).map { $0 % 7 == 0 ? nil : Double($0 * 37 % 100) }
    for values in [values, values.map { $0 ?? 5 }, values.map { _ in nil }] {
      let column = NumberColumn(values)
      #expect(values.indices.allSatisfy { column.number(of: $0) == values[$0] })
      let all = ProductBitmap.all(of: 1000)
      for (low, high) in [(0.0, 99.0), (10, 10), (50, 40), (-5, 3)] {
        let range = NumberRange(lower: low, upper: high)
        #expect(column.count(range, in: all) == values.count { $0.map { range.contains($0) } ?? false })
      }
    }
  }
}
