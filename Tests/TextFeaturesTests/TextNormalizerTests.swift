import Testing

@testable import TextFeatures

struct TextNormalizerTests {
  private let normalizer = TextNormalizer()

  private func words(_ text: String) -> [String] { Analyzer().words(in: text) }

  @Test(arguments: [
    ("DRILL", "drill"), ("Ärger", "arger"), ("ΣΊΣΥΦΟΣ", "σισυφοσ"), ("Ёлка", "елка"), ("Straße", "strasse"),
    ("STRAẞE", "strasse"),
    ("İstanbul", "istanbul"), ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"), ("ﬁre ﬂy", "fire fly"),
    ("Ørsted Łódź", "orsted lodz"),
    ("𝗕𝗼𝗹𝗱", "bold"), ("œuvre", "oeuvre"), ("٣٤", "34"), ("㎏", "kg"), ("don’t", "dont"), ("men's", "mens"),
    ("soft\u{AD}hyphen", "softhyphen"),
  ])
  func `letters are folded`(text: String, expected: String) {
    #expect(words(text).joined(separator: " ") == expected)
  }

  @Test(arguments: [
    ("é", "e\u{301}"), ("ǖ", "u\u{308}\u{304}"), ("가각", "\u{1100}\u{1161}\u{1100}\u{1161}\u{11A8}"),
    ("がぎ", "か\u{3099}き\u{3099}"), ("क़", "क\u{93C}"), ("آ", "\u{627}\u{653}"), ("Å", "A\u{30A}"),
    ("Å", "\u{212B}"), ("ệ", "e\u{302}\u{323}"),
    ("ｶﾞ", "ガ"),
  ])
  func `composed and decomposed letters give the same bytes`(composed: String, decomposed: String) {
    for folds in [true, false] {
      var normalizer = TextNormalizer()
      normalizer.foldsMarks = folds
      #expect(Array(normalizer.normalize(composed).utf8) == Array(normalizer.normalize(decomposed).utf8))
      #expect(!normalizer.normalize(composed).isEmpty)
    }
  }

  @Test func `marks stay when they are not folded`() {
    var normalizer = TextNormalizer()
    normalizer.foldsMarks = false
    #expect(normalizer.normalize("É").unicodeScalars.map(\.value) == [0x65, 0x301])
    #expect(normalizer.normalize("e\u{301}\u{323}").unicodeScalars.map(\.value) == [0x65, 0x323, 0x301])
  }

  @Test(arguments: [
    "a\u{A0}b", "a\u{2003}b", "a\u{3000}b", "a\tb", "a\nb", "a\0b", "a\u{200E}b", "a\u{202E}b", "a\u{2066}b",
    "a😀b", "a👩‍👩‍👧b",
    "a\u{FFFD}b", "a\u{2028}b", "a★b", "a™b", "a\u{7F}b", "a\u{85}b", "a\u{200B}b", "a🇩🇪b", "a👍🏽b", "a❤️b",
  ])
  func `white space, controls, bidirectional marks and emoji separate`(text: String) {
    #expect(words(text) == ["a", "b"])
  }

  @Test func `bytes that are not UTF-8 separate`() {
    let text = AnalyzedText(Analyzer())
    for bytes: [UInt8] in [
      [0x61, 0xFF, 0x62], [0x61, 0xC0, 0xAF, 0x62], [0x61, 0xED, 0xA0, 0x80, 0x62], [0x61, 0xF0, 0x9F, 0x62],
      [0x61, 0x80, 0x62],
      [0x61, 0xF5, 0x80, 0x80, 0x80, 0x62], [0x61, 0xE2, 0x82, 0x20, 0x62],
    ] {
      bytes.withUnsafeBufferPointer { text.fill($0) }
      #expect(text.map(\.string) == ["a", "b"], "\(bytes)")
    }
    [0x61, 0xE2, 0x82].withUnsafeBufferPointer { text.fill($0) }
    #expect(text.map(\.string) == ["a"])
  }

  @Test(arguments: [
    ("12 in.", "12in"), ("12 inches", "12in"), ("12-inch", "12in"), ("12\"", "12in"), ("12”", "12in"),
    ("12''", "12in"), ("12in", "12in"),
    ("6 ft. x 4 ft.", "6ft x 4ft"), ("6' ladder", "6ft ladder"), ("6′", "6ft"), ("the 90's", "the 90s"),
    ("3/4 in. bit", "3/4in bit"),
    ("1-1/2 in.", "1 1/2in"), ("1½ in", "1 1/2in"), ("20-volt", "20v"), ("20V max", "20v max"),
    ("20 VOLTS", "20v"), ("2 in 1 charger", "2 in 1 charger"),
    ("100 sq. ft. roll", "100sqft roll"), ("5 cubic feet", "5cuft"), ("1,000 lbs", "1,000lb"),
    ("2.5 Gallons", "2.5gal"), ("50㎜", "50mm"),
    ("5 apples", "5 apples"), ("in 5", "in 5"), ("12", "12"), ("2x4 in", "2x4 in"), ("10 m²", "10sqm"),
    ("5 inc", "5 inc"), ("18v/20v", "18v 20v"),
    ("4 x 8\"x10'", "4 x 8in x10"),
  ])
  func `a number and its unit are one word`(text: String, expected: String) {
    #expect(words(text).joined(separator: " ") == expected)
  }

  @Test func `units stay apart when they are not joined`() {
    var analyzer = Analyzer()
    analyzer.normalizer.joinsUnits = false
    #expect(analyzer.words(in: "12 in. 6' 3\"") == ["12", "in", "6", "3"])
  }

  @Test(arguments: [
    ("DW-735X", "dw735x dw 735x"), ("ab/12/c", "ab12c ab 12 c"), ("wi-fi", "wi fi"), ("and/or", "and or"),
    ("555-1234", "555 1234"),
    ("A-", "a"), ("-a1", "a1"), ("a--1", "a 1"), ("a-1-", "a1 a 1"),
    ("1-a-1-a-1-a-1-a-1-a", "1 a 1 a 1 a 1 a 1 a"), ("24/7", "24/7"),
  ])
  func `a product code gives its joined form and its parts`(text: String, expected: String) {
    #expect(words(text).joined(separator: " ") == expected)
  }

  @Test func `codes are only parts when they are not joined`() {
    var analyzer = Analyzer()
    analyzer.normalizer.splitsCodes = false
    #expect(analyzer.words(in: "DW-735X") == ["dw", "735x"])
  }

  @Test(arguments: [
    ("1.5 3,000 3/8 a.b 1. .5", "1.5 3,000 3/8 a b 1 5"), ("東京タワー", "東京 京タ タワ ワー"), ("東", "東"),
    ("iphone用ケース", "iphone 用ケ ケー ース"),
    ("ที่นอน", "ที่น นอ อน"), ("서울 타워", "서울 타워"), ("x東京2", "x 東京 2"), ("𠀀𠀁𠀂", "𠀀𠀁 𠀁𠀂"),
  ])
  func `words are runs of letters and digits, pairs where no spaces are written`(
    text: String, expected: String
  ) {
    #expect(words(text).joined(separator: " ") == expected)
  }

  @Test func `letters are cut from digits where that is asked for`() {
    var analyzer = Analyzer()
    analyzer.tokenizer.separatesLettersFromDigits = true
    analyzer.normalizer.splitsCodes = false
    #expect(
      analyzer.words(in: "DW735X 12 ft. 1.5v é9 東京2") == [
        "dw", "735", "x", "12", "ft", "1.5", "v", "e", "9", "東京", "2",
      ])
  }

  @Test func `ranges point to the original`() {
    let text = "  Café-Tür 12 in. DW-735X ﬁn  東京タワー e\u{301}! 6'"
    let analyzed = AnalyzedText(Analyzer())
    analyzed.fill(text, recordingRanges: true)
    let bytes = Array(text.utf8)
    let found = analyzed.map { "\($0.string)=\(String(decoding: bytes[$0.range!], as: UTF8.self))" }
    #expect(
      found == [
        "cafe=Café", "tur=Tür", "12in=12 in.", "dw735x=DW-735X", "dw=DW", "735x=735X", "fin=ﬁn", "東京=東京",
        "京タ=京タ", "タワ=タワ", "ワー=ワー",
        "e=e\u{301}", "6ft=6'",
      ])
  }

  @Test func `ranges are nil unless asked for`() {
    let analyzed = AnalyzedText(Analyzer())
    analyzed.fill("drill")
    #expect(analyzed[0].range == nil)
  }

  @Test func `each byte of the normal form has its range`() {
    let (text, ranges) = normalizer.normalizeRecordingRanges("Ää ﬃ")
    #expect(text == "aa ffi")
    #expect(ranges == [0..<2, 2..<4, 4..<5, 5..<8, 5..<8, 5..<8])
  }

  @Test func `without any step words are only split`() {
    var analyzer = Analyzer()
    analyzer.normalizer.lowercases = false
    analyzer.normalizer.foldsMarks = false
    analyzer.normalizer.foldsCompatibilityForms = false
    #expect(analyzer.words(in: "Straße ＦＵＬＬ Ünï") == ["Straße", "ＦＵＬＬ", "Ünï"])
  }

  @Test func `a thousand marks on one letter are cut, not worked on`() {
    var normalizer = TextNormalizer()
    normalizer.foldsMarks = false
    let text = "a" + String(repeating: "\u{301}\u{323}", count: 5000)
    #expect(normalizer.normalize(text).unicodeScalars.count == 33)
  }
}
