import Learning
import Probability
import StoreData
import TestSupport
import Testing

/// A catalogue with every field present or not, and texts that need quoting.
private func randomCatalogue(_ generator: inout SeededGenerator, tabs: Bool) throws -> Catalogue {
  let pieces =
    ["a", "Bohrer", "\"", ",", ";", " ", "é", "東京", "\\", "{", "'", "\u{7F}", "0", "-1.5"]
    + (tabs ? ["\n", "\t"] : [])
  func text() -> String {
    "x"
      + (0..<generator.integer(below: 12)).map { _ in pieces[generator.integer(below: pieces.count)] }
      .joined() + "y"
  }
  func maybe<Value>(_ value: () -> Value) -> Value? { generator.uniform() < 0.5 ? value() : nil }
  return try Catalogue(
    (0..<200).map { number in
      var product = Product(id: "id-\(number)", title: text())
      product.description = maybe { text() } ?? ""
      product.brand = maybe { text() }
      product.category = maybe { ["Tools", "Drills & Drivers"] } ?? []
      product.price = maybe { Double(generator.integer(below: 100_000)) / 100 }
      product.cost = maybe { generator.uniform() * 1e6 }
      for _ in 0..<generator.integer(below: 4) {
        let values: [AttributeValue] = [
          .text(text()), .number(-2.5), .number(20), .flag(true), .texts(["p", text()]),
        ]
        product.attributes[text()] = values[generator.integer(below: values.count)]
      }
      product.stock = maybe { generator.integer(below: 100) }
      product.markets = maybe { ["us", "de"] } ?? []
      product.group = maybe { "g" }
      product.released = maybe { Timestamp(milliseconds: Int64(generator.integer(below: 2_000_000_000_000))) }
      return product
    })
}

@Test(arguments: ["jsonl", "jsonl.gz", "csv", "csv.gz", "tsv"])
func `a written catalogue reads as it was`(_ ending: String) throws {
  var generator = SeededGenerator(seed: 5)
  for _ in 0..<5 {
    let catalogue = try randomCatalogue(&generator, tabs: ending.hasPrefix("json"))
    try withTemporaryFolder { folder in
      try catalogue.write(to: "\(folder)/c.\(ending)")
      let (again, report) = try Catalogue.read(contentsOf: "\(folder)/c.\(ending)")
      #expect(report.rejected == 0, "\(report.rejections)")
      #expect(again == catalogue)
    }
  }
}

@Test func `a category part that holds the separator is written as a list`() throws {
  var product = Product(id: "1", title: "t")
  product.category = ["a > b", "c"]
  try withTemporaryFolder { folder in
    try Catalogue([product]).write(to: "\(folder)/c.jsonl")
    #expect(try Catalogue.read(contentsOf: "\(folder)/c.jsonl").value.products == [product])
  }
}

@Test func `line breaks in CSV come back, tabs in TSV are refused`() throws {
  var product = Product(id: "1", title: "two\nlines")
  try withTemporaryFolder { folder in
    try Catalogue([product]).write(to: "\(folder)/c.csv")
    #expect(try Catalogue.read(contentsOf: "\(folder)/c.csv").value.products == [product])
    product.title = "a\tb"
    #expect(throws: InvalidInput.self) { try Catalogue([product]).write(to: "\(folder)/c.tsv") }
    #expect(try files(inFolder: folder) == ["c.csv"])
  }
}

@Test func `a catalogue has every id once`() {
  let error = #expect(throws: InvalidInput.self) {
    try Catalogue([Product(id: "a", title: "1"), Product(id: "", title: "2"), Product(id: "a", title: "3")])
  }
  #expect(
    error?.description == """
      product 1: given an empty id, expected an id
      product 2: given an id that an earlier product has, expected unique ids
      """)
}

@Test func `attributes are a dictionary whose names ascend`() {
  var attributes: Attributes = ["b": 2, "a": "x", "b": 3]
  #expect(attributes.map(\.name) == ["a", "b"] && attributes["b"] == 2)
  attributes["c"] = true
  attributes["a"] = nil
  attributes["b"] = 5
  attributes["none"] = nil
  #expect(attributes == ["c": true, "b": 5] && attributes["a"] == nil)
  #expect(Attributes([("z", 1), ("y", 2), ("x", 3), ("y", 4)]).map(\.name) == ["x", "y", "z"])
}
