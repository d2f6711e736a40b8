internal import FoundationEssentials
internal import LinearAlgebra
internal import QueryCompletion

extension CompletionRules {
  /// Reads rules from a JSON file; what it leaves out changes nothing.
  init(contentsOf path: String) throws {
    let file = try MappedFile(path: path)
    do {
      self = try file.withUnsafeBytes {
        try JSONDecoder().decode(CompletionRulesDocument.self, from: Data($0))
      }.rules
    } catch is DecodingError {
      throw FileFormatError(
        path: path, given: "text that is no set of rules",
        expected:
          "{\"blocks\":[{\"kind\":\"contains\",\"text\":…}],\"allows\":[…],\"pins\":[…],\"boosts\":[…]}",
        advice: "docs/formats.md states the form.")
    }
  }
}

/// Rules as a file has them: every part may be left out.
private struct CompletionRulesDocument: Decodable {
  var blocks: [CompletionRules.Block]?
  var allows: [String]?
  var pins: [CompletionRules.Pin]?
  var boosts: [CompletionRules.Boost]?
  var isEnabled: Bool?

  var rules: CompletionRules {
    var rules = CompletionRules()
    rules.blocks = blocks ?? []
    rules.allows = allows ?? []
    rules.pins = pins ?? []
    rules.boosts = boosts ?? []
    rules.isEnabled = isEnabled ?? true
    return rules
  }
}
