public import Probability

/// Any model of how customers choose: it draws a customer and says what that customer takes from an offer.
///
/// The whole randomness of a customer is drawn once, before any offer is known; the same customer can then be asked
/// about several offers, which makes comparisons exact (common random numbers).
public protocol ChoiceOracle: Sendable {
  /// Everything that is random about one customer.
  associatedtype Customer: Sendable

  /// How many products there are.
  var productCount: Int { get }

  /// Draws a customer.
  func draw(using generator: inout SeededGenerator) -> Customer

  /// What the customer buys when `offered` is on offer; nil for nothing. Always the same for the same arguments.
  func choose(_ customer: Customer, offered: ProductSet) -> Int?
}

/// A logit or a mixture of logits as random utilities, to be asked customer by customer.
public struct LogitOracle: ChoiceOracle {
  /// One customer: a utility for every product, relative to buying nothing.
  public struct Customer: Sendable {
    let utilities: [Double]
    let outside: Double
  }

  private let model: MixtureModel
  private let logarithms: [[Double]]
  private let outside: [Double]
  private let classes: AliasSampler

  /// The oracle of a mixture.
  public init(_ model: MixtureModel) {
    self.model = model
    logarithms = model.attractions.map { $0.map(logProbability) }
    outside = model.outsideAttractions.map(logProbability)
    classes = AliasSampler(weights: model.shares)
  }

  /// How many products there are.
  public var productCount: Int { model.productCount }

  /// Draws a class and a Gumbel-distributed taste for every product.
  public func draw(using generator: inout SeededGenerator) -> Customer {
    let k = classes.draw(using: &generator)
    return Customer(
      utilities: logarithms[k].map { $0 + generator.gumbel() }, outside: outside[k] + generator.gumbel())
  }

  /// The product of highest utility above that of buying nothing.
  public func choose(_ customer: Customer, offered: ProductSet) -> Int? {
    var (best, choice): (Double, Int?) = (customer.outside, nil)
    for i in customer.utilities.indices where offered.contains(i) && customer.utilities[i] > best {
      (best, choice) = (customer.utilities[i], i)
    }
    return choice
  }
}
