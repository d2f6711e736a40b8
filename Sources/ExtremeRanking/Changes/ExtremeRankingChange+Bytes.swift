internal import CKernels

extension ExtremeRankingChange {
  /// The change as a record of a log, little-endian: 1 and the label's number; or 2, the name's length and bytes, the
  /// number of trees, and for each tree the ``LabelInsertion``.
  var bytes: [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .removal(let label):
      writer.append(UInt32(1))
      writer.append(UInt32(truncatingIfNeeded: label))
    case .insertion(let name, let members):
      writer.append(UInt32(2))
      writer.append(UInt32(name.utf8.count))
      writer.bytes += name.utf8
      writer.append(UInt32(members.count))
      for member in members { writer.append(member) }
    }
    return writer.bytes
  }

  /// Reads a record; nil when it is no change.
  init?(bytes: [UInt8]) {
    var reader = ByteReader(bytes: bytes[...])
    switch reader.number() {
    case 1:
      guard let label = reader.number(), reader.bytes.isEmpty else { return nil }
      self = .removal(Int(label))
    case 2:
      guard let length = reader.number(), let name = reader.take(Int(length)), let trees = reader.number()
      else { return nil }
      var members: [LabelInsertion] = []
      for _ in 0..<trees {
        guard let member = reader.insertion() else { return nil }
        members.append(member)
      }
      guard reader.bytes.isEmpty else { return nil }
      self = .insertion(name: String(decoding: name, as: UTF8.self), members)
    default: return nil
    }
  }
}

extension LabelInsertion {
  /// The insertion as a part of a record, little-endian: the cluster, the bias, the number of weights with their features
  /// and values, the number of the vector's entries with their features and half-precision values.
  public var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.append(self)
    return writer.bytes
  }

  /// Reads an insertion; nil when the bytes are none.
  public init?(bytes: some Collection<UInt8>) {
    var reader = ByteReader(bytes: Array(bytes)[...])
    guard let insertion = reader.insertion(), reader.bytes.isEmpty else { return nil }
    self = insertion
  }
}

private struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  mutating func append(_ insertion: LabelInsertion) {
    append(UInt32(bitPattern: insertion.cluster))
    append(insertion.weights.bias.bitPattern)
    append(UInt32(insertion.weights.weights.count))
    for weight in insertion.weights.weights {
      append(UInt32(bitPattern: weight.feature))
      append(weight.value.bitPattern)
    }
    append(UInt32(insertion.vector.features.count))
    for feature in insertion.vector.features { append(UInt32(bitPattern: feature)) }
    for value in insertion.vector.values { append(value) }
  }
}

private struct ByteReader {
  var bytes: ArraySlice<UInt8>

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= bytes.count else { return nil }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count)
  }

  mutating func number() -> UInt32? { take(4)?.reversed().reduce(0) { $0 << 8 | UInt32($1) } }

  private mutating func half() -> UInt16? { take(2)?.reversed().reduce(0) { $0 << 8 | UInt16($1) } }

  private mutating func value() -> Float? {
    number().map(Float.init(bitPattern:)).flatMap { $0.isFinite ? $0 : nil }
  }

  /// A feature larger than the one before.
  private mutating func feature(after previous: Int32) -> Int32? {
    number().map(Int32.init(bitPattern:)).flatMap { $0 > previous ? $0 : nil }
  }

  mutating func insertion() -> LabelInsertion? {
    guard let cluster = number(), let bias = value(), let count = number(), Int(count) * 8 <= bytes.count
    else { return nil }
    var (weights, vector, previous) = (LabelWeights(bias: bias), StoredRow(), Int32(-1))
    for _ in 0..<count {
      guard let feature = feature(after: previous), let value = value() else { return nil }
      weights.weights.append((feature, value))
      previous = feature
    }
    guard let entries = number(), Int(entries) * 6 <= bytes.count else { return nil }
    previous = -1
    for _ in 0..<entries {
      guard let feature = feature(after: previous) else { return nil }
      vector.features.append(feature)
      previous = feature
    }
    for _ in 0..<entries {
      guard let value = half(), ck_float16_value(value).isFinite else { return nil }
      vector.values.append(value)
    }
    return LabelInsertion(cluster: Int32(bitPattern: cluster), weights: weights, vector: vector)
  }
}
