/// What is left of a text when its disguises are taken off: `c a s 1 n 0`, `CA$INO` and `caaasino` become `casino`.
enum TextSkeleton {
  /// The skeletons of a text: runs of three and more letters shortened to one, and to two.
  static func of(_ text: String, _ normalizer: QueryNormalizer) -> [[UInt8]] {
    var plain: [UInt8] = []
    let lettered = text.unicodeScalars.map { $0 == "@" ? "a" : $0 == "$" ? "s" : Character($0) }
    normalizer.appendKey(of: String(lettered), to: &plain)
    let joined = joiningSingleLetters(plain.map(letter))
    let (one, two) = (shortening(joined, to: 1), shortening(joined, to: 2))
    return one == two ? [one] : [one, two]
  }

  private static func letter(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "0"): UInt8(ascii: "o")
    case UInt8(ascii: "1"): UInt8(ascii: "i")
    case UInt8(ascii: "3"): UInt8(ascii: "e")
    case UInt8(ascii: "4"): UInt8(ascii: "a")
    case UInt8(ascii: "5"): UInt8(ascii: "s")
    case UInt8(ascii: "7"): UInt8(ascii: "t")
    // Between digits that stand for letters these separate.
    case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "/"), UInt8(ascii: "-"): UInt8(ascii: " ")
    default: byte
    }
  }

  private static func joiningSingleLetters(_ key: [UInt8]) -> [UInt8] {
    var joined: [UInt8] = []
    var wasSingle = false
    for word in key.split(separator: UInt8(ascii: " ")) {
      if !joined.isEmpty, !(wasSingle && word.count == 1) { joined.append(UInt8(ascii: " ")) }
      joined += word
      wasSingle = word.count == 1
    }
    return joined
  }

  private static func shortening(_ text: [UInt8], to length: Int) -> [UInt8] {
    var (short, place) = ([UInt8](), 0)
    while place < text.count {
      let end = text[place...].firstIndex { $0 != text[place] } ?? text.count
      let run = end - place
      short += repeatElement(text[place], count: run >= 3 ? length : run)
      place = end
    }
    return short
  }
}
