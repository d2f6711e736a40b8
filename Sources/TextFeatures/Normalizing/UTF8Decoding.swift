/// The scalar at a position of UTF-8, and how many bytes it takes.
///
/// Where the bytes are not UTF-8 the scalar is U+FFFD and the length that of the longest part that could have
/// begun a scalar, as the Unicode Standard (3.9, table 3-7) advises; never less than one.
func decodeScalar(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> (scalar: UInt32, length: Int) {
  let first = bytes[position]
  if first < 0x80 { return (UInt32(first), 1) }
  let needed: Int
  var lowest: UInt8 = 0x80
  var highest: UInt8 = 0xBF
  var scalar: UInt32
  switch first {
  case 0xC2...0xDF: (needed, scalar) = (2, UInt32(first & 0x1F))
  case 0xE0...0xEF:
    (needed, scalar) = (3, UInt32(first & 0x0F))
    if first == 0xE0 { lowest = 0xA0 }
    if first == 0xED { highest = 0x9F }
  case 0xF0...0xF4:
    (needed, scalar) = (4, UInt32(first & 0x07))
    if first == 0xF0 { lowest = 0x90 }
    if first == 0xF4 { highest = 0x8F }
  default: return (0xFFFD, 1)
  }
  for i in 1..<needed {
    guard position + i < bytes.count else { return (0xFFFD, i) }
    let byte = bytes[position + i]
    guard byte >= lowest, byte <= highest else { return (0xFFFD, i) }
    scalar = scalar << 6 | UInt32(byte & 0x3F)
    (lowest, highest) = (0x80, 0xBF)
  }
  return (scalar, needed)
}
