internal import LinearAlgebra

/// The units that a number is joined with, and the one spelling each of them gets.
enum UnitTable {
  private static let spellings: [(unit: String, words: [String])] = [
    ("in", ["in", "ins", "inch", "inches", "\""]), ("ft", ["ft", "foot", "feet", "'"]),
    ("yd", ["yd", "yds", "yard", "yards"]),
    ("mm", ["mm", "millimeter", "millimeters", "millimetre", "millimetres"]),
    ("cm", ["cm", "centimeter", "centimeters", "centimetre", "centimetres"]),
    ("m", ["m", "meter", "meters", "metre", "metres"]),
    ("sqft", ["sqft", "sqfeet"]), ("sqin", ["sqin"]), ("sqyd", ["sqyd"]), ("sqm", ["sqm", "m2"]),
    ("cuft", ["cuft"]), ("cuin", ["cuin"]), ("cuyd", ["cuyd"]),
    ("lb", ["lb", "lbs", "pound", "pounds"]), ("oz", ["oz", "ounce", "ounces"]),
    ("g", ["g", "gr", "gram", "grams"]), ("kg", ["kg", "kgs", "kilogram", "kilograms"]),
    ("mg", ["mg", "milligram", "milligrams"]),
    ("gal", ["gal", "gals", "gallon", "gallons"]), ("qt", ["qt", "qts", "quart", "quarts"]),
    ("pt", ["pt", "pint", "pints"]),
    ("l", ["l", "ltr", "liter", "liters", "litre", "litres"]),
    ("ml", ["ml", "milliliter", "milliliters", "millilitre", "millilitres"]),
    ("v", ["v", "volt", "volts"]), ("w", ["w", "watt", "watts"]), ("kw", ["kw", "kilowatt", "kilowatts"]),
    ("amp", ["amp", "amps", "ampere", "amperes"]), ("ah", ["ah"]), ("mah", ["mah"]), ("wh", ["wh"]),
    ("kwh", ["kwh"]),
    ("hp", ["hp", "horsepower"]), ("btu", ["btu", "btus"]), ("psi", ["psi"]), ("rpm", ["rpm"]),
    ("gpm", ["gpm"]), ("cfm", ["cfm"]), ("hz", ["hz", "hertz"]), ("khz", ["khz"]), ("mhz", ["mhz"]),
    ("ghz", ["ghz"]),
    ("mb", ["mb", "megabyte", "megabytes"]), ("gb", ["gb", "gigabyte", "gigabytes"]),
    ("tb", ["tb", "terabyte", "terabytes"]),
    ("mp", ["mp", "megapixel", "megapixels"]), ("pk", ["pk", "pack", "packs"]),
    ("pc", ["pc", "pcs", "piece", "pieces"]),
    ("ct", ["ct", "count"]), ("ga", ["ga", "gauge"]), ("k", ["kelvin"]), ("lm", ["lm", "lumen", "lumens"]),
    ("hr", ["hr", "hrs", "hour", "hours"]), ("min", ["min", "mins", "minute", "minutes"]),
    ("yr", ["yr", "yrs", "year", "years"]),
  ]

  private static let words = Vocabulary(words: spellings.flatMap(\.words))
  private static let units = Vocabulary(words: spellings.map(\.unit))
  private static let unitOfWord = StoredArray(
    spellings.enumerated().flatMap { unit, spelling in spelling.words.map { _ in Int32(unit) } })

  /// The one spelling of a unit, or nil where the word is none.
  static func unit(_ word: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    guard let id = words.id(of: word) else { return nil }
    return units.bytes(of: Int(unitOfWord[id]))
  }
}
