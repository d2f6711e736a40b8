internal import Probability

/// How an intent becomes a query: words, spelling and the order shoppers type them in.
struct ShopperWords {
  let vocabulary: ShopVocabulary
  let brands: [String]

  /// A query and what is odd about it.
  struct Wording {
    var text: String
    var usesSlang: Bool
    var hasTypo: Bool
  }

  /// The words of an intent; `slang` is the chance of a word that is in no title, `typo` that a letter is wrong.
  func wording(
    of intent: ShopperIntent, slang: Double = 0.25, typo: Double = 0.08, _ generator: inout SeededGenerator
  ) -> Wording {
    let type = vocabulary.types[Int(intent.type)]
    let usesSlang = generator.uniform() < slang
    let nouns = usesSlang ? type.slang : type.nouns
    let noun = nouns[min(nouns.count - 1, Int(generator.exponential() * 0.8))]
    var before: [String] = []
    var after: [String] = []
    for (slot, value) in intent.constraints {
      let word = spelling(vocabulary.attributes[type.attributes[slot]], Int(value), &generator)
      if generator.uniform() < 0.65 { before.append(word) } else { after.append(word) }
    }
    if let brand = intent.brand { before.insert(brands[Int(brand)], at: 0) }
    var text = (before + [noun] + after).joined(separator: " ").lowercased()
    let hasTypo = generator.uniform() < typo
    if hasTypo { text = misspelled(text, &generator) }
    return Wording(text: text, usesSlang: usesSlang, hasTypo: hasTypo)
  }

  private func spelling(
    _ attribute: ShopVocabulary.Attribute, _ value: Int, _ generator: inout SeededGenerator
  ) -> String {
    let text = attribute.values[value]
    guard let unit = attribute.unit else {
      return attribute.name == "size" && text.allSatisfy { $0.isNumber } ? "size \(text)" : text
    }
    switch generator.integer(below: 4) {
    case 0: return "\(text) \(unit.long)"
    case 1: return "\(text) \(unit.short)"
    default: return text + unit.short
    }
  }

  /// One letter of one long word is lost, doubled, swapped with the next or replaced by its neighbour on the keyboard.
  func misspelled(_ text: String, _ generator: inout SeededGenerator) -> String {
    var words = text.split(separator: " ").map { Array($0) }
    let long = words.indices.filter { words[$0].count >= 4 && words[$0].allSatisfy(\.isLetter) }
    guard !long.isEmpty else { return text }
    let chosen = long[generator.integer(below: long.count)]
    var word = words[chosen]
    let position = 1 + generator.integer(below: word.count - 2)
    switch generator.integer(below: 4) {
    case 0: word.remove(at: position)
    case 1: word.insert(word[position], at: position)
    case 2: word.swapAt(position, position + 1)
    default: word[position] = Self.neighbour(of: word[position])
    }
    words[chosen] = word
    return words.map { String($0) }.joined(separator: " ")
  }

  static func neighbour(of letter: Character) -> Character {
    for row in ["qwertyuiop", "asdfghjkl", "zxcvbnm"] {
      let letters = Array(row)
      if let position = letters.firstIndex(of: letter) {
        return letters[position + 1 < letters.count ? position + 1 : position - 1]
      }
    }
    return letter
  }
}
