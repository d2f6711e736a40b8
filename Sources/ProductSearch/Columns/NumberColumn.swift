internal import Learning
internal import LinearAlgebra

/// The numbers that products have in one field: prices, stocks, voltages, flags as 0 and 1.
///
/// For ranges the products are also kept in the order of their numbers, with the bitmap of everything below some of
/// its places: a range is the difference of two bitmaps and a few bits (range-encoded bitmap index; C. Chan,
/// Y. Ioannidis: "Bitmap Index Design and Evaluation", SIGMOD 1998).
struct NumberColumn: Sendable {
  /// Into how many parts the order is cut.
  private static let parts = 64

  /// Number of products of the arrays.
  private let stored: Int
  /// Whether the numbers stand for yes and no.
  let isFlag: Bool
  /// The products that have a number, ascending.
  private let holders: StoredArray<UInt32>
  /// Their numbers.
  private let numbers: StoredArray<Double>
  /// Places in `holders`, by number, then product.
  private let order: StoredArray<UInt32>
  /// For each part but the first the products of all parts before it, as bitmaps one behind the other.
  private let below: StoredArray<UInt64>
  /// The numbers of the products that were added since.
  private var added: [Double?] = []
  /// Numbers that were set since, nil where one was taken away.
  private var changed: [Int: Double?] = [:]

  init(_ values: [Double?], isFlag: Bool = false) {
    var (holders, numbers): ([UInt32], [Double]) = ([], [])
    for (product, value) in values.enumerated() {
      guard let value, value.isFinite else { continue }
      holders.append(UInt32(product))
      numbers.append(value)
    }
    let order = numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }.map { UInt32($0) }
    stored = values.count
    self.isFlag = isFlag
    self.holders = StoredArray(holders)
    self.numbers = StoredArray(numbers)
    self.order = StoredArray(order)
    let words = (values.count + 63) / 64
    // Few numbers are set one by one as fast.
    guard numbers.count > words else {
      below = StoredArray([UInt64]())
      return
    }
    var bits = [UInt64](repeating: 0, count: words)
    var below: [UInt64] = []
    let length = Self.partLength(numbers.count)
    for (place, holder) in order.enumerated() {
      if place > 0, place % length == 0 { below += bits }
      let product = Int(holders[Int(holder)])
      bits[product >> 6] |= 1 << UInt64(product & 63)
    }
    self.below = StoredArray(below)
  }

  private static func partLength(_ count: Int) -> Int { max(1, (count + parts - 1) / parts) }

  /// Number of products of the catalogue.
  var products: Int { stored + added.count }

  /// The number of a product.
  ///
  /// - Complexity: O(log n), O(1) where all products have one
  func number(of product: Int) -> Double? {
    if let number = changed[product] { return number }
    if product >= stored { return added[product - stored] }
    if holders.count == stored { return numbers[product] }
    let place = holders.indices.lowerBound { holders[$0] >= product }
    return place < holders.count && holders[place] == product ? numbers[place] : nil
  }

  /// The number at a place of the order.
  private func number(at place: Int) -> Double {
    let holder = Int(order[place])
    return holder < numbers.count ? numbers[holder] : .nan
  }

  /// The places in the order whose numbers lie in a range.
  func places(in range: NumberRange) -> Range<Int> {
    let start = order.indices.lowerBound {
      range.includesLower ? number(at: $0) >= range.lower : number(at: $0) > range.lower
    }
    let end = order.indices.lowerBound {
      range.includesUpper ? number(at: $0) > range.upper : number(at: $0) >= range.upper
    }
    return start..<max(start, end)
  }

  /// Sets the bits of the products whose numbers lie in a range, of a catalogue whose bits are all 0.
  func add(_ range: NumberRange, to words: UnsafeMutableBufferPointer<UInt64>) {
    addStored(range, to: UnsafeMutableBufferPointer(rebasing: words.prefix((stored + 63) / 64)))
    func set(_ product: Int, _ number: Double?) {
      let bit: UInt64 = 1 << UInt64(product & 63)
      words[product >> 6] &= ~bit
      if let number, range.contains(number) { words[product >> 6] |= bit }
    }
    for (place, number) in added.enumerated() { set(stored + place, number) }
    for (product, number) in changed { set(product, number) }
  }

  private func addStored(_ range: NumberRange, to words: UnsafeMutableBufferPointer<UInt64>) {
    let places = places(in: range)
    let length = Self.partLength(order.count)
    // Whole parts by their bitmaps, the rest one by one.
    let stored = words.isEmpty ? 0 : below.count / words.count
    let (first, last) = ((places.lowerBound + length - 1) / length, min(stored, places.upperBound / length))
    guard first < last else { return add(places, to: words) }
    let upper = below.unsafeBaseAddress + (last - 1) * words.count
    if first > 0 {
      let lower = below.unsafeBaseAddress + (first - 1) * words.count
      for i in words.indices { words[i] |= upper[i] & ~lower[i] }
    } else {
      for i in words.indices { words[i] |= upper[i] }
    }
    add(places.lowerBound..<(first * length), to: words)
    add((last * length)..<places.upperBound, to: words)
  }

  private func add(_ places: Range<Int>, to words: UnsafeMutableBufferPointer<UInt64>) {
    let (order, holders) = (order.unsafeBaseAddress, holders.unsafeBaseAddress)
    for place in places {
      let holder = Int(order[place])
      guard holder < self.holders.count else { continue }
      let product = Int(holders[holder])
      if product < stored { words[product >> 6] |= 1 << UInt64(product & 63) }
    }
  }

  /// How many products of a set have numbers in a range.
  func count(_ range: NumberRange, in set: ProductBitmap) -> Int {
    let found = ProductBitmap(products: products) { add(range, to: $0) }
    let (a, b) = (found.words.unsafeBaseAddress, set.words.unsafeBaseAddress)
    return found.words.indices.reduce(0) { $0 + (a[$1] & b[$1]).nonzeroBitCount }
  }

  /// The different numbers, ascending; nil where there are more than so many.
  ///
  /// - Complexity: O(limit log n)
  func differentNumbers(atMost limit: Int) -> [Double]? {
    var (numbers, place): ([Double], Int) = ([], 0)
    while place < order.count {
      let number = number(at: place)
      guard numbers.count < limit, number.isFinite else { return nil }
      numbers.append(number)
      place = (place..<order.count).lowerBound { self.number(at: $0) > number }
    }
    let others = Set(changed.values.compactMap(\.self) + added.compactMap(\.self)).subtracting(numbers)
    return numbers.count + others.count <= limit ? (numbers + others).sorted() : nil
  }

  /// The least and the largest number; nil where there is none.
  var bounds: ClosedRange<Double>? {
    var all = changed.values.compactMap(\.self) + added.compactMap(\.self)
    if !order.isEmpty { all += [number(at: 0), number(at: order.count - 1)] }
    guard let low = all.min(), let high = all.max(), low <= high else { return nil }
    return low...high
  }
}

/// Numbers between two bounds.
struct NumberRange: Sendable, Equatable {
  var lower = -Double.infinity
  var upper = Double.infinity
  var includesLower = true
  var includesUpper = true

  /// Whether a number lies between the bounds.
  func contains(_ number: Double) -> Bool {
    (includesLower ? number >= lower : number > lower) && (includesUpper ? number <= upper : number < upper)
  }
}

extension NumberColumn {
  /// Adds the numbers of products behind all others.
  mutating func append(_ numbers: [Double?]) {
    added += numbers.map { number in number.flatMap { $0.isFinite ? $0 : nil } }
  }

  /// Whether numbers were set.
  var isChanged: Bool { !changed.isEmpty }

  /// Sets the number of a product, or takes it away.
  mutating func set(_ number: Double?, of product: Int) { changed.updateValue(number, forKey: product) }

  /// The column of some products alone.
  func merging(keeping kept: [Int]) -> NumberColumn {
    NumberColumn(kept.map { number(of: $0) }, isFlag: isFlag)
  }

  private struct Shape: Codable {
    var products: Int
    var isFlag: Bool
  }

  /// Writes the column into an archive.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("shape", value: Shape(products: stored, isFlag: isFlag))
    try writer.add("holders", array: holders)
    try writer.add("numbers", array: numbers)
    try writer.add("order", array: order)
    try writer.add("below", array: below)
  }

  /// Maps a column of so many products in an archive.
  init(archive: ModelArchive, products: Int) throws {
    let shape = try archive.value("shape", as: Shape.self)
    guard shape.products == products else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "shape", given: "\(shape.products) products",
        expected: "\(products)", advice: "The model is altered; train it again.")
    }
    stored = products
    isFlag = shape.isFlag
    holders = try archive.array("holders", of: UInt32.self)
    numbers = try archive.array("numbers", of: Double.self, count: holders.count)
    order = try archive.array("order", of: UInt32.self, count: holders.count)
    below = try archive.array("below", of: UInt64.self)
  }
}
