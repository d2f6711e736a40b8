internal import Synchronization

/// What the normaliser does with each scalar outside ASCII, for one set of options.
///
/// A table of pages of 256 entries; equal pages are stored once. Built at the first text that needs it, in about
/// a millisecond, and shared.
final class FoldingTable: Sendable {
  /// What a scalar is.
  enum Class: UInt8 {
    /// Separates words: white space, punctuation, symbols, controls, emoji, U+FFFD.
    case separator
    /// Latin, Greek, Cyrillic letter or a number: marks behind it fold when that is asked for.
    case folding
    /// Letter of another script: marks behind it belong to it.
    case letter
    /// Letter of a script without spaces between words.
    case unspaced
    /// Combining mark.
    case mark
    /// Vanishes: soft hyphen, joiners, variation selectors.
    case ignored
  }

  /// One scalar's entry.
  struct Entry {
    let bits: UInt32

    init(_ kind: Class, combining: UInt8 = 0, offset: Int = 0, length: Int = 0) {
      bits = UInt32(kind.rawValue) | UInt32(length) << 4 | UInt32(combining) << 8 | UInt32(offset) << 16
    }

    init(bits: UInt32) {
      self.bits = bits
    }

    var kind: Class { Class(rawValue: UInt8(bits & 0xF)).unsafelyUnwrapped }

    /// How many scalars it becomes; 0 when it stays.
    var length: Int { Int(bits >> 4 & 0xF) }

    /// Canonical combining class of a mark.
    var combining: UInt8 { UInt8(truncatingIfNeeded: bits >> 8) }

    /// Where in ``FoldingTable/pool`` those scalars are.
    var offset: Int { Int(bits >> 16) }
  }

  /// Which steps the table does.
  struct Options: OptionSet, Hashable, Sendable {
    let rawValue: UInt8
    static let lowercase = Options(rawValue: 1)
    static let marks = Options(rawValue: 2)
    static let compatibility = Options(rawValue: 4)
  }

  /// Scalars that entries become.
  let pool: [UInt32]
  private let pageOf: [UInt16]
  private let pages: [UInt32]

  private static let cache = Mutex<[Options: FoldingTable]>([:])

  /// The table of a set of options.
  static func shared(_ options: Options) -> FoldingTable {
    cache.withLock { tables in
      if let table = tables[options] { return table }
      let table = FoldingTable(options)
      tables[options] = table
      return table
    }
  }

  /// The entry of a scalar.
  @inline(__always)
  func entry(_ scalar: UInt32) -> Entry {
    let page = Int(pageOf[Int(scalar >> 8)])
    return Entry(bits: pages[page << 8 | Int(scalar & 0xFF)])
  }

  private init(_ options: Options) {
    var entries = SparsePages()
    func mark(_ list: StaticString, _ kind: Class) {
      FoldingData.forEachRange(list) { entries.fill($0, Entry(kind).bits) }
    }
    mark(FoldingData.foldingLetters, .folding)
    mark(FoldingData.otherLetters, .letter)
    mark(FoldingData.unspacedLetters, .unspaced)
    mark(FoldingData.marks, .mark)
    mark(FoldingData.ignored, .ignored)
    FoldingData.forEachCombiningClass { combining, range in
      entries.fill(range, Entry(.mark, combining: combining).bits)
    }
    // Hangul syllables are letters that no list decomposes; the normaliser composes conjoining letters.
    let steps = FoldingSteps(options) { Entry(bits: entries[$0]).kind }
    var pool: [UInt32] = []
    for scalar in steps.sources.sorted() {
      let old = Entry(bits: entries[scalar])
      guard old.kind != .ignored else { continue }
      let scalars = steps.apply(scalar)
      guard scalars != [scalar], scalars.count <= 15, pool.count + scalars.count <= 0xFFFF else { continue }
      entries.fill(
        scalar...scalar,
        Entry(old.kind, combining: old.combining, offset: pool.count, length: scalars.count).bits)
      pool.append(contentsOf: scalars)
    }
    self.pool = pool
    (pageOf, pages) = entries.shared()
  }
}

/// The mapping of single scalars that a set of options asks for.
private struct FoldingSteps {
  private let options: FoldingTable.Options
  private let kind: (UInt32) -> FoldingTable.Class
  private let canonical = FoldingData.mapping(FoldingData.canonical)
  private let compatibility = FoldingData.mapping(FoldingData.compatibility)
  private let punctuation = FoldingData.mapping(FoldingData.punctuation)
  private let lowercase = FoldingData.mapping(FoldingData.lowercase)
  private let bare = FoldingData.mapping(FoldingData.bare)

  init(_ options: FoldingTable.Options, kind: @escaping (UInt32) -> FoldingTable.Class) {
    self.options = options
    self.kind = kind
  }

  /// Every scalar that some list mentions.
  var sources: Set<UInt32> {
    var all = Set(canonical.keys)
    for mapping in [compatibility, punctuation, lowercase, bare] { all.formUnion(mapping.keys) }
    return all
  }

  func apply(_ scalar: UInt32) -> [UInt32] {
    var scalars = punctuation[scalar] ?? [scalar]
    if options.contains(.compatibility) { scalars = scalars.flatMap { compatibility[$0] ?? [$0] } }
    scalars = scalars.flatMap { canonical[$0] ?? [$0] }
    if options.contains(.lowercase) {
      scalars = scalars.flatMap { scalar in
        (0x41...0x5A).contains(scalar) ? [scalar + 32] : lowercase[scalar] ?? [scalar]
      }
      scalars = scalars.flatMap { canonical[$0] ?? [$0] }
    }
    if options.contains(.marks) {
      scalars = scalars.flatMap { bare[$0] ?? [$0] }
      var folds = false
      scalars = scalars.filter { scalar in
        if scalar >= 0x80, kind(scalar) == .mark { return !folds }
        folds = scalar < 0x80 || kind(scalar) == .folding
        return true
      }
    }
    return scalars
  }
}

/// Pages of 256 entries while they are filled; a page that holds one value throughout takes no memory.
private struct SparsePages {
  private enum Page {
    case uniform(UInt32)
    case mixed([UInt32])
  }

  private var pages = [Page](repeating: .uniform(0), count: 0x1100)

  subscript(scalar: UInt32) -> UInt32 {
    switch pages[Int(scalar >> 8)] {
    case .uniform(let value): value
    case .mixed(let values): values[Int(scalar & 0xFF)]
    }
  }

  mutating func fill(_ range: ClosedRange<UInt32>, _ value: UInt32) {
    for page in Int(range.lowerBound >> 8)...Int(range.upperBound >> 8) {
      let first = Int(max(range.lowerBound, UInt32(page) << 8) & 0xFF)
      let last = Int(min(range.upperBound, UInt32(page) << 8 | 0xFF) & 0xFF)
      if first == 0, last == 0xFF {
        pages[page] = .uniform(value)
        continue
      }
      var values: [UInt32]
      switch pages[page] {
      case .uniform(let old): values = [UInt32](repeating: old, count: 256)
      case .mixed(let old): values = old
      }
      pages[page] = .uniform(0)
      for i in first...last { values[i] = value }
      pages[page] = .mixed(values)
    }
  }

  /// The page of each block of 256 scalars, and the distinct pages one behind the other.
  func shared() -> ([UInt16], [UInt32]) {
    var pageOf: [UInt16] = []
    var values: [UInt32] = []
    var uniform: [UInt32: UInt16] = [:]
    for page in pages {
      switch page {
      case .uniform(let value):
        if let known = uniform[value] {
          pageOf.append(known)
          continue
        }
        uniform[value] = UInt16(values.count >> 8)
        pageOf.append(UInt16(values.count >> 8))
        values.append(contentsOf: repeatElement(value, count: 256))
      case .mixed(let page):
        pageOf.append(UInt16(values.count >> 8))
        values.append(contentsOf: page)
      }
    }
    return (pageOf, values)
  }
}
