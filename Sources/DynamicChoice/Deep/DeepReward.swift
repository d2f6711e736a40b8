public import Learning

/// Deep PQR: a network learns features from the choices, and the last layer of every step is then solved exactly.
///
///     var recipe = DeepReward()
///     recipe.base.screening = .groups        // irrelevant inputs are dropped before the network sees them
///     let model = try recipe.fit(rows)
///
/// The features are 1, the inputs and the last hidden layer, each divided by its deviation; policy, values of the anchor and
/// rewards are the steps of ``SieveReward`` on them. The network alone, trained through all steps by stochastic gradients,
/// is several times worse (its errors are multiplied by 1/(1 - discount)).
public struct DeepReward: Estimator {
  /// Screening, discount, anchor; its `declaredRidge` is the penalty of the features.
  public var base: SieveReward
  /// Networks that are trained from different starts; the features of all serve together.
  public var networks = 2
  /// Units of each hidden layer.
  public var hidden = 64
  /// Passes over the data.
  public var epochs = 6
  /// Choices a step.
  public var batch = 512
  /// Size of steps at the start; it falls linearly.
  public var rate = 3e-3
  /// Decay of the weights.
  public var decay = 1e-3
  /// Seeds the network's start, its held-out tenth and the order of choices.
  public var seed: UInt64 = 0

  /// Creates the default recipe.
  public init() {
    base = SieveReward()
    base.declaredRidge = 1
  }

  /// Every option out of range.
  public var violations: [Violation] {
    var found = Violations(base.violations)
    found.require((1...100).contains(networks), "networks", given: networks, expected: "1 to 100")
    found.require((1...4096).contains(hidden), "hidden", given: hidden, expected: "1 to 4096")
    found.require((1...10_000).contains(epochs), "epochs", given: epochs, expected: "1 to 10000")
    found.require((1...1_000_000).contains(batch), "batch", given: batch, expected: "1 to 1000000")
    found.require(rate > 0 && rate <= 1, "rate", given: rate, expected: "above 0, at most 1")
    found.require(decay >= 0 && decay <= 1, "decay", given: decay, expected: "0 to 1")
    return found.all
  }
}
