internal import Learning
internal import LinearAlgebra

/// The contents of `tfidf-model.txt`: the number of features, then lines of feature, weight, length and tokens.
struct PecosModelFile {
  private(set) var grams = CountedGrams()
  /// Position in `grams` of each feature.
  private(set) var order: [Int]
  private(set) var weights: [Float]

  init(_ path: String, tokens: Int) throws {
    let file = try MappedFile(path: path)
    (grams, order, weights) = try file.withUnsafeBytes { bytes in
      var lines = try PecosLines(path, bytes.bindMemory(to: UInt8.self))
      var grams = CountedGrams()
      var order = [Int](repeating: -1, count: lines.count)
      var weights = [Float](repeating: 0, count: lines.count)
      var distinct = Vocabulary.Builder()
      var gram: [UInt32] = []
      while let line = lines.next() {
        var fields = lines.bytes[line].split(separator: 0x09, omittingEmptySubsequences: false)[...]
        guard fields.count == 4, let feature = lines.integer(fields.removeFirst().indices),
          let weight = lines.number(fields.removeFirst().indices),
          let length = lines.integer(fields.removeFirst().indices)
        else {
          throw lines.error(given: "another line", expected: "feature, weight, length, token numbers")
        }
        guard feature >= 0, feature < order.count, order[feature] < 0 else {
          throw lines.error(given: "feature \(feature)", expected: "each of 0 to \(order.count - 1) once")
        }
        gram.removeAll(keepingCapacity: true)
        for token in fields.removeFirst().split(separator: 0x20) {
          guard let id = lines.integer(token.indices), id >= 0, id < tokens else {
            throw lines.error(given: "a token number out of range", expected: "0 to \(tokens - 1)")
          }
          gram.append(UInt32(id))
        }
        guard length >= 1, length == gram.count else {
          throw lines.error(
            given: "length \(length) and \(gram.count) tokens", expected: "as many tokens as the length")
        }
        let isNew = gram.withUnsafeBytes { bytes in
          distinct.insert(bytes.bindMemory(to: UInt8.self)) == grams.count
        }
        guard isNew else {
          throw lines.error(given: "tokens of another feature", expected: "distinct features")
        }
        order[feature] = grams.count
        weights[feature] = weight
        grams.append(gram, documents: 0)
      }
      return (grams, order, weights)
    }
  }
}

/// The lines of a text file that begins with their number.
struct PecosLines {
  let path: String
  let bytes: UnsafeBufferPointer<UInt8>
  /// Number of lines behind the first.
  private(set) var count = 0
  private var position = 0
  private var line = 0

  init(_ path: String, _ bytes: UnsafeBufferPointer<UInt8>) throws {
    self.path = path
    self.bytes = bytes
    guard bytes.count <= Vocabulary.Builder.maximumBytes / 2 else {
      throw FileFormatError(
        path: path, given: "\(bytes.count) bytes", expected: "at most 2 GiB", advice: PecosFolder.advice)
    }
    guard let first = next(), let claimed = integer(first) else {
      throw error(given: "another line", expected: "the number of entries")
    }
    let lines = bytes.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) } + (bytes.last == 0x0A ? 0 : 1)
    guard claimed == lines - 1, claimed <= Int(Int32.max) else {
      throw error(
        given: "a count of \(claimed) with \(lines - 1) entries", expected: "the number of lines that follow")
    }
    count = claimed
  }

  /// The range of the next line, without its end.
  mutating func next() -> Range<Int>? {
    guard position < bytes.count else { return nil }
    let start = position
    var end = start
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    position = end + 1
    line += 1
    return start..<end
  }

  /// The whole number that the bytes spell, of at most 18 digits.
  func integer(_ range: Range<Int>) -> Int? {
    var digits = bytes[range]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits = digits.dropFirst() }
    guard (1...18).contains(digits.count), digits.allSatisfy(isDigit) else { return nil }
    let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return isNegative ? -value : value
  }

  /// The finite decimal number that the bytes spell.
  func number(_ range: Range<Int>) -> Float? {
    let digits = bytes[range]
    guard (1...64).contains(digits.count),
      digits.allSatisfy({ isDigit($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) }),
      let value = Float(String(decoding: digits, as: UTF8.self)), value.isFinite
    else { return nil }
    return value
  }

  func error(given: String, expected: String) -> FileFormatError {
    FileFormatError(
      path: path, place: "line \(line)", given: given, expected: expected, advice: PecosFolder.advice)
  }
}
