import LinearAlgebra
import StoreData
import TestSupport
import Testing

@Test func `JSON Lines give typed fields under any of their names`() throws {
  let (catalogue, report) = try Catalogue.read(contentsOf: fixtures() + "/catalogue/products.jsonl")
  try #require(catalogue.products.map(\.id) == ["D-20", "17", "nothing but text"])
  let drill = try #require(catalogue[id: "D-20"])
  #expect(drill.title == "Norvex 20V Cordless Drill" && drill.brand == "Norvex")
  #expect(drill.category == ["Tools", "Power Tools", "Drills"])
  #expect(drill.price == 99.5 && drill.cost == 61 && drill.stock == 12)
  #expect(
    drill.attributes == [
      "voltage": 20, "colour": "Blue", "cordless": true, "bits": .texts(["wood", "metal"]),
    ])
  #expect(drill.markets == ["us", "ca"] && drill.group == "D")
  #expect(drill.released?.description == "2024-03-01T00:00:00Z")

  let desk = try #require(catalogue[id: "17"])
  #expect(desk.title == "Oak Desk 48″ \"Solid\"" && desk.description == "A desk.\nTwo drawers.")
  #expect(desk.brand == "Talmer & Söhne" && desk.category == ["Furniture", "Desks"])
  #expect(desk.price == 249 && desk.stock == 1 && desk.released == Timestamp("2025-01-01"))
  #expect(catalogue.products[2].title.isEmpty && catalogue.position(of: "nothing but text") == 2)
  #expect(catalogue.position(of: "none") == nil)

  #expect(report.accepted == 3 && report.rejected == 5 && report.ignoredFields == ["unknown": 1])
  #expect(
    rejections(report) == [
      "line 5: product_id: given an id that product 1 of the file has, expected unique ids",
      "line 6: price: given a text that is not a decimal number, expected a decimal number",
      "line 7: title: given nothing, and no other text, expected a title or other text",
      "line 8: given a list, expected one JSON object a line",
      "line 9: given text that is not JSON, expected one JSON object a line",
    ])
}

@Test func `a packed catalogue reads as the plain one`() throws {
  let plain = try Catalogue.read(contentsOf: fixtures() + "/catalogue/products.jsonl")
  let packed = try Catalogue.read(contentsOf: fixtures() + "/catalogue/products.jsonl.gz")
  #expect(plain.value == packed.value && plain.report.rejections == packed.report.rejections)
}

@Test func `CSV has quoted separators, quotes and line breaks, and a stray quote costs one line`() throws {
  let (catalogue, report) = try Catalogue.read(contentsOf: fixtures() + "/catalogue/products.csv")
  try #require(catalogue.products.map(\.id) == ["1", "2", "6"])
  let drill = catalogue.products[0]
  #expect(drill.title == "Drill, 20V \"Pro\"" && drill.category == ["Tools", "Drills"])
  #expect(drill.attributes == ["voltage": 20, "size": "Large"] && drill.markets == ["us", "ca"])
  #expect(catalogue.products[1].title == "Two\nlines")
  #expect(catalogue.products[2].price == 19 && report.ignoredFields == ["note": 1])
  #expect(
    rejections(report) == [
      "line 5: row: given 3 fields, expected 9 as in the header",
      "line 6: given a quote that is never closed, expected fields as in RFC 4180",
      "line 7: price: given a negative number, expected 0 or more",
    ])
}

@Test func `tab-separated text has no quotes`() throws {
  let (catalogue, report) = try Catalogue.read(contentsOf: fixtures() + "/catalogue/products.tsv")
  #expect(catalogue.products.map(\.title) == ["12\" Pipe \"black\"", "Brass Elbow"])
  #expect(catalogue.products[0].price == 3.5)
  #expect(rejections(report) == ["line 4: row: given 4 fields, expected 3 as in the header"])
}

@Test func `values of the wrong kind name their field`() throws {
  let cases = [
    (#"{"id":"a","title":5}"#, "title: given a number, expected a text"),
    (#"{"id":1.5,"title":"x"}"#, "id: given a number, expected a text or a whole number"),
    (#"{"id":"","title":"x"}"#, "product_id: given nothing, expected an id"),
    (#"{"title":"x"}"#, "product_id: given nothing, expected an id"),
    (
      #"{"id":"a\u0001b","title":"x"}"#,
      "product_id: given 3 bytes, expected 1 to 512 bytes without control characters"
    ),
    (#"{"id":"a","title":"x","price":-1}"#, "price: given a negative number, expected 0 or more"),
    (
      #"{"id":"a","title":"x","price":"NaN"}"#,
      "price: given a text that is not a decimal number, expected a decimal number"
    ),
    (#"{"id":"a","title":"x","cost":true}"#, "cost: given true or false, expected a decimal number"),
    (
      #"{"id":"a","title":"x","stock":1.5}"#,
      "stock: given a number that is not whole or is negative, expected a whole number, 0 or more, or true or false"
    ),
    (
      #"{"id":"a","title":"x","stock":1e300}"#,
      "stock: given a number that is not whole or is negative, expected a whole number, 0 or more, or true or false"
    ),
    (
      #"{"id":"a","title":"x","category":[1]}"#,
      "category: given a list with a number, expected a list of texts"
    ),
    (
      #"{"id":"a","title":"x","released":"soon"}"#,
      "released: given a value that is not a date, expected ISO 8601 or milliseconds since 1970"
    ),
    (#"{"id":"a","title":"x","attributes":[]}"#, "attributes: given a list, expected an object"),
    (
      #"{"id":"a","title":"x","attributes":{"b":{}}}"#,
      "attributes: given an object inside, expected texts, numbers, true or false, or lists of texts"
    ),
    (
      #"{"id":"a","title":"x","price":1e999}"#,
      "given a number that 64 bits cannot hold, expected a smaller one"
    ),
    (
      String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000),
      "given JSON nested more than 1,024 deep, expected less"
    ),
    ("17", "given a number, expected one JSON object a line"),
  ]
  for (line, reason) in cases {
    let (catalogue, report) = try read(Catalogue.self, "{}\n" + line)
    #expect(catalogue.count == 0)
    #expect(rejections(report).last == "line 2: \(reason)", "\(line)")
  }
}

@Test func `a field that is empty under its best name is taken from the next`() throws {
  let (catalogue, _) = try read(
    Catalogue.self,
    #"{"short_description":"short","description":" ","sku":"b","product_id":"a","title":"t"}"# + "\n"
      + #"{"description":"long","short_description":"short","id":"c","name":null,"product_title":"u"}"#)
  #expect(catalogue.products.map(\.id) == ["a", "c"])
  #expect(catalogue.products.map(\.description) == ["short", "long"] && catalogue.products[1].title == "u")
}

@Test func `text that is not UTF-8 is repaired inside JSON`() throws {
  let line = Array(#"{"id":"a","title":"caf"#.utf8) + [0xE9, 0x20, 0xFF] + Array(#" x"}"#.utf8)
  let (catalogue, report) = try Catalogue.read(from: ByteSource(bytes: line, name: "latin"))
  #expect(report.rejected == 0 && catalogue.products.first?.title == "caf\u{FFFD} \u{FFFD} x")
}

@Test func `a table without a column of ids is refused as a whole`() throws {
  let error = #expect(throws: FileFormatError.self) { try read(Catalogue.self, "name;price\nx;1\n") }
  #expect(
    error?.description
      == "text, line 1: given a header without a column for ids, expected JSON Lines, or a header with product_id "
      + "(or id, uid, sku) and title. Add a header line such as product_id,title,brand,price.")
  #expect(try read(Catalogue.self, "").report.accepted == 0)
  #expect(try read(Catalogue.self, "id;title\n\n1;Saw\n").value.products.map(\.title) == ["Saw"])
}

@Test func `rejected lines are counted, listed up to a limit and written on request`() throws {
  try withTemporaryFolder { folder in
    var options = ReadOptions()
    options.listedRejections = 2
    options.rejectsPath = "\(folder)/rejects.jsonl"
    let (_, report) = try read(Catalogue.self, "{\"id\":1}\n{\n{\"x\"\n", options: options)
    #expect(report.rejected == 3 && report.rejections.count == 2)
    let written = String(decoding: try bytes(ofFile: "\(folder)/rejects.jsonl"), as: UTF8.self)
    #expect(
      written.split(separator: "\n").first
        == #"{"line":1,"reason":"title: given nothing, and no other text, expected a title or other text","text":"{\"id\":1}"}"#
    )
    #expect(written.split(separator: "\n").count == 3)
    let error = #expect(throws: FileFormatError.self) { try report.requireAcceptedLines() }
    #expect(error?.place == "line 1" && error?.given == "3 lines of which none is usable")
  }
}

@Test func `quotes that are never closed cannot make reading quadratic`() throws {
  var text = "id,title\n"
  for i in 0..<2000 { text += "\(i),\"open,\(i)\n" }
  var options = ReadOptions()
  options.maximumLineBytes = 4096
  // Every second quote closes the one before and is followed by text.
  do {
    let (_, report) = try read(Catalogue.self, text, options: options)
    #expect(report.rejected + report.accepted <= 2000)
  } catch let error as FileFormatError {
    #expect(error.given == "too many quotes that are never closed")
  }
}

@Test(.enabled(if: SharedData.isAvailable("icecat")))
func `the Icecat catalogue reads without a rejected line`() throws {
  let path = try #require(SharedData.path("icecat"))
  let (catalogue, report) = try Catalogue.read(contentsOf: path + "/products.jsonl.gz")
  #expect(catalogue.count == 19_406 && report.rejected == 0 && report.ignoredFields.isEmpty)
  #expect(Set(catalogue.products.compactMap(\.brand)).count == 161)
  #expect(try QuerySet.read(contentsOf: path + "/queries.tsv.gz").value.queries.count == 68)
  #expect(try RelevanceJudgments.read(contentsOf: path + "/qrels.gz").value.count == 1796)
}

@Test(.enabled(if: SharedData.isAvailable("homedepot")))
func `the Home Depot files read without a rejected line`() throws {
  let path = try #require(SharedData.path("homedepot"))
  let (catalogue, report) = try Catalogue.read(contentsOf: path + "/products.tsv.gz")
  #expect(catalogue.count == 54_667 && report.rejected == 0)
  let (clicks, pairs) = try ClickLog.read(contentsOf: path + "/pairs.train.tsv.gz")
  #expect(clicks.entries.count == 9434 && pairs.accepted == 59_192)
  let (judgments, _) = try RelevanceJudgments.read(contentsOf: path + "/validation.qrels.gz")
  #expect(judgments.count == 7393 && judgments.queries.count == 1179)
}
