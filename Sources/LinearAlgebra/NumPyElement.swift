/// The element type of a NumPy array (its `dtype`), always little-endian.
enum NumPyElement: Equatable, CustomStringConvertible {
  /// Signed integer of 1, 2, 4 or 8 bytes.
  case signed(Int)
  /// Unsigned integer of 1, 2, 4 or 8 bytes.
  case unsigned(Int)
  /// Binary floating point number of 2, 4 or 8 bytes.
  case float(Int)
  /// One byte, 0 or 1.
  case bool
  /// Text of so many bytes.
  case bytes(Int)
  /// Text of so many Unicode scalars of four bytes.
  case text(Int)

  /// Reads a descriptor such as `<f4`; nil for one that is not read here.
  init?(descriptor: some StringProtocol) {
    guard let order = descriptor.first, let kind = descriptor.dropFirst().first,
      let length = Int(descriptor.dropFirst(2)), descriptor.dropFirst(2).allSatisfy(\.isNumber)
    else { return nil }
    switch (order, kind, length) {
    case ("|", "i", 1), ("<", "i", 2), ("<", "i", 4), ("<", "i", 8): self = .signed(length)
    case ("|", "u", 1), ("<", "u", 2), ("<", "u", 4), ("<", "u", 8): self = .unsigned(length)
    case ("<", "f", 2), ("<", "f", 4), ("<", "f", 8): self = .float(length)
    case ("|", "b", 1): self = .bool
    case ("|", "S", 0...1_000): self = .bytes(length)
    case ("<", "U", 0...1_000): self = .text(length)
    default: return nil
    }
  }

  /// Bytes of one element.
  var size: Int {
    switch self {
    case .signed(let bytes), .unsigned(let bytes), .float(let bytes), .bytes(let bytes): bytes
    case .bool: 1
    case .text(let scalars): 4 * scalars
    }
  }

  /// The descriptor as NumPy writes it.
  var description: String {
    switch self {
    case .signed(let bytes): "\(bytes == 1 ? "|" : "<")i\(bytes)"
    case .unsigned(let bytes): "\(bytes == 1 ? "|" : "<")u\(bytes)"
    case .float(let bytes): "<f\(bytes)"
    case .bool: "|b1"
    case .bytes(let length): "|S\(length)"
    case .text(let length): "<U\(length)"
    }
  }
}

extension Float {
  /// The value of an IEEE 754 number of 16 bits.
  init(halfBits bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7FFF)
    if magnitude >= 0x7C00 {
      self = Float(bitPattern: sign | 0x7F80_0000 | (magnitude & 0x3FF) << 13)
    } else if magnitude >= 0x400 {
      self = Float(bitPattern: sign | (magnitude << 13) + (112 << 23))
    } else {
      let size = Float(magnitude) * 0x1p-24
      self = sign == 0 ? size : -size
    }
  }
}
