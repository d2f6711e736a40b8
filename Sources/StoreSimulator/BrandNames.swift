internal import Probability

/// Names of brands that nobody has to know: an opening, a middle and an ending each.
enum BrandNames {
  private static let openings = [
    "Al", "Bar", "Bel", "Bor", "Cal", "Cor", "Dal", "Del", "Dor", "El", "Fal", "Fen", "Gar", "Gel", "Hal",
    "Hol", "Jor",
    "Kel", "Kor", "Lan", "Lor", "Mar", "Mel", "Nor", "Ol", "Per", "Pol", "Quin", "Ral", "Ros", "Sal", "Sol",
    "Tal", "Tor",
    "Ul", "Val", "Ver", "Wel", "Yor", "Zel",
  ]
  private static let middles = [
    "a", "e", "i", "o", "u", "an", "en", "im", "ov", "ax", "est", "ind", "um", "ar", "el",
  ]
  private static let endings = [
    "co", "dex", "den", "field", "gar", "ka", "lan", "lite", "man", "max", "mont", "na", "nix", "ra", "ris",
    "ron", "sen",
    "ta", "tek", "thal", "ton", "va", "vex", "vik", "wood", "wyn",
  ]

  /// How many different names there are.
  static let count = openings.count * middles.count * endings.count

  /// The first `count` names of a seed, each once.
  static func names(_ count: Int, seed: UInt64) -> [String] {
    // Steps of a length without common factor visit every combination once.
    var generator = SeededGenerator(seed: seed, stream: 1)
    let start = generator.integer(below: Self.count)
    return (0..<count).map { position in
      let number = (start + position * 7919) % Self.count
      let opening = openings[number % openings.count]
      let middle = middles[number / openings.count % middles.count]
      return opening + middle + endings[number / openings.count / middles.count]
    }
  }
}
