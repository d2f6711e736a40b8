internal import DynamicChoice
internal import Learning

/// What `membership counterfactual` prints.
struct CounterfactualDocument: Encodable {
  struct Case: Encodable {
    let name, type: String
    let shares: [String: Double]
    let renewal, renewal_by_status, churn: [String: Double?]
    let win_back: Double?
    let revenue_per_month, revenue_new_customer: Double
    let surplus_usd: Double?
    let paths: [String: Double]
    let path_by_month: [[String: Double]]
    let sampling_band, anchor_band: [String: Band]?
    let depends_on_anchor: Bool?
    let verdict, explanation: String

    init(_ report: CaseReport) {
      let outcomes = report.outcomes
      (name, type) = (report.name, report.kind.rawValue)
      (shares, renewal, renewal_by_status) = (outcomes.shares, outcomes.renewal, outcomes.renewalByStatus)
      churn = outcomes.renewalByStatus.mapValues { $0.map { 1 - $0 } }
      win_back = outcomes.winBack
      (revenue_per_month, revenue_new_customer) = (outcomes.revenuePerMonth, outcomes.revenueNewCustomer)
      surplus_usd = report.surplus
      (paths, path_by_month) = (outcomes.paths, outcomes.sharesByMonth)
      (sampling_band, anchor_band) = (report.samplingBand, report.anchorBand)
      (depends_on_anchor, verdict, explanation) = (report.dependsOnAnchor, report.verdict, report.explanation)
    }
  }

  let base: Case
  let cases: [Case]
  /// Why no surplus in dollars is given.
  let surplus_withheld: String?

  init(_ report: CounterfactualReport, price: Double?) {
    base = Case(report.base)
    cases = report.cases.map(Case.init)
    surplus_withheld =
      price == nil ? "the price coefficient is not positive, or its interval covers 0" : nil
  }

  func print(_ report: CounterfactualReport, on console: Console) throws {
    let plans = (report.cases + [report.base]).flatMap { $0.outcomes.shares.keys }
    let names = Set(plans).sorted()
    var table = TextTable(
      [.left("case"), .left("kind")] + names.map { .right($0) } + [
        .right("$ a month"), .right("surplus $"), .right("95 %"), .right("anchor"),
      ])
    for found in [report.base] + report.cases {
      func text(_ band: Band?) -> String { band.map { "\($0.low.fixed(2)) to \($0.high.fixed(2))" } ?? "-" }
      let isBase = found.name == report.base.name
      table.add(
        [found.name, isBase ? "" : found.kind.rawValue]
          + names.map { found.outcomes.shares[$0].map { $0.fixed(4) } ?? "-" }
          + [
            found.outcomes.revenuePerMonth.fixed(2), isBase ? "" : found.surplus.map { $0.fixed(2) } ?? "-",
            isBase ? "" : text(found.samplingBand?["surplus_usd"]),
            isBase ? "" : text(found.anchorBand?["surplus_usd"]),
          ])
    }
    try console.print(table)
    if let surplus_withheld { try console.print("Surplus in dollars is withheld: \(surplus_withheld).") }
    for (path, probability) in report.base.outcomes.paths.sorted(by: { $0.key < $1.key }) {
      try console.print("path \(path): \(probability.fixed(5))")
    }
    for found in report.cases {
      try console.print(found.explanation)
      if found.verdict == "not identified" {
        try console.print(
          "\(found.name): not identified; the reward of the anchor decides about the sign of the surplus.")
      }
    }
  }
}
