internal import Probability

/// Hashes that never change between runs, machines and versions; for tie breaking and sampling, not for security.
public enum StableHash {
  /// The 64-bit FNV-1a hash of a text's UTF-8 bytes (G. Fowler, L. C. Noll, P. Vo, 1991).
  public static func fnv1a64(_ text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { bytes in
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      return hash
    }
  }

  /// Where a document stands among those of equal score for a query: ascending, and unrelated to any file order.
  public static func tieOrder(query: String, document: String) -> UInt64 {
    tieOrder(queryHash: fnv1a64(query), document: document)
  }

  static func tieOrder(queryHash: UInt64, document: String) -> UInt64 {
    SplitMix64.mix(queryHash ^ fnv1a64(document))
  }
}
