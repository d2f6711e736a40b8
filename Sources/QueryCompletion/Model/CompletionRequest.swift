internal import Learning

/// What a shopper has typed, and what he searched before.
///
///     CompletionRequest("ru", after: ["hiking boots"])
public struct CompletionRequest: Sendable, Equatable {
  /// What is typed so far; empty asks for what may come next.
  public var prefix: String

  /// The session's queries before, the oldest one first.
  public var history: [String]

  /// How many suggestions at the most, 0...100.
  public var limit = 10

  /// Whether each suggestion says why it is there.
  public var explains = false

  /// When the answer is wanted, in seconds from the request; nil waits for the whole answer.
  public var deadline: Duration?

  /// Which suggestions may be given.
  public var tiers = Set(CompletionTier.allCases.filter { $0 != .shortened })

  /// The category whose suggestions alone are wanted, by its name in the catalogue; nil for all.
  public var scope: String?

  /// What was shown before the last key, best first: those that are still there keep at least their ranks.
  public var shown: [String] = []

  /// Creates a request.
  public init(_ prefix: String, after history: [String] = [], limit: Int = 10) {
    (self.prefix, self.history, self.limit) = (prefix, history, limit)
  }

  static let limits = 0...100

  /// - Throws: `InvalidInput` for a limit out of range.
  func check() throws {
    var problems = Violations()
    problems.require(Self.limits.contains(limit), "limit", given: limit, expected: "0...100")
    try problems.throwIfAny()
  }

  /// Queries before that are looked at, in characters of each.
  static let longestHistory = 2000
}

/// How a suggestion fits what is typed; a tier's suggestions stand strictly above those of the tiers behind it.
public enum CompletionTier: String, Codable, Sendable, CaseIterable {
  /// Put there by a rule.
  case pinned
  /// Begins with what is typed.
  case exact
  /// Contains every typed word, the last one perhaps unfinished, in any order.
  case conjunctive
  /// Begins with what is typed but for a typing error or two.
  case misspelt
  /// Was never searched: what is typed with its last word finished.
  case generated
  /// Begins with what is typed but for its last characters.
  case shortened
}

/// One suggestion.
public struct Suggestion: Sendable, Equatable, Codable {
  /// What is shown, and searched when it is taken.
  public var text: String
  /// How it fits.
  public var tier: CompletionTier
  /// What it is ranked by within its tier; larger is better.
  public var score: Float
  /// What of the text matches what is typed: offsets into its UTF-16.
  public var highlights: [Range<Int>] = []
  /// The category in which it is offered, where one is likely.
  public var scope: SuggestionScope?

  /// Why it is there, where that is asked for.
  public var explanation: CompletionExplanation?
}

/// Why a suggestion is there.
public struct CompletionExplanation: Sendable, Equatable, Codable {
  /// Value, weight and share of the score of each feature; the shares add up to the score.
  public var parts: [Part]
  /// Typing errors that were forgiven.
  public var edits: Double = 0
  /// Rules that placed it or changed its score.
  public var rules: [String] = []

  /// One feature.
  public struct Part: Sendable, Equatable, Codable {
    /// Which one.
    public let feature: CompletionFeature
    /// What it is for this suggestion.
    public let value: Float
    /// What it counts.
    public let weight: Float
    /// Value times weight.
    public var share: Float { value * weight }
  }
}

/// Suggestions, best first.
public struct CompletionList: Sendable, Equatable, Codable {
  /// The suggestions.
  public var suggestions: [Suggestion] = []

  /// What the answer lacks; nil when it lacks nothing.
  public var degradation: Degradation?

  /// Whether the prefix was longer than is looked at and its rest was ignored.
  public var isCut = false

  /// What an answer lacks.
  public enum Degradation: String, Sendable, Codable, Equatable {
    /// The deadline passed; tiers or the session are left out.
    case deadline
    /// Completion is switched off.
    case disabled
    /// The model has no suggestions at all.
    case noLabels
  }

  /// The texts alone.
  public var texts: [String] { suggestions.map(\.text) }
}
