internal import AssortmentPlanning
internal import Learning

/// Rules that static assortments and plans share.
struct RuleOptions: OptionGroup {
  @Option("max-products", .integer(0...100_000_000), "Most products that are carried.") var maximumProducts:
    Int?
  @Option("must", .text("ID"), "A product that is carried in any case; may be repeated.") var must: [String]
  @Option("exclude", .text("ID"), "A product that is not carried; may be repeated.") var exclude: [String]
  @Option(
    "at-most", .text("N:ID,ID"), "Of these products at most N are carried; may be repeated.") var atMost:
    [String]

  func groups(_ market: Market) throws -> [PlanRules.Group] {
    try atMost.map { text in
      let parts = text.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let limit = Int(parts[0]), limit >= 0 else {
        throw UsageError(
          "--at-most: given \(text.echoed), expected a number, a colon and ids separated by commas")
      }
      return PlanRules.Group(
        name: text,
        products: try market.numbers(of: parts[1].split(separator: ",").map(String.init), "--at-most"),
        limit: limit)
    }
  }

  func rules(_ market: Market) throws -> PlanRules {
    var rules = PlanRules()
    rules.maximumProducts = maximumProducts
    rules.mustCarry = try market.numbers(of: must, "--must")
    rules.excluded = try market.numbers(of: exclude, "--exclude")
    rules.groups = try groups(market)
    return rules
  }
}
