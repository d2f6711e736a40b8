/// A recipe that learns a model from data.
///
/// The recipe is a struct of defaulted `var`s; ``fit(_:on:)`` checks it, learns, and returns an immutable
/// model. The recipe is never changed by fitting, so fitting twice forgets the first time, and a model that
/// is "not fitted" cannot be written.
///
///     var recipe = XRLinear()
///     recipe.threshold = 0.2
///     let model = try recipe.fit(data)
///
/// Every estimator keeps the contract of `Tests/TestSupport/EstimatorContract.swift`: the same recipe, seed and
/// data give the same model at any number of threads.
public protocol Estimator: Codable, Sendable, Equatable {
  /// What it learns from.
  associatedtype Input: Sendable

  /// What it learns.
  associatedtype Model: Predictor

  /// Every hyper-parameter out of range, with name, value and allowed range; empty when the recipe is usable.
  var violations: [Violation] { get }

  /// Learns a model.
  ///
  /// - Parameters:
  ///   - input: the data; never changed.
  ///   - execution: threads, progress and cancellation; has no influence on the result.
  /// - Throws: ``InvalidInput`` listing every violation of recipe and data; `CancellationError`.
  func fit(_ input: Input, on execution: Execution) throws -> Model
}

extension Estimator {
  /// Learns a model on all processors, silently.
  public func fit(_ input: Input) throws -> Model {
    try fit(input, on: Execution())
  }
}

/// A learned, immutable model that answers queries.
public protocol Predictor: Sendable {
  /// What is asked.
  associatedtype Query

  /// What is answered.
  associatedtype Answer

  /// Answers one query. Asking many at once, in whatever way a model offers, gives exactly the same answers.
  ///
  /// - Throws: ``InvalidInput`` when the query does not fit the model, with both sizes.
  func predict(_ query: Query) throws -> Answer
}

/// A model that goes on learning, one observation at a time.
public protocol OnlineLearner: Sendable {
  /// What it learns from.
  associatedtype Observation

  /// Takes one observation into account.
  ///
  /// - Throws: ``InvalidInput``; the learner is then as it was.
  mutating func update(with observation: Observation) throws
}
