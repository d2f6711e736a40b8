public import Learning

/// What a panel's columns mean and what model is estimated from them: the JSON file beside a panel.
public struct ChoiceModelFile: Sendable, Equatable {
  /// The two kinds of models.
  public enum Kind: Sendable, Equatable {
    /// Plans, engagement and fees.
    case membership(MembershipModel)
    /// Any states and actions.
    case panel(PanelModel)
  }

  /// The model.
  public let kind: Kind

  /// The document that it was read from.
  public let document: JSONValue

  /// Reads a model file.
  ///
  /// - Throws: ``InvalidInput`` listing everything that is wrong.
  public init(_ document: JSONValue) throws {
    self.document = document
    var root = ModelFields(document, at: "")
    switch root.text("kind", default: "") {
    case "membership": kind = .membership(try MembershipModel(document))
    case "panel": kind = .panel(try PanelModel(document))
    case let other:
      root.fail("kind", given: other.isEmpty ? "nothing" : other, expected: "membership or panel")
      throw InvalidInput(root.problems.all)
    }
  }

  /// The columns of the panel.
  public var layout: PanelLayout {
    switch kind {
    case .membership(let model): model.layout
    case .panel(let model): model.layout
    }
  }

  /// Names of the actions.
  public var actions: [ChoiceAction] {
    switch kind {
    case .membership(let model): model.plans.map { ChoiceAction($0.name, months: $0.months) }
    case .panel(let model): model.actions.map(\.action)
    }
  }

  /// What is known of rewards; nil where nothing is.
  public var anchor: Anchor? {
    switch kind {
    case .membership(let model): model.anchor
    case .panel(let model): model.anchor
    }
  }

  /// A fingerprint of the document.
  public var fingerprint: String { String(StableHash.fnv1a64((try? document.text()) ?? ""), radix: 16) }

  /// Largest discount that is accepted where paths do not end.
  static let largestDiscount = 0.99999

  static func discount(_ root: inout ModelFields, allowsOne: Bool) -> Double {
    let discount = root.number("discount")
    let fits = discount >= 0 && (discount <= largestDiscount || allowsOne && discount <= 1)
    if !fits {
      root.fail(
        "discount", given: "\(discount)",
        expected: allowsOne ? "0 to 1" : "0 to \(largestDiscount) (1 only with a horizon)")
    }
    return discount
  }
}
