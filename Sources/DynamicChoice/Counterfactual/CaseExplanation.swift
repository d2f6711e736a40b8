/// One computed sentence about a case.
struct CaseExplanation {
  let change: CounterfactualCase
  let base: MembershipOutcomes
  let outcome: MembershipOutcomes
  let surplus: Double?
  let model: MembershipModel
  let changed: MembershipModel

  var text: String {
    var parts: [String] = []
    let (before, after) = (base.memberShare(model), outcome.memberShare(changed))
    parts.append("membership \(verb(after - before)) from \(percent(before)) to \(percent(after))")
    if let plan = mostMoved {
      let (was, now) = (base.shares[plan] ?? 0, outcome.shares[plan] ?? 0)
      parts.append("\(plan) \(verb(now - was)) from \(percent(was)) to \(percent(now))")
    }
    parts.append(
      "revenue \(verb(outcome.revenuePerMonth - base.revenuePerMonth)) from \(dollars(base.revenuePerMonth)) to"
        + " \(dollars(outcome.revenuePerMonth)) a month and customer")
    if let surplus {
      parts.append("a new customer \(surplus < 0 ? "loses" : "gains") \(dollars(abs(surplus)))")
    }
    var text = parts.joined(separator: ", ")
    if isSubstitution, after > before {
      text += "; dearer and yet more members: customers move to another plan, which keeps them longer"
    } else if isSubstitution {
      text += "; customers move between plans"
    }
    return "\(change.name): \(text)."
  }

  /// The plan for members whose share moves most.
  private var mostMoved: String? {
    func change(_ plan: String) -> Double { abs((outcome.shares[plan] ?? 0) - (base.shares[plan] ?? 0)) }
    let plans = model.plans.filter(\.isMember).map(\.name)
    return plans.max { change($0) < change($1) }
  }

  /// Whether a fee rises and another plan gains from it.
  private var isSubstitution: Bool {
    let dearer = Set(change.fees.filter { $0.value > 0 }.keys)
    return !dearer.isEmpty
      && model.plans.contains {
        $0.isMember && !dearer.contains($0.name)
          && (outcome.shares[$0.name] ?? 0) > (base.shares[$0.name] ?? 0) + 1e-4
      }
  }

  private func verb(_ difference: Double) -> String {
    abs(difference) < 5e-5 ? "stays" : difference > 0 ? "rises" : "falls"
  }

  private func percent(_ share: Double) -> String { fixed(100 * share, 1) + " %" }

  private func dollars(_ amount: Double) -> String { "$" + fixed(amount, 2) }
}

/// A number with a fixed number of decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
  let scale = power(10, decimals)
  let whole = (abs(value) * scale).rounded()
  let (units, rest) = (Int(whole / scale), Int(whole.truncatingRemainder(dividingBy: scale)))
  let digits = "\(rest)"
  let padded = String(repeating: "0", count: max(0, decimals - digits.count)) + digits
  return (value < 0 && whole > 0 ? "-" : "") + "\(units)" + (decimals > 0 ? "." + padded : "")
}
