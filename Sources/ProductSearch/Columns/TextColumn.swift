internal import Learning
internal import LinearAlgebra
internal import TextFeatures

/// The texts that products have in one field: brands, categories, colours.
///
/// Each distinct text has a number; texts that differ in letter case or accents alone are one.
struct TextColumn: Sendable {
  /// Values of more than one in so many products are kept as bitmaps too: setting their bits one by one takes longer.
  static let denseShare = 16

  /// The values as they stand in the catalogue, the first spelling of each.
  private let values: StoredStrings
  /// The normalised values, under the same numbers.
  private let keys: Vocabulary
  /// One more offset than products, into `ofProducts`.
  private let productOffsets: StoredArray<UInt32>
  private let ofProducts: StoredArray<UInt32>
  /// One more offset than values, into `holders`.
  private let holderOffsets: StoredArray<UInt32>
  private let holders: StoredArray<UInt32>
  /// Values that are kept as bitmaps, ascending, and their bitmaps one behind the other.
  private let dense: StoredArray<UInt32>
  private let denseWords: StoredArray<UInt64>
  /// Values of the products that were added since, with those that no product had before.
  private var added = AddedTexts()

  /// What came since the arrays were made.
  private struct AddedTexts: Sendable {
    var values: [String] = []
    var numbers: [String: UInt32] = [:]
    var ofProducts: [[UInt32]] = []
  }

  /// Number of products of the arrays.
  private var stored: Int { productOffsets.count - 1 }

  /// Number of products.
  var products: Int { stored + added.ofProducts.count }

  /// Number of values.
  var valueCount: Int { values.count + added.values.count }

  /// A value as it stands in the catalogue.
  func value(_ number: Int) -> String {
    number < values.count ? values[number] : added.values[number - values.count]
  }

  /// The number of a value in the form of ``key(_:)``.
  func number(ofKey key: String) -> Int? { keys.id(of: key) ?? added.numbers[key].map { Int($0) } }

  /// The form in which values are compared.
  static func key(_ value: String) -> String {
    var normalizer = TextNormalizer()
    (normalizer.joinsUnits, normalizer.splitsCodes) = (false, false)
    let key = normalizer.normalize(value).split(separator: " ").joined(separator: " ")
    return key.isEmpty ? value : key
  }

  /// Collects the texts of each product.
  init(_ texts: [[String]]) {
    var numbers: [String: UInt32] = [:]
    var keyNumbers: [String: UInt32] = [:]
    var (values, keys): ([String], [String]) = ([], [])
    var (offsets, ofProducts): ([UInt32], [UInt32]) = ([0], [])
    for texts in texts {
      var own: [UInt32] = []
      for text in texts where !text.isEmpty {
        let number: UInt32
        if let known = numbers[text] {
          number = known
        } else {
          let key = Self.key(text)
          number = keyNumbers[key] ?? UInt32(values.count)
          if keyNumbers.updateValue(number, forKey: key) == nil {
            values.append(text)
            keys.append(key)
          }
          numbers[text] = number
        }
        if !own.contains(number) { own.append(number) }
      }
      ofProducts += own
      offsets.append(UInt32(ofProducts.count))
    }
    var holderOffsets = [UInt32](repeating: 0, count: values.count + 1)
    for number in ofProducts { holderOffsets[Int(number) + 1] += 1 }
    for value in values.indices { holderOffsets[value + 1] += holderOffsets[value] }
    var next = holderOffsets
    var holders = [UInt32](repeating: 0, count: ofProducts.count)
    for product in texts.indices {
      for place in Int(offsets[product])..<Int(offsets[product + 1]) {
        let value = Int(ofProducts[place])
        holders[Int(next[value])] = UInt32(product)
        next[value] += 1
      }
    }
    let dense = values.indices.filter {
      Int(holderOffsets[$0 + 1] - holderOffsets[$0]) > texts.count / Self.denseShare
    }
    self.values = StoredStrings(values)
    self.keys = Vocabulary(words: keys)
    productOffsets = StoredArray(offsets)
    self.ofProducts = StoredArray(ofProducts)
    self.holderOffsets = StoredArray(holderOffsets)
    self.holders = StoredArray(holders)
    self.dense = StoredArray(dense.map { UInt32($0) })
    var words: [UInt64] = []
    for value in dense {
      let range = Int(holderOffsets[value])..<Int(holderOffsets[value + 1])
      words += ProductBitmap(products: texts.count, holders[range].lazy.map { Int($0) }).words
    }
    denseWords = StoredArray(words)
  }

  /// The numbers of a product's values.
  func values(of product: Int) -> [UInt32] {
    if product >= stored { return added.ofProducts[product - stored] }
    return Self.range(productOffsets, product, ofProducts.count).map { ofProducts[$0] }
  }

  /// How many products have a value.
  func holderCount(of value: Int) -> Int {
    (value < values.count ? Self.range(holderOffsets, value, holders.count).count : 0)
      + added.ofProducts.count { $0.contains(UInt32(value)) }
  }

  /// Adds the products that have a value to the bits of a catalogue.
  func add(holdersOf value: Int, to words: UnsafeMutableBufferPointer<UInt64>) {
    if value < values.count {
      addStored(holdersOf: value, to: UnsafeMutableBufferPointer(rebasing: words.prefix((stored + 63) / 64)))
    }
    for (place, numbers) in added.ofProducts.enumerated() where numbers.contains(UInt32(value)) {
      words[(stored + place) >> 6] |= 1 << UInt64((stored + place) & 63)
    }
  }

  private func addStored(holdersOf value: Int, to words: UnsafeMutableBufferPointer<UInt64>) {
    let place = dense.indices.lowerBound { dense[$0] >= value }
    if place < dense.count, Int(dense[place]) == value, denseWords.count >= (place + 1) * words.count {
      let bits = denseWords.unsafeBaseAddress + place * words.count
      for i in words.indices { words[i] |= bits[i] }
      return
    }
    let limit = stored
    for place in Self.range(holderOffsets, value, holders.count) {
      let product = Int(holders.unsafeBaseAddress[place])
      if product < limit { words[product >> 6] |= 1 << UInt64(product & 63) }
    }
  }

  /// How many products of a set have each value.
  func counts(in set: ProductBitmap) -> [Int] {
    var counts = [Int](repeating: 0, count: valueCount)
    let stored = stored
    let (offsets, numbers) = (productOffsets.unsafeBaseAddress, ofProducts.unsafeBaseAddress)
    counts.withUnsafeMutableBufferPointer { counts in
      set.forEach { product in
        if product >= stored {
          for number in added.ofProducts[product - stored] { counts[Int(number)] += 1 }
          return
        }
        let (start, end) = (Int(offsets[product]), Int(offsets[product + 1]))
        if end > ofProducts.count { return }
        for place in stride(from: start, to: end, by: 1) {
          let number = Int(numbers[place])
          if number < counts.count { counts[number] += 1 }
        }
      }
    }
    return counts
  }

  /// The range between two offsets; empty where an altered file names what is not there.
  private static func range(_ offsets: StoredArray<UInt32>, _ place: Int, _ count: Int) -> Range<Int> {
    let (start, end) = (Int(offsets[place]), Int(offsets[place + 1]))
    return start <= end && end <= count ? start..<end : 0..<0
  }
}

extension TextColumn {
  /// Adds the texts of products behind all others.
  mutating func append(_ products: [[String]]) {
    for texts in products {
      var own: [UInt32] = []
      for text in texts where !text.isEmpty {
        let key = Self.key(text)
        let number = number(ofKey: key).map { UInt32($0) } ?? UInt32(valueCount)
        if Int(number) == valueCount {
          added.values.append(text)
          added.numbers[key] = number
        }
        if !own.contains(number) { own.append(number) }
      }
      added.ofProducts.append(own)
    }
  }

  /// The column of some products alone.
  func merging(keeping kept: [Int]) -> TextColumn {
    TextColumn(kept.map { values(of: $0).map { value(Int($0)) } })
  }

  /// Writes the column into an archive.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.section("values") { try values.write(to: &$0) }
    try writer.section("keys") { try keys.write(to: &$0) }
    try writer.add("productOffsets", array: productOffsets)
    try writer.add("ofProducts", array: ofProducts)
    try writer.add("holderOffsets", array: holderOffsets)
    try writer.add("holders", array: holders)
    try writer.add("dense", array: dense)
    try writer.add("denseWords", array: denseWords)
  }

  /// Maps a column of so many products in an archive.
  init(archive: ModelArchive, products: Int) throws {
    values = try StoredStrings(from: archive.section("values"))
    keys = try Vocabulary(from: archive.section("keys"))
    productOffsets = try archive.array("productOffsets", of: UInt32.self, count: products + 1)
    ofProducts = try archive.array("ofProducts", of: UInt32.self)
    holderOffsets = try archive.array("holderOffsets", of: UInt32.self, count: values.count + 1)
    holders = try archive.array("holders", of: UInt32.self)
    dense = try archive.array("dense", of: UInt32.self)
    denseWords = try archive.array("denseWords", of: UInt64.self)
    guard keys.count == values.count else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "keys", given: "\(keys.count) keys",
        expected: "\(values.count) as values", advice: "The model is altered; train it again.")
    }
  }
}
