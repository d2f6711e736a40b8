internal import LinearAlgebra

/// Lets only so many suggestions of each category into a list before the others of it are looked at.
///
/// A cap keeps ranks as they are while a shopper types on: with a longer prefix fewer suggestions of each category stand
/// above a given one, and min(cap, fewer) is no more. Maximal marginal relevance has no such property.
struct CategoryCap {
  private let categories: LabelCategories
  private let cap: Int
  private var counts: [UInt16: Int] = [:]
  /// Suggestions beyond the cap, best first.
  private(set) var overflow: [(label: Int, score: Float)] = []
  private var skipped = 0

  /// Suggestions beyond the cap that are passed at the most, so that one crowded category costs no more than this.
  private static let patience = 1024

  /// - Parameter cap: suggestions of a category; 0 for any number.
  init(_ categories: LabelCategories, cap: Int) {
    (self.categories, self.cap) = (categories, categories.isEmpty ? 0 : cap)
  }

  /// Whether there is room for a suggestion of a label's category.
  func hasRoom(for label: Int) -> Bool {
    if cap == 0 { return true }
    let category = categories.numbers[label]
    return category == 0 || counts[category, default: 0] < cap
  }

  /// Counts a suggestion that is taken.
  mutating func take(_ label: Int) {
    if cap > 0 { counts[categories.numbers[label], default: 0] += 1 }
  }

  /// Keeps a suggestion for which there is no room; false when it is time to give up.
  mutating func set(aside found: (label: Int, score: Float), limit: Int) -> Bool {
    if overflow.count < limit { overflow.append(found) }
    skipped += 1
    return skipped < Self.patience
  }
}
