/// What is known of a candidate beside the rankers' scores.
///
/// "Weight" of a word is its inverse document frequency among titles; shares are of the query's summed weight unless
/// they say otherwise.
public enum FusionFeature: Int, Sendable, CaseIterable {
  // Words of the query in the title.
  case titleShare, titleWordShare, allInTitle, heaviestMissing, matchedWeight
  // The title in the query.
  case coveredWeight, coveredWords, titleLength, lastTitleWord
  // Order and place.
  case pairsInOrder, pairsEitherWay, lastWord, lastWordNearEnd, firstWord, firstWordNearStart
  case earliestMatch, latestMatch, compactness
  // Numbers.
  case numberShare, numberBeforeSameWord, numberConflict
  // Likeness to the best products by words.
  case feedback, headAgreement
  // Words of the query in other fields.
  case brandShare, categoryShare, descriptionShare, attributesShare, anyFieldShare
  // The query itself; matters where it decides how much other columns say.
  case queryWords, queryWeight, heaviestWord, unknownShare
  // Worth of single words.
  case wordsHeld, wordsMatched
  // Clicked queries.
  case titleOrClickShare, clickShare, nearestQuery, meanNearness, sameQuery, clicks

  /// The columns that only pairs fill.
  static let ofClicks: ClosedRange<Int> =
    FusionFeature.titleOrClickShare.rawValue...FusionFeature.clicks.rawValue

  /// What it is, for people.
  public var label: String {
    switch self {
    case .titleShare: "weight of the words in the title"
    case .titleWordShare: "share of the words in the title"
    case .allInTitle: "all words in the title"
    case .heaviestMissing: "heaviest word not in the title"
    case .matchedWeight: "summed weight of the words in the title"
    case .coveredWeight: "weight of the title's words in the query"
    case .coveredWords: "share of the title's words in the query"
    case .titleLength: "length of the title"
    case .lastTitleWord: "last word of the title in the query"
    case .pairsInOrder: "neighbouring words kept"
    case .pairsEitherWay: "neighbouring words kept in either order"
    case .lastWord: "last word in the title"
    case .lastWordNearEnd: "last word near the end of the title"
    case .firstWord: "first word in the title"
    case .firstWordNearStart: "first word near the start of the title"
    case .earliestMatch: "how early words begin in the title"
    case .latestMatch: "how late words end in the title"
    case .compactness: "how close words stand in the title"
    case .numberShare: "numbers in the title"
    case .numberBeforeSameWord: "numbers with their unit in the title"
    case .numberConflict: "another number before the same unit"
    case .feedback: "likeness to the best products by words"
    case .headAgreement: "last title word as in the best products by words"
    case .brandShare: "words in the brand"
    case .categoryShare: "words in the category"
    case .descriptionShare: "words in the description"
    case .attributesShare: "words in the attributes"
    case .anyFieldShare: "words in any text"
    case .queryWords: "number of words"
    case .queryWeight: "weight of the query"
    case .heaviestWord: "heaviest word of the query"
    case .unknownShare: "words that no product has"
    case .wordsHeld: "worth of the title's words"
    case .wordsMatched: "worth of the words found"
    case .titleOrClickShare: "words in the title or in clicked queries"
    case .clickShare: "words in clicked queries"
    case .nearestQuery: "likeness to the nearest clicked query"
    case .meanNearness: "likeness to the clicked queries"
    case .sameQuery: "clicks after the same query"
    case .clicks: "clicks of the product"
    }
  }
}
