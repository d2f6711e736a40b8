/// What a merchandiser wants shown and not shown.
///
///     var rules = CompletionRules()
///     rules.blocks = [.init(.contains, "casino")]
///     rules.pins = [.init("summer sale", prefix: "su", until: 1_760_000_000)]
public struct CompletionRules: Codable, Sendable, Equatable {
  /// Texts that are never shown.
  public var blocks: [Block] = []
  /// Texts that are shown although a block of ``Block/Kind/contains`` or a pattern hits them.
  public var allows: [String] = []
  /// Texts that are shown first.
  public var pins: [Pin] = []
  /// Suggestions that rank higher or lower than they would.
  public var boosts: [Boost] = []
  /// Whether anything is shown at all.
  public var isEnabled = true

  /// Creates rules that change nothing.
  public init() {}

  /// A text that is never shown.
  public struct Block: Codable, Sendable, Equatable {
    /// What of a suggestion it is compared with.
    public enum Kind: String, Codable, Sendable, CaseIterable {
      /// The whole.
      case exact
      /// Any part.
      case contains
      /// Any part, with `*` for any characters of a word, `?` for one, `|` between choices.
      case pattern
    }
    /// What of a suggestion it is compared with.
    public var kind: Kind
    /// The text.
    public var text: String

    /// Creates a block.
    public init(_ kind: Kind, _ text: String) { (self.kind, self.text) = (kind, text) }
  }

  /// A text that is shown first.
  public struct Pin: Codable, Sendable, Equatable {
    /// The text.
    public var text: String
    /// What must be typed so far: a beginning of this or more of the text.
    public var prefix: String
    /// From when, in seconds since 1970; nil from ever.
    public var from: Double?
    /// Until before when; nil for ever.
    public var until: Double?

    /// Creates a pin.
    public init(_ text: String, prefix: String, from: Double? = nil, until: Double? = nil) {
      (self.text, self.prefix, self.from, self.until) = (text, prefix, from, until)
    }
  }

  /// A suggestion that ranks higher or lower than it would.
  public struct Boost: Codable, Sendable, Equatable {
    /// The suggestion.
    public var text: String
    /// What its count is multiplied by, above 0.
    public var factor: Double
    /// From when, in seconds since 1970; nil from ever.
    public var from: Double?
    /// Until before when; nil for ever.
    public var until: Double?

    /// Creates a boost.
    public init(_ text: String, factor: Double, from: Double? = nil, until: Double? = nil) {
      (self.text, self.factor, self.from, self.until) = (text, factor, from, until)
    }
  }
}
