/// A search as it stands in a log.
public struct LoggedSearch: Sendable, Equatable {
  /// Who searched.
  public var user: String
  /// The session, where the log names it.
  public var session: String?
  /// Seconds since the start of 1970.
  public var time: Double
  /// What was searched.
  public var text: String
  /// What was typed on the way, where the log says so.
  public var typed: [String] = []
  /// Whether it was sent by the shopper, not by a pause while typing.
  public var isSubmitted = true

  /// Creates a search.
  public init(_ text: String, user: String, time: Double, session: String? = nil) {
    (self.text, self.user, self.time, self.session) = (text, user, time, session)
  }
}
