/// First stage of normalising: scalars to scalars.
struct ScalarStage {
  private let ascii: UnsafePointer<UInt8>
  private let keepsFeet: Bool
  private let foldsMarks: Bool

  /// What the last letter is, where the last byte is outside ASCII.
  private var lastKind = FoldingTable.Class.separator
  private var marks = MarkRun()

  init(_ ascii: ASCIITable, _ options: TextNormalizer) {
    self.ascii = ascii.bytes
    keepsFeet = options.joinsUnits
    foldsMarks = options.foldsMarks
  }

  /// Appends the normal form of `text`; returns whether it has a digit.
  consuming func run(
    _ text: UnsafeBufferPointer<UInt8>, _ out: inout NormalizedBytes, folding: () -> FoldingTable
  ) -> Bool {
    out.reserve(out.count + text.count + 8)
    var hasDigit = false
    var position = 0
    while position < text.count {
      let byte = text[position]
      if byte < 0x80 {
        let mapped = ascii[Int(byte)]
        if mapped == ASCIITable.apostrophe {
          apostrophe(at: position, &out)
        } else {
          hasDigit = hasDigit || isDigit(mapped)
          out.append(mapped, from: position, to: position + 1)
        }
        position += 1
      } else {
        let (scalar, length) = decodeScalar(text, at: position)
        // A scalar becomes at most 15 of at most four bytes.
        out.reserve(out.count + 64 + text.count - position)
        let before = out.count
        append(scalar, position..<position + length, &out, folding())
        for i in before..<max(before, out.count) { hasDigit = hasDigit || isDigit(out.base[i]) }
        position += length
      }
    }
    return hasDigit
  }

  /// An apostrophe vanishes, save behind a digit, where it may mean feet, or two of them inches.
  @inline(never)
  private func apostrophe(at position: Int, _ out: inout NormalizedBytes) {
    let last = out.count > 0 ? out.base[out.count - 1] : 0
    if keepsFeet, isDigit(last) || last == UInt8(ascii: "'") {
      out.append(UInt8(ascii: "'"), from: position, to: position + 1)
    } else {
      out.extendLast(to: position + 1)
    }
  }

  private mutating func append(
    _ scalar: UInt32, _ range: Range<Int>, _ out: inout NormalizedBytes, _ folding: FoldingTable
  ) {
    let entry = folding.entry(scalar)
    if entry.length == 0 { return append(scalar, entry, range, &out) }
    for i in entry.offset..<entry.offset + entry.length {
      let target = folding.pool[i]
      if target < 0x80 {
        let mapped = ascii[Int(target)]
        if mapped == ASCIITable.apostrophe {
          apostrophe(at: range.lowerBound, &out)
        } else {
          out.append(mapped, from: range.lowerBound, to: range.upperBound)
        }
      } else {
        append(target, folding.entry(target), range, &out)
      }
    }
  }

  private mutating func append(
    _ scalar: UInt32, _ entry: FoldingTable.Entry, _ range: Range<Int>, _ out: inout NormalizedBytes
  ) {
    switch entry.kind {
    case .separator:
      out.append(0x20, from: range.lowerBound, to: range.upperBound)
    case .ignored:
      out.extendLast(to: range.upperBound)
    case .mark:
      let kind = kindOfLast(out)
      if kind == .separator { return }
      lastKind = kind
      if kind == .folding, foldsMarks { return out.extendLast(to: range.upperBound) }
      marks.append(scalar, entry.combining, range, &out)
    case .folding, .letter, .unspaced:
      lastKind = entry.kind
      if !Hangul.compose(scalar, range, &out) {
        out.append(scalar: scalar, from: range.lowerBound, to: range.upperBound)
      }
    }
  }

  /// What the letter at the end of `out` is; a separator when there is none.
  private func kindOfLast(_ out: borrowing NormalizedBytes) -> FoldingTable.Class {
    guard out.count > 0 else { return .separator }
    let last = out.base[out.count - 1]
    if last >= 0x80 { return lastKind }
    return isWordByte(last) ? .folding : .separator
  }
}

/// The marks behind one letter, in canonical order.
private struct MarkRun {
  private var classes: [(combining: UInt8, length: Int)] = []
  private var end = -1

  /// Marks of one letter that are kept; more only occur in texts that mean harm.
  private static let maximum = 32

  mutating func append(
    _ scalar: UInt32, _ combining: UInt8, _ range: Range<Int>, _ out: inout NormalizedBytes
  ) {
    if end != out.count { classes.removeAll(keepingCapacity: true) }
    guard classes.count < Self.maximum else { return }
    let before = out.count
    out.append(scalar: scalar, from: range.lowerBound, to: range.upperBound)
    let length = out.count - before
    var place = classes.count
    var passed = 0
    while place > 0, combining != 0, classes[place - 1].combining > combining {
      place -= 1
      passed += classes[place].length
    }
    if passed > 0 { out.rotate(passed, behind: length) }
    classes.insert((combining, length), at: place)
    end = out.count
  }
}

/// Composition of conjoining Hangul letters (Unicode Standard 3.12).
private enum Hangul {
  /// Joins a vowel or a final consonant with what `out` ends with, where the two form a syllable.
  static func compose(_ scalar: UInt32, _ range: Range<Int>, _ out: inout NormalizedBytes) -> Bool {
    guard (0x1161...0x11C2).contains(scalar), out.count >= 3 else { return false }
    let tail = UnsafeBufferPointer(start: out.base + out.count - 3, count: 3)
    guard tail[0] & 0xF0 == 0xE0 else { return false }
    let last = decodeScalar(tail, at: 0).scalar
    let syllable: UInt32
    if (0x1100...0x1112).contains(last), scalar <= 0x1175 {
      syllable = 0xAC00 + ((last - 0x1100) * 21 + scalar - 0x1161) * 28
    } else if (0xAC00...0xD7A3).contains(last), (last - 0xAC00).isMultiple(of: 28), scalar >= 0x11A8 {
      syllable = last + scalar - 0x11A7
    } else {
      return false
    }
    let start = out.removeLast(3)
    out.append(scalar: syllable, from: start, to: range.upperBound)
    return true
  }
}
