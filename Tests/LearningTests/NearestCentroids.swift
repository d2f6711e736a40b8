import Learning
import LinearAlgebra
import Synchronization

/// A toy estimator for tests of the contract: the label whose mean is nearest.
///
/// It can be told to break one promise, so that the contract is seen failing.
struct NearestCentroids: Estimator {
  /// A promise that the toy can break.
  enum Fault: String, Codable, CaseIterable {
    case random, threadDependent, remembersData, changesInput, firstRowOnly, remembersQueries, wrongBatch
    case forgetsWhenSaved, guessesWithoutData, takesNaN, takesAnyWidth, oneSizeOnly, ignoresCancellation
    case savesPartially, forgetsShrinkage, namesNoRange, hidesOneViolation
  }

  /// Pulls the means to zero, 0 to 1.
  var shrinkage = 0.25
  /// Seeds nothing, since the toy is not random.
  var seed: UInt64 = 0
  var fault: Fault?

  var violations: [Violation] {
    var found = Violations()
    if fault != .namesNoRange {
      found.require((0...1).contains(shrinkage), "shrinkage", given: shrinkage, expected: "0 to 1")
      found.require(
        seed < 100 || fault == .hidesOneViolation && !(0...1).contains(shrinkage), "seed", given: seed,
        expected: "below 100")
    }
    return found.all
  }

  /// Rows and the label of each.
  struct Samples: Sendable, CustomDebugStringConvertible {
    var rows: [[Double]]
    var labels: [Int]
    let reads = Counter()

    var debugDescription: String { "\(rows) \(labels) \(reads.value)" }
  }

  final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
  }

  private static let fits = Counter()
  private static let remembered = Counter()

  func fit(_ input: Samples, on execution: Execution) throws -> Model {
    try check(input)
    if fault == .changesInput { _ = input.reads.next() }
    let labels = Array(Set(input.labels)).sorted()
    let width = input.rows.first?.count ?? 0
    let means = try labels.enumerated().map { position, label in
      execution.progress.report(ProgressEvent(stage: "means", completed: position, total: labels.count))
      if fault != .ignoresCancellation { try execution.cancellation.check() }
      let rows = input.labels.indices.filter {
        input.labels[$0] == label && (fault != .firstRowOnly || $0 < 2)
      }
      return (0..<width).map { column in
        (1 - shrinkage) * rows.reduce(0) { $0 + input.rows[$1][column] } / Double(max(1, rows.count))
      }
    }
    var offset = 0.0
    if fault == .random { offset = Double(Self.fits.next()) }
    if fault == .threadDependent { offset = Double(execution.threads) }
    if fault == .remembersData, input.labels.contains(9) { offset = Double(Self.remembered.next()) }
    if fault == .remembersData { offset = Double(Self.remembered.value) }
    return Model(means: means, labels: labels, offset: offset, fault: fault)
  }

  private func check(_ input: Samples) throws {
    var problems = Violations(violations)
    if fault != .guessesWithoutData {
      problems.require(!input.rows.isEmpty, "rows", given: "no row", expected: "one or more")
    }
    problems.require(
      input.rows.count == input.labels.count, "labels", given: "\(input.labels.count) labels",
      expected: fault == .oneSizeOnly ? "one a row" : "\(input.rows.count), one a row")
    if fault != .takesNaN {
      let bad = input.rows.joined().count { !$0.isFinite }
      problems.require(bad == 0, "rows", given: "\(bad) values NaN or infinite", expected: "finite numbers")
    }
    try problems.throwIfAny()
  }

  /// The means.
  struct Model: Predictor, Codable {
    struct Answer: Equatable {
      let label: Int
      let distance: Double
    }

    var means: [[Double]]
    let labels: [Int]
    let offset: Double
    let fault: Fault?
    private static let queries = Counter()

    func predict(_ query: [Double]) throws -> Answer {
      var problems = Violations()
      if let width = means.first?.count, fault != .takesAnyWidth || query.count > width {
        problems.require(
          query.count == width, "query", given: "\(query.count) numbers", expected: "\(width) as in training")
      }
      if fault != .takesNaN {
        problems.require(
          query.allSatisfy(\.isFinite), "query", given: "NaN or infinity", expected: "finite numbers")
      }
      try problems.throwIfAny()
      var best = Answer(label: -1, distance: .infinity)
      for (mean, label) in zip(means, labels) {
        let distance = zip(mean, query).reduce(offset) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        if distance < best.distance { best = Answer(label: label, distance: distance) }
      }
      if fault == .remembersQueries { return Answer(label: Self.queries.next(), distance: best.distance) }
      return best
    }

    func predict(_ queries: [[Double]]) throws -> [Answer] {
      let answers = try queries.map(predict)
      return fault == .wrongBatch ? answers.reversed() : answers
    }
  }

  private enum CodingKeys: String, CodingKey { case shrinkage, seed, fault }

  init(_ fault: Fault? = nil) { self.fault = fault }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    seed = try container.decode(UInt64.self, forKey: .seed)
    fault = try container.decodeIfPresent(Fault.self, forKey: .fault)
    if fault != .forgetsShrinkage { shrinkage = try container.decode(Double.self, forKey: .shrinkage) }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seed, forKey: .seed)
    try container.encode(fault, forKey: .fault)
    try container.encode(shrinkage, forKey: .shrinkage)
  }
}
