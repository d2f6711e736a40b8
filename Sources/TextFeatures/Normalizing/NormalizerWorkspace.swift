/// Memory and tables with which one thread normalises text after text.
final class NormalizerWorkspace {
  private let options: TextNormalizer
  private let ascii: ASCIITable
  // One thread at a time normalises here: no need to check each access.
  @exclusivity(unchecked) private var folding: FoldingTable?
  @exclusivity(unchecked) private var scalars = NormalizedBytes()
  @exclusivity(unchecked) private var rewritten = NormalizedBytes()
  @exclusivity(unchecked) private var usesRewritten = false

  /// The longest text that is looked at, in bytes; what is behind it is ignored.
  static let maximumLength = 1 << 28

  init(_ options: TextNormalizer) {
    self.options = options
    ascii = ASCIITable(options)
  }

  /// Normalises a text into ``result``.
  func normalize(_ text: UnsafeBufferPointer<UInt8>, recordingRanges: Bool) {
    let text = UnsafeBufferPointer(rebasing: text.prefix(Self.maximumLength))
    scalars.removeAll(recordingRanges: recordingRanges)
    let hasDigit = ScalarStage(ascii, options).run(text, &scalars) { self.foldingTable() }
    usesRewritten = hasDigit && (options.joinsUnits || options.splitsCodes)
    if usesRewritten {
      rewritten.removeAll(recordingRanges: recordingRanges)
      WordFormStage(options).run(scalars, &rewritten)
    }
  }

  /// The normalised text until the next one.
  var result: Result { Result(workspace: self) }

  /// Whether the result has letters outside ASCII.
  var bytes: UnsafeBufferPointer<UInt8> { usesRewritten ? rewritten.bytes.elements : scalars.bytes.elements }

  /// The bytes of the original that a range of the result stands for.
  func originalRange(of range: Range<Int>) -> Range<Int> {
    usesRewritten ? rewritten.originalRange(of: range) : scalars.originalRange(of: range)
  }

  /// The table for scalars outside ASCII.
  func foldingTable() -> FoldingTable {
    if let folding { return folding }
    let table = FoldingTable.shared(options.foldingOptions)
    folding = table
    return table
  }

  /// A view of the normalised text.
  struct Result {
    fileprivate let workspace: NormalizerWorkspace

    func with<T>(
      _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<UInt32>) -> T
    ) -> T {
      workspace.usesRewritten ? workspace.rewritten.with(body) : workspace.scalars.with(body)
    }
  }
}

/// What each ASCII byte becomes: itself, a lower-case letter, a space, or nothing (apostrophe).
struct ASCIITable: @unchecked Sendable {
  // @unchecked: 128 bytes that nobody writes after init and nobody frees; one per set of options in use.
  let bytes: UnsafePointer<UInt8>

  /// Stands for an apostrophe.
  static let apostrophe: UInt8 = 0

  private static let lowercasing = ASCIITable(lowercases: true)
  private static let keeping = ASCIITable(lowercases: false)

  init(_ options: TextNormalizer) {
    self = options.lowercases ? Self.lowercasing : Self.keeping
  }

  private init(lowercases: Bool) {
    let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 128)
    for byte in 0..<UInt8(128) {
      switch byte {
      case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "/"),
        UInt8(ascii: "-"), UInt8(ascii: "\""):
        table[Int(byte)] = byte
      case 0x41...0x5A: table[Int(byte)] = lowercases ? byte + 32 : byte
      case UInt8(ascii: "'"): table[Int(byte)] = Self.apostrophe
      default: table[Int(byte)] = 0x20
      }
    }
    bytes = UnsafePointer(table)
  }
}

/// Whether a byte of normalised text is an ASCII letter or digit, or part of a letter outside ASCII.
@inline(__always)
func isWordByte(_ byte: UInt8) -> Bool {
  byte >= 0x80 || isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
}

/// Whether a byte is an ASCII digit.
@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
