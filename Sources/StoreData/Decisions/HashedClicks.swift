/// Clicks as Vowpal Wabbit's simple text, `label |namespace feature feature:value ...`, read as hashed features.
///
/// A label above 0 is a conversion. A feature's number is the hash of namespace and name, cut to `bits`; the constant feature that
/// every row has comes first. Rows are handed on as they are read: the file may be larger than memory.
public struct HashedClicks: Sendable, Equatable {
  /// How many bits a feature's number has, 1 to 28.
  public let bits: Int

  /// Creates a reader.
  ///
  /// - Precondition: 1 to 28 bits.
  public init(bits: Int = 20) {
    precondition((1...28).contains(bits), "1 to 28 bits")
    self.bits = bits
  }

  /// Number of different features.
  public var featureCount: Int { 1 << bits }

  /// Calls `body` for each row with numbers and values of its features and whether it converted.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` of the source; what `body` throws.
  /// - Complexity: O(bytes)
  public func read(
    from source: ByteSource, options: ReadOptions = ReadOptions(),
    _ body: (UnsafeBufferPointer<Int32>, UnsafeBufferPointer<Double>, Bool) throws -> Void
  ) throws -> ReadReport {
    let lines = try LineImport(source, options)
    var (indices, values) = ([Int32](), [Double]())
    try lines.forEachLine { bytes in
      indices.removeAll(keepingCapacity: true)
      values.removeAll(keepingCapacity: true)
      let isConverted = try parse(bytes, &indices, &values)
      try indices.withUnsafeBufferPointer { indices in
        try values.withUnsafeBufferPointer { try body(indices, $0, isConverted) }
      }
    }
    return try lines.finish()
  }

  private func parse(
    _ bytes: UnsafeRawBufferPointer, _ indices: inout [Int32], _ values: inout [Double]
  ) throws(Rejection) -> Bool {
    guard let bar = bytes.position(of: UInt8(ascii: "|")) else {
      throw Rejection("line", given: "no |", expected: "features after a |")
    }
    guard let label = Self.label(bytes.part(0..<bar)) else {
      throw Rejection("label", given: "a text that is not a number", expected: "1 or -1")
    }
    let mask = UInt64(featureCount - 1)
    indices.append(Int32(truncatingIfNeeded: Self.mixed(Self.start) & mask))
    values.append(1)
    var (place, namespace) = (bar, Self.start)
    while place < bytes.count {
      if bytes[place] == UInt8(ascii: "|") {
        place += 1
        namespace = Self.start
        while place < bytes.count, !Self.ends(bytes[place]) {
          namespace = (namespace ^ UInt64(bytes[place])) &* Self.prime
          place += 1
        }
        continue
      }
      if bytes[place] == 0x20 || bytes[place] == 0x09 {
        place += 1
        continue
      }
      var hash = namespace
      while place < bytes.count, !Self.ends(bytes[place]), bytes[place] != UInt8(ascii: ":") {
        hash = (hash ^ UInt64(bytes[place])) &* Self.prime
        place += 1
      }
      var value = 1.0
      if place < bytes.count, bytes[place] == UInt8(ascii: ":") {
        let first = place + 1
        while place < bytes.count, !Self.ends(bytes[place]) { place += 1 }
        guard let number = bytes.part(first..<place).decimal else {
          throw Rejection("value", given: "a text that is not a number", expected: "name:number")
        }
        value = number
      }
      indices.append(Int32(truncatingIfNeeded: Self.mixed(hash) & mask))
      values.append(value)
    }
    return label > 0
  }

  private static let start: UInt64 = 0xCBF2_9CE4_8422_2325
  private static let prime: UInt64 = 0x100_0000_01B3

  /// The low bits of the running hash alone collide too often.
  private static func mixed(_ hash: UInt64) -> UInt64 { (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15 >> 24 }

  private static func ends(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x7C || byte == 0x09 }

  private static func label(_ bytes: UnsafeRawBufferPointer) -> Double? {
    let text = bytes.trimmed
    if text.equals("1") { return 1 }
    if text.equals("-1") { return -1 }
    return text.decimal
  }
}
