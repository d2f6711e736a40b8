internal import Probability
public import StoreData

extension SampleShop {
  /// The id of a product.
  public func id(at position: Int) -> String { "P\(100_000 + position)" }

  /// A product of the catalogue with its texts.
  ///
  /// - Complexity: O(1)
  public func product(at position: Int) -> Product {
    let facts = facts[position]
    let type = vocabulary.types[Int(facts.type)]
    var generator = SeededGenerator(seed: recipe.seed, stream: 1 << 32 | UInt64(position))
    let noun = type.nouns[generator.integer(below: type.nouns.count)]
    var product = Product(id: id(at: position), title: title(of: facts, noun, &generator))
    let brand = brands[Int(facts.brand)]
    product.brand = brand
    product.description = description(of: facts, noun, brand, &generator)
    product.category = type.path
    if let slot = type.levelAttribute {
      product.category.append("\(value(of: facts, slot).plain) \(type.path.last!)")
    }
    product.price = (Double(facts.price) * 100).rounded() / 100
    product.cost = (Double(facts.cost) * 100).rounded() / 100
    product.attributes = Attributes(
      type.attributes.indices.map { slot in
        let attribute = vocabulary.attributes[type.attributes[slot]]
        let text = attribute.values[Int(facts[slot])]
        let number = attribute.unit == nil ? nil : Double(text)
        return (attribute.name, number.map { .number($0) } ?? .text(text))
      })
    product.stock = generator.uniform() < 0.06 ? 0 : Int(generator.exponential() * 40) + 1
    if generator.uniform() < 0.2 { product.markets = generator.uniform() < 0.5 ? ["us"] : ["us", "ca"] }
    product.group = "F\(facts.family)"
    let age = Int64(generator.exponential() * 400 * 86_400_000)
    product.released = Timestamp(milliseconds: (Self.start.milliseconds - age) / 86_400_000 * 86_400_000)
    return product
  }

  /// The first day of the log.
  public static var start: Timestamp { Timestamp(milliseconds: 1_735_689_600_000) }

  /// A value as sellers and shoppers spell it.
  struct Spelling {
    let text: String
    let unit: (short: String, long: String)?

    /// `20V`, `Oak`
    var plain: String { text + (unit?.short ?? "") }

    /// One of `20V`, `20 V`, `20-Volt`; texts stay as they are.
    func seller(_ style: Int) -> String {
      guard let unit else { return text }
      switch style {
      case 0, 1: return text + unit.short
      case 2: return "\(text) \(unit.short)"
      default: return "\(text)-\(unit.long)"
      }
    }
  }

  func value(of facts: ProductFacts, _ slot: Int) -> Spelling {
    let attribute = vocabulary.attributes[vocabulary.types[Int(facts.type)].attributes[slot]]
    return Spelling(text: attribute.values[Int(facts[slot])], unit: attribute.unit)
  }

  /// Sellers agree neither on the order nor on the spelling; each brand keeps a style.
  private func title(of facts: ProductFacts, _ noun: String, _ generator: inout SeededGenerator) -> String {
    let type = vocabulary.types[Int(facts.type)]
    let brand = brands[Int(facts.brand)]
    let style = Int(SplitMix64.mix(UInt64(facts.brand)) % 4)
    let spellings = type.attributes.indices.map { value(of: facts, $0).seller(style) }
    let phrase = type.titlePhrases[generator.integer(below: type.titlePhrases.count)]
    let model = modelNumber(facts)
    let name = noun.capitalizedWords
    switch style {
    case 0: return "\(brand) \(spellings.joined(separator: " ")) \(name) \(model)"
    case 1: return "\(brand) \(model) \(name), \(phrase), \(spellings.joined(separator: ", "))"
    case 2:
      return
        "\(name) \(spellings.prefix(2).joined(separator: " ")) \(phrase) - \(spellings.dropFirst(2).joined(separator: " ")) by \(brand)"
    default:
      return "\(brand) \(spellings[0]) \(name) \(phrase) (\(spellings.dropFirst().joined(separator: ", ")))"
    }
  }

  private func modelNumber(_ facts: ProductFacts) -> String {
    let mixed = SplitMix64.mix(UInt64(UInt32(bitPattern: facts.family)) &+ recipe.seed << 32)
    let letters = "ABCDEFGHKLMNPRSTVX"
    let letter = { (shift: UInt64) in
      letters[letters.index(letters.startIndex, offsetBy: Int((mixed >> shift) % UInt64(letters.count)))]
    }
    return "\(letter(0))\(letter(8))\((mixed >> 16) % 9000 + 1000)"
  }

  private func description(
    of facts: ProductFacts, _ noun: String, _ brand: String, _ generator: inout SeededGenerator
  ) -> String {
    let type = vocabulary.types[Int(facts.type)]
    let slot = generator.integer(below: type.attributes.count)
    let attribute = vocabulary.attributes[type.attributes[slot]]
    let first = generator.integer(below: type.uses.count)
    let second = (first + 1 + generator.integer(below: type.uses.count - 1)) % type.uses.count
    let phrase = type.titlePhrases[generator.integer(below: type.titlePhrases.count)]
    return "The \(brand) \(noun) is made for \(type.uses[first]) and \(type.uses[second]). "
      + "\(attribute.name.capitalizedWords): \(value(of: facts, slot).plain). \(phrase)."
  }
}

extension String {
  /// With a capital at the start of every word.
  var capitalizedWords: String {
    split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
  }
}
