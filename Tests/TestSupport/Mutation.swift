public import Probability

/// Damages bytes, the same way for the same generator, for tests that readers never crash on bytes from outside.
public enum Mutation: CaseIterable {
  /// Cuts the end off.
  case truncate
  /// Changes single bits.
  case flip
  /// Overwrites a few bytes with values at the edge of integer types.
  case extremes
  /// Copies a piece over another place.
  case overlay
  /// Removes a piece.
  case remove
  /// Puts a piece in a second time.
  case duplicate
  /// Puts random bytes in.
  case insert

  /// The bytes with one to three random damages.
  public static func damaged(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var result = bytes
    for _ in 0...generator.integer(below: 3) {
      allCases[generator.integer(below: allCases.count)].apply(to: &result, &generator)
    }
    return result
  }

  private func apply(to bytes: inout [UInt8], _ generator: inout SeededGenerator) {
    if bytes.isEmpty { return }
    let start = generator.integer(below: bytes.count)
    let piece = start..<min(bytes.count, start + 1 + generator.integer(below: 64))
    let target = generator.integer(below: bytes.count)
    switch self {
    case .truncate: bytes.removeSubrange(start...)
    case .flip:
      for _ in 0...generator.integer(below: 4) {
        bytes[generator.integer(below: bytes.count)] ^= 1 << UInt8(generator.integer(below: 8))
      }
    case .extremes:
      let values: [[UInt8]] = [
        [0], [255], [0, 0, 0, 0], [255, 255, 255, 255], [255, 255, 255, 127], [0, 0, 0, 128],
        [255, 255, 255, 255, 255, 255, 255, 127], [0, 0, 0, 0, 0, 0, 0, 128],
        [UInt8](repeating: 255, count: 8),
      ]
      for (offset, byte) in values[generator.integer(below: values.count)].enumerated()
      where start + offset < bytes.count { bytes[start + offset] = byte }
    case .overlay:
      for (offset, byte) in Array(bytes[piece]).enumerated() where target + offset < bytes.count {
        bytes[target + offset] = byte
      }
    case .remove: bytes.removeSubrange(piece)
    case .duplicate: bytes.insert(contentsOf: Array(bytes[piece]), at: target)
    case .insert:
      bytes.insert(contentsOf: piece.map { _ in UInt8(truncatingIfNeeded: generator.next()) }, at: target)
    }
  }
}
