internal import DynamicChoice

/// One page about a membership: for a manager first, then for who wants to check it.
struct MembershipPage {
  let estimate: ChoiceEstimate
  let report: CounterfactualReport
  /// Profiles, and whether the features describe the rewards; nil where the data were not examined.
  let examination: IdentificationReport?
  /// Documents of charts by file name.
  let charts: [String: String]

  /// The document: no scripts, fonts or network.
  var document: String {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Why members stay</title>
    <style>\(Self.style)</style></head><body>
    <h1>Why members stay</h1>
    <p>\(estimate.report.decisions.grouped) choices of \(estimate.report.customers.counted("customer")); method \
    \(estimate.recipe.method.rawValue), \(estimate.status.word).</p>
    \(list(shortly, id: "short"))
    <h2>What benefits are worth</h2>
    \(chart("reward.svg"))\(parameterTable)
    <h2>What would happen</h2>
    \(caseTable)\(withheld)\(list(report.cases.map(sentence), id: "cases"))
    \(chart("counterfactuals.svg"))\(chart("paths.svg"))
    <h2>Who stays</h2>
    \(chart("renewal.svg"))
    <h2>How sure this is</h2>
    \(list(evidence, id: "evidence"))
    \(chart("profile.svg"))\(chart("anchor.svg"))
    <p>Bands of 95 % are by the delta method, with the error of the estimated engagement chains. The anchor band is how far a figure \
    could move if not being a member gave a reward other than \(anchorReward): no choice reveals that.</p>
    </body></html>

    """
  }

  private static let style =
    "body{font-family:sans-serif;line-height:1.45;max-width:46rem;margin:1rem auto;padding:0 1rem;color:#222}"
    + "svg{width:100%;max-width:36rem;height:auto;display:block;margin:1.5rem 0}"
    + ".wide{overflow-x:auto}table{border-collapse:collapse;font-size:.92rem}"
    + "td,th{padding:.2rem .6rem;text-align:right;border-bottom:1px solid #ccc}"
    + "th:first-child,td.text{text-align:left}#short{background:#f2f6fa;padding:.8rem 1rem .8rem 2rem}"
    + "h2{margin-top:2.2rem;border-bottom:2px solid #0072b2}li{margin:.3rem 0}"

  private func chart(_ name: String) -> String { charts[name] ?? "" }

  private func list(_ sentences: [String], id: String) -> String {
    sentences.isEmpty
      ? "" : "<ul id=\"\(id)\">\n\(sentences.map { "<li>\($0)</li>" }.joined(separator: "\n"))\n</ul>"
  }

  private var anchorReward: String {
    (estimate.file.membership?.anchorReward ?? 0).shortText
  }

  // MARK: In short

  /// What a manager wants to know, computed.
  private var shortly: [String] {
    var sentences: [String] = []
    if let price = estimate.priceCoefficient, let model = estimate.file.membership {
      let worth = zip(model.features, estimate.parameters).compactMap { feature, parameter -> Worth? in
        guard case .flow(let component) = feature.kind else { return nil }
        return Worth(
          words: component.map { "a level of \($0)" } ?? "being a member at all",
          dollars: parameter.value / price,
          low: parameter.low.map { $0 / price }, high: parameter.high.map { $0 / price })
      }.sorted { $0.dollars > $1.dollars }
      if let best = worth.first {
        sentences.append(
          "Members value \(best.words.markupEscaped) most: $\(best.dollars.fixed(2)) a month\(best.range)"
            + worth.dropFirst().map { "; \($0.words.markupEscaped) $\($0.dollars.fixed(2))\($0.range)" }
            .joined()
            + ".")
      }
    } else {
      sentences.append("\(Self.noPrice) Values are in units of utility.")
    }
    if let verdict = examination?.verdict {
      sentences.append("What the data can tell apart: \(verdict.markupEscaped).")
    }
    if let best = report.cases.max(by: { $0.outcomes.revenuePerMonth < $1.outcomes.revenuePerMonth }),
      report.cases.count > 1
    {
      let base = report.base.outcomes.revenuePerMonth
      sentences.append(
        best.outcomes.revenuePerMonth > base
          ? "Most revenue: \(best.name.markupEscaped), $\(best.outcomes.revenuePerMonth.fixed(2)) a month and customer instead of"
            + " $\(base.fixed(2))."
          : "No case brings more revenue than today's $\(base.fixed(2)) a month and customer.")
    }
    let known = report.cases.filter { $0.surplus != nil && $0.verdict != "not identified" }
    if let kindest = known.max(by: { ($0.surplus ?? 0) < ($1.surplus ?? 0) }), let surplus = kindest.surplus,
      surplus > 0
    {
      sentences.append(
        "Best for customers: \(kindest.name.markupEscaped), worth $\(surplus.fixed(0)) today to a new one"
          + Self.caveat(kindest) + ".")
    }
    return sentences
  }

  /// Dollars a month of one feature.
  private struct Worth {
    let words: String
    let dollars: Double
    let low, high: Double?

    /// The 95 % interval in brackets; nothing where there is none.
    var range: String {
      guard let low, let high else { return "" }
      return " (\(low.fixed(2)) to \(high.fixed(2)))"
    }
  }

  /// How far the reward of the anchor decides about a surplus; nothing where it does not.
  private static func caveat(_ found: CaseReport) -> String {
    guard found.dependsOnAnchor == true, let band = found.anchorBand?["surplus_usd"] else { return "" }
    return
      ", or $\(band.low.fixed(0)) to $\(band.high.fixed(0)) depending on what not being a member is worth,"
      + " which no choice reveals"
  }

  private static let noPrice =
    "Surplus in dollars is withheld: the price coefficient is not positive, or its interval covers 0."

  private var withheld: String { estimate.priceCoefficient == nil ? "<p>\(Self.noPrice)</p>" : "" }

  // MARK: Tables

  private var parameterTable: String {
    func cell(_ number: Double?, _ decimals: Int = 4) -> String {
      "<td>\(number.map { $0.fixed(decimals) } ?? "-")</td>"
    }
    let rows = estimate.parameters.map { parameter in
      "<tr><th>\(parameter.name.markupEscaped)</th>" + cell(parameter.value) + cell(parameter.standardError)
        + cell(parameter.low) + cell(parameter.high)
        + "<td>\(estimate.dollars(of: parameter.name) ?? "-")</td><td class=\"text\">\(parameter.verdict.rawValue)</td></tr>"
    }
    return
      "<div class=\"wide\"><table><tr><th>parameter</th><th>value</th><th>se</th><th>95 % low</th><th>high</th>"
      + "<th>$ a month</th><th></th></tr>\n\(rows.joined(separator: "\n"))\n</table></div>"
  }

  private var caseTable: String {
    let outside = Set(estimate.file.membership?.plans.filter { !$0.isMember }.map(\.name) ?? [])
    let rows = ([report.base] + report.cases).map { found -> String in
      let members = found.outcomes.shares.reduce(0) { $0 + (outside.contains($1.key) ? 0 : $1.value) }
      func band(_ bands: [String: Band]?) -> String {
        bands?["surplus_usd"].map { "\($0.low.fixed(0)) to \($0.high.fixed(0))" } ?? ""
      }
      let isBase = found.name == report.base.name
      return "<tr><th>\(found.name.markupEscaped)</th><td>\(isBase ? "" : found.kind.rawValue)</td>"
        + "<td>\((100 * members).fixed(1)) %</td><td>\(found.outcomes.revenuePerMonth.fixed(2))</td>"
        + "<td>\(isBase ? "" : found.surplus.map { $0.fixed(0) } ?? "-")</td><td>\(isBase ? "" : band(found.samplingBand))</td>"
        + "<td>\(isBase ? "" : band(found.anchorBand))</td></tr>"
    }
    return
      "<div class=\"wide\"><table><tr><th>case</th><th>kind</th><th>members</th><th>$ a month</th><th>surplus $</th>"
      + "<th>95 %</th><th>anchor</th></tr>\n\(rows.joined(separator: "\n"))\n</table></div>"
  }

  private func sentence(_ found: CaseReport) -> String {
    found.explanation.markupEscaped
      + (found.verdict == "not identified"
        ? " <strong>Not identified: the reward of the anchor decides about the sign of the surplus.</strong>"
        : "")
  }

  // MARK: Evidence

  private var evidence: [String] {
    var sentences: [String] = []
    if let structural = estimate.structural {
      sentences.append(
        "Log-likelihood \(structural.logLikelihood.fixed(2)), \(structural.meanLogLikelihood.fixed(5)) a choice;"
          + " \(estimate.statesSeen.grouped) of \(estimate.stateCount.grouped) states seen; condition index"
          + " \(structural.diagnosis.conditionIndex.map { $0.fixed(1) } ?? "infinite") (above 30, features are not told apart)."
      )
    }
    guard let examination else { return sentences }
    for group in examination.groups {
      let error = group.differenceError.map { " (se \($0.fixed(4)))" } ?? ", not known at all"
      sentences.append(
        "\(group.features.joined(separator: " and ").markupEscaped) are known only together: \(group.sum.fixed(4)) (se"
          + " \(group.sumError.fixed(4))); apart, \(group.difference.fixed(4))\(error).")
    }
    if let coverage = examination.anchorCoverage {
      sentences.append(
        "Not being a member was chosen in \((100 * coverage.states).fixed(1)) % of the states, which hold"
          + " \((100 * coverage.choices).fixed(1)) % of the choices.")
    }
    if let form = examination.form {
      sentences.append(
        "Rewards without a form differ from those of the features by \(form.whole.found.fixed(3)) (root mean square);"
          + " \(form.whole.expected.fixed(3)) is expected if the features are right: "
          + (form.whole.isMisfit
            ? "<strong>the features miss something</strong>." : "nothing speaks against them."))
    }
    return sentences
  }
}
