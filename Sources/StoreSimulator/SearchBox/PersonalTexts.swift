internal import Probability

/// Texts that would say who someone is, were they not invented: reserved domains, telephone numbers and test cards.
enum PersonalTexts {
  static func text(_ generator: inout SeededGenerator) -> String {
    func pick(_ list: [String]) -> String { list[generator.integer(below: list.count)] }
    func digits(_ count: Int) -> String {
      (0..<count).map { _ in "\(generator.integer(below: 10))" }.joined()
    }
    let first = pick(["ada", "ben", "cleo", "dov", "enid", "finn", "gus", "hal", "ines", "jun"])
    let last =
      pick(["amber", "birch", "cole", "dunn", "eck"]) + pick(["field", "holt", "mere", "stad", "wick"])
    let text =
      switch generator.integer(below: 6) {
      case 0: "\(first).\(last)\(digits(2))@example.\(pick(["com", "org", "net"]))"
      case 1: pick(["555-01", "(202) 555-01", "202.555.01"]) + digits(2)
      case 2: pick(["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005"])
      case 3: "1" + digits(9)
      case 4: "\(1 + generator.integer(below: 99)) \(pick(["ash", "lime", "pine"])) street"
      // No pattern knows a name: only that hardly anyone else searched it.
      default: "\(first) \(last) \(digits(3))"
      }
    return pick(["", "refund ", "gift for ", "login "]) + text
  }
}
