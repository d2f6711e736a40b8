internal import Learning
internal import LinearAlgebra
internal import TextFeatures

/// The category that each suggestion asks for; empty without a catalogue.
///
/// Suggestions of one group have one category, so that a limit for each category leaves ranks as they are.
struct LabelCategories: Sendable, Equatable {
  let names: [String]
  /// For each label the number of its category + 1; 0 where it is not known.
  let numbers: StoredArray<UInt16>
  /// How likely each is, in 255ths.
  let shares: StoredArray<UInt8>

  /// Less likely categories are not told.
  static let leastShare: Float = 0.6

  /// None are known.
  static let none = LabelCategories(names: [], numbers: StoredArray([]), shares: StoredArray([]))

  init(names: [String], numbers: StoredArray<UInt16>, shares: StoredArray<UInt8>) {
    (self.names, self.numbers, self.shares) = (names, numbers, shares)
  }

  /// Guesses the category of each label's group from titles.
  init(_ labels: LabelStore, _ groups: LabelGroups, _ titles: [CatalogueTitle], stemming: StemmingLanguage?) {
    let guess = CategoryGuess(titles, stemming: stemming)
    guard !guess.names.isEmpty else {
      self = .none
      return
    }
    var (numbers, shares) = ([UInt16](), [UInt8]())
    for label in 0..<labels.count {
      let first = groups.group(of: label)
      if first < label {
        numbers.append(numbers[first])
        shares.append(shares[first])
      } else {
        let found = guess.category(of: labels.surface(of: label))
        numbers.append(UInt16(found.map { $0.number + 1 } ?? 0))
        shares.append(UInt8(found.map { 255 * $0.share } ?? 0))
      }
    }
    self.init(names: guess.names, numbers: StoredArray(numbers), shares: StoredArray(shares))
  }

  var isEmpty: Bool { numbers.isEmpty }

  /// The number of a name + 1; nil where there is no such category.
  func number(of name: String) -> UInt16? { names.firstIndex(of: name).map { UInt16($0 + 1) } }

  /// What a suggestion is offered in; nil where that is not likely enough.
  func scope(of label: Int) -> SuggestionScope? {
    guard !isEmpty, numbers[label] > 0, Int(numbers[label]) <= names.count else { return nil }
    let share = Float(shares[label]) / 255
    return share >= Self.leastShare
      ? SuggestionScope(category: names[Int(numbers[label]) - 1], share: share) : nil
  }

  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("names", value: names)
    try writer.add("numbers", array: numbers)
    try writer.add("shares", array: shares)
  }

  init(from archive: ModelArchive, labelCount: Int) throws {
    let names = try archive.value("names", as: [String].self)
    let count = names.isEmpty ? 0 : labelCount
    self.init(
      names: names, numbers: try archive.array("numbers", of: UInt16.self, count: count),
      shares: try archive.array("shares", of: UInt8.self, count: count))
  }
}

/// The category in which a suggestion is offered, as in "running shoes in footwear".
public struct SuggestionScope: Sendable, Equatable, Codable {
  /// The category's name.
  public var category: String

  /// How likely it is meant, 0.6...1.
  public var share: Float
}
