public import PolicyEvaluation

/// The file formats of logged decisions.
public enum DecisionLogFormat: Sendable, Equatable {
  /// One JSON object a decision.
  case jsonLines
  /// Vowpal Wabbit's text for contextual bandits.
  case vowpalWabbit(VowpalWabbitText)
  /// The Open Bandit Dataset's CSV; read only.
  case openBandit(items: OpenBanditItems?)
}

extension DecisionLog {
  /// Reads logged decisions; a line that is wrong costs that line and is told in the report.
  ///
  /// - Throws: ``FileError``, ``FileFormatError``, ``InvalidInput`` when the file as a whole cannot be read;
  ///   `CancellationError`.
  /// - Complexity: O(bytes)
  public static func read(
    from source: ByteSource, format: DecisionLogFormat, options: ReadOptions = ReadOptions()
  ) throws -> (value: DecisionLog, report: ReadReport) {
    switch format {
    case .jsonLines: try readJSONLines(from: source, options: options)
    case .vowpalWabbit(let text): try text.read(from: source, options: options)
    case .openBandit(let items): try readOpenBandit(from: source, items: items, options: options)
    }
  }
}
