internal import Glibc

/// How likely typing errors are, as logarithms against the likeliest ones.
///
/// M. D. Kernighan, K. W. Church, W. A. Gale: "A Spelling Correction Program Based on a Noisy Channel Model", COLING 1990.
/// A character left out, or two swapped, can be wrong in one way at each place; a character too many, or another one, in
/// as many ways as there are characters: half of these errors hit a key beside the right one, the others any key. So
/// texts with a character more than what is typed are likelier meant than those with another one in its place.
enum TypingErrorModel {
  /// Two neighbours swapped.
  static let transposition: Float = 0

  /// A character that is missing; one of a pair may be either.
  static func omission(of character: [UInt8], after before: [UInt8]) -> Float {
    character == before ? log(2) : 0
  }

  /// A character too many: the same as one beside it, or of a key beside that one's, or any other.
  static func insertion(of character: [UInt8], beside others: [[UInt8]]) -> Float {
    others.contains { $0 == character || Keyboard.areNeighbours($0, character) } ? near : far
  }

  /// One character in place of another.
  static func substitution(of character: [UInt8], for meant: [UInt8]) -> Float {
    Keyboard.areNeighbours(character, meant) ? near : far
  }

  /// How likely a text is typed for another one with exactly one error; nil where it takes none or more.
  ///
  /// - Complexity: O(length)
  static func likelihood(of typed: [UInt8], for meant: [UInt8]) -> Float? {
    let start = zip(typed, meant).prefix { $0 == $1 }.count
    let (rest, other) = (typed[start...], meant[start...])
    func character(_ text: [UInt8], _ place: Int) -> [UInt8] {
      text.indices.contains(place) ? [text[place]] : []
    }
    switch typed.count - meant.count {
    case 1 where rest.dropFirst().elementsEqual(other):
      return insertion(
        of: character(typed, start), beside: [character(typed, start - 1), character(typed, start + 1)])
    case -1 where rest.elementsEqual(other.dropFirst()):
      return omission(of: character(meant, start), after: character(meant, start - 1))
    case 0
    where rest.count > 1 && rest.dropFirst(2).elementsEqual(other.dropFirst(2))
      && rest[start] == other[start + 1] && rest[start + 1] == other[start]:
      return transposition
    case 0 where !rest.isEmpty && rest.dropFirst().elementsEqual(other.dropFirst()):
      return substitution(of: character(typed, start), for: character(meant, start))
    default: return nil
    }
  }

  /// Of errors that can hit any key this share hits one of about five keys beside the right one.
  private static let nearShare: Float = 0.5
  private static let near: Float = log(nearShare / 5 + (1 - nearShare) / 26)
  private static let far: Float = log((1 - nearShare) / 26)
}

/// Which letters lie beside each other on a keyboard.
enum Keyboard {
  private static let rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"].map { Array($0.utf8) }

  /// Whether two letters are neighbours on a QWERTY keyboard.
  static func areNeighbours(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    guard first.count == 1, second.count == 1, let a = place(of: first[0]), let b = place(of: second[0])
    else { return false }
    return abs(a.row - b.row) <= 1 && abs(a.column - b.column) <= 1
  }

  private static func place(of letter: UInt8) -> (row: Int, column: Int)? {
    for (row, letters) in rows.enumerated() {
      if let column = letters.firstIndex(of: letter) { return (row, column) }
    }
    return nil
  }
}
