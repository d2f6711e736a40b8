public import Learning

/// What an estimator is tried with, to show that it keeps its contract.
///
///     @Test(arguments: ContractItem.allCases)
///     func `nearest centroids keep the estimator contract`(item: ContractItem) throws {
///       var contract = EstimatorContract(recipe, input: data, otherInput: otherData, queries: queries)
///       contract.batch = { try $0.predict($1) }
///       …
///       #expect(try contract.failures(of: item) == [])
///     }
///
/// What does not apply is exempted with a reason; what is neither given nor exempted fails.
public struct EstimatorContract<Recipe: Estimator> where Recipe.Model.Answer: Equatable {
  /// What the estimator learns from.
  public typealias Input = Recipe.Input
  /// What it learns.
  public typealias Model = Recipe.Model
  /// What a model is asked.
  public typealias Query = Recipe.Model.Query
  /// What it answers.
  public typealias Answer = Recipe.Model.Answer

  /// What is expected of data that is hardly any.
  public enum Outcome {
    /// A model that answers every query.
    case fits
    /// ``InvalidInput`` whose description contains this.
    case isRefused(String)
  }

  /// A hyper-parameter set to a value out of its range.
  public struct OutOfRange {
    let name: String
    let value: String
    let allowed: String
    let set: (inout Recipe) -> Void

    /// Says that `set` makes the hyper-parameter `name` be `value`, and that `allowed` is what the error must
    /// give as the allowed range.
    public init(
      _ name: String, _ value: some CustomStringConvertible, allowed: String,
      set: @escaping (inout Recipe) -> Void
    ) {
      (self.name, self.value, self.allowed, self.set) = (name, value.description, allowed, set)
    }
  }

  /// A usable recipe.
  public var recipe: Recipe
  /// Data that it can learn from.
  public var input: Input
  /// Other such data.
  public var otherInput: Input
  /// Queries that models of both data answer; at least two, with different answers.
  public var queries: [Query]

  /// Writes a model to a path.
  public var save: ((Model, String) throws -> Void)?
  /// Reads what `save` has written.
  public var load: ((String) throws -> Model)?
  /// Answers many queries at once.
  public var batch: ((Model, [Query]) throws -> [Answer])?
  /// The data with its rows in reverse order.
  public var inputWithRowsReversed: Input?
  /// Data that is hardly any, what it is, and what is expected.
  public var smallData: [(name: String, input: Input, outcome: Outcome)] = []
  /// Data with NaN or infinity in one place.
  public var inputsNotFinite: [Input] = []
  /// Queries with NaN or infinity in one place.
  public var queriesNotFinite: [Query] = []
  /// Data whose parts do not fit, and the two sizes that the error must name.
  public var mismatchedInputs: [(input: Input, sizes: (Int, Int))] = []
  /// Queries that do not fit the model, and the two sizes that the error must name.
  public var mismatchedQueries: [(query: Query, sizes: (Int, Int))] = []
  /// At least one value for each hyper-parameter that has a range, by its own name also where it is in a part of
  /// the recipe.
  public var outOfRange: [OutOfRange] = []
  /// Hyper-parameters that may have any value of their type.
  public var withoutRange: [String] = []
  /// Items that do not apply, each with the reason.
  public var exemptions: [ContractItem: String] = [:]

  /// Starts a contract; what is not set here is set afterwards or exempted.
  public init(_ recipe: Recipe, input: Input, otherInput: Input, queries: [Query]) {
    precondition(queries.count >= 2, "at least two queries")
    self.recipe = recipe
    self.input = input
    self.otherInput = otherInput
    self.queries = queries
  }

  /// What the estimator breaks of one item, in words; empty where it keeps it.
  ///
  /// - Throws: what fitting or answering throws where it must not.
  public func failures(of item: ContractItem) throws -> [String] {
    if let reason = exemptions[item] { return reason.isEmpty ? ["an exemption needs a reason"] : [] }
    return switch item {
    case .deterministic: try failuresOfDeterminism()
    case .independentOfThreads: try failuresOfThreads()
    case .refitForgets: try failuresOfRefitting()
    case .inputUnchanged: try failuresOfInput()
    case .rowOrder: try failuresOfRowOrder()
    case .queryOrder: try failuresOfQueryOrder()
    case .batch: try failuresOfBatch()
    case .saveAndLoad: try failuresOfSaving()
    case .smallData: failuresOfSmallData()
    case .notFinite: try failuresOfNotFinite()
    case .mismatch: try failuresOfMismatch()
    case .cancellation: try failuresOfCancellation()
    case .codable: try failuresOfCoding()
    case .ranges: try failuresOfRanges()
    }
  }
}
