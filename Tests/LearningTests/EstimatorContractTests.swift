import Learning
import TestSupport
import Testing

private typealias Samples = NearestCentroids.Samples

/// The contract of the toy, with everything that the contract asks for.
private func contract(_ fault: NearestCentroids.Fault? = nil) -> EstimatorContract<NearestCentroids> {
  let rows: [[Double]] = [[1, 2], [3, 2], [8, 9], [10, 9], [-4, 0]]
  let samples = Samples(rows: rows, labels: [0, 0, 1, 1, 2])
  var contract = EstimatorContract(
    NearestCentroids(fault), input: samples, otherInput: Samples(rows: rows, labels: [3, 9, 9, 3, 3]),
    queries: [[1, 1], [9, 9], [-3, -3], [4, 4]])
  contract.inputWithRowsReversed = Samples(rows: rows.reversed(), labels: [2, 1, 1, 0, 0])
  contract.batch = { try $0.predict($1) }
  contract.save = { model, path in
    var model = model
    if model.fault == .forgetsWhenSaved { model.means.reverse() }
    if model.fault == .savesPartially { try write([0], toFile: path + ".partial") }
    try write(Array(JSONValue(encoding: model).text().utf8), toFile: path)
  }
  contract.load = { try JSONValue(parsing: bytes(ofFile: $0)).decoded(as: NearestCentroids.Model.self) }
  contract.smallData = [
    ("empty", Samples(rows: [], labels: []), .isRefused("rows: given no row, expected one or more")),
    ("one row", Samples(rows: [[1, 2]], labels: [5]), .fits),
    ("one label", Samples(rows: [[1, 2], [3, 4]], labels: [5, 5]), .fits),
  ]
  contract.inputsNotFinite = [.nan, .infinity].map { Samples(rows: [[1, $0]], labels: [0]) }
  contract.queriesNotFinite = [[.nan, 1], [1, -.infinity]]
  contract.mismatchedInputs = [(Samples(rows: rows, labels: [1, 2]), (5, 2))]
  contract.mismatchedQueries = [([1], (1, 2)), ([1, 2, 3], (3, 2))]
  contract.outOfRange = [
    .init("shrinkage", -0.5, allowed: "0 to 1") { $0.shrinkage = -0.5 },
    .init("shrinkage", 1.5, allowed: "0 to 1") { $0.shrinkage = 1.5 },
    .init("seed", 100, allowed: "below 100") { $0.seed = 100 },
  ]
  contract.withoutRange = ["fault"]
  return contract
}

@Test(arguments: ContractItem.allCases)
func `an estimator that keeps the contract passes every item`(item: ContractItem) throws {
  #expect(try contract().failures(of: item) == [])
}

@Test(
  arguments: [
    (.random, .deterministic, "fitted twice: other answers"),
    (.threadDependent, .independentOfThreads, "fitted on 2 threads: other answers"),
    (.remembersData, .refitForgets, "fitting other data in between changes the answers"),
    (.changesInput, .inputUnchanged, "fitting changed its data"),
    (.firstRowOnly, .rowOrder, "reversed rows change the answers"),
    (.remembersQueries, .queryOrder, "queries asked in reverse order get other answers"),
    (.wrongBatch, .batch, "a batch is not answered as one by one"),
    (.forgetsWhenSaved, .saveAndLoad, "the loaded model answers differently"),
    (.savesPartially, .saveAndLoad, "saving leaves [\"model.partial\"] behind"),
    (.guessesWithoutData, .smallData, "empty: expected an error, given a model"),
    (.takesNaN, .notFinite, "data 0 is not refused"),
    (.takesNaN, .notFinite, "query 1 is not refused"),
    (.takesAnyWidth, .mismatch, "query 0 is not refused with both sizes"),
    (.oneSizeOnly, .mismatch, "data 0 is not refused with both sizes"),
    (.ignoresCancellation, .cancellation, "a fit that was cancelled before does not throw CancellationError"),
    (.ignoresCancellation, .cancellation, "a fit that was cancelled at its first report goes on to the end"),
    (
      .forgetsShrinkage, .codable,
      "read from JSON differently: {\"fault\":\"forgetsShrinkage\",\"seed\":0,\"shrinkage\":-0.5}"
    ),
    (.namesNoRange, .ranges, "shrinkage = -0.5 is not refused"),
    (.namesNoRange, .ranges, "seed = 100 is not refused"),
    (.hidesOneViolation, .ranges, "seed is missing among all violations"),
  ] as [(NearestCentroids.Fault, ContractItem, String)])
func `a broken promise is found and named`(
  fault: NearestCentroids.Fault, item: ContractItem, expected: String
) throws {
  #expect(try contract(fault).failures(of: item).contains(expected))
}

@Test func `what is neither given nor exempted fails`() throws {
  let samples = Samples(rows: [[1], [2]], labels: [1, 2])
  var bare = EstimatorContract(NearestCentroids(), input: samples, otherInput: samples, queries: [[1], [1]])
  for item in ContractItem.allCases {
    let failures = try bare.failures(of: item)
    let needsNothing: [ContractItem] = [.deterministic, .independentOfThreads, .inputUnchanged, .codable]
    #expect(failures.isEmpty == needsNothing.contains(item), "\(item): \(failures)")
    bare.exemptions[item] = ""
    #expect(try bare.failures(of: item) == ["an exemption needs a reason"])
    bare.exemptions[item] = "a toy has no such thing"
    #expect(try bare.failures(of: item) == [])
  }
}

@Test func `a hyper-parameter that nobody tries is found`() throws {
  var incomplete = contract()
  incomplete.withoutRange = []
  #expect(try incomplete.failures(of: .ranges) == ["fault has neither a range nor an excuse"])
}

@Test func `a cancelled fit that leaves a file is found`() throws {
  var leaking = contract(.savesPartially)
  leaking.save = { _, path in
    try write([0], toFile: path + ".partial")
    throw CancellationError()
  }
  leaking.recipe.fault = .ignoresCancellation
  let failures = try leaking.failures(of: .cancellation)
  #expect(failures.contains("cancelled at event 0: [\"model.partial\"] left behind"))
}

@Test func `numbers are close within the larger of both allowances`() {
  #expect(isClose(1.0, to: 1.0))
  #expect(isClose(100.0, to: 100.5, relative: 0.005) && !isClose(100.0, to: 100.6, relative: 0.005))
  #expect(isClose(0.0, to: 1e-7, absolute: 1e-6) && !isClose(0.0, to: 1e-5, absolute: 1e-6))
  #expect(isClose(Float.infinity, to: .infinity) && !isClose(Float.infinity, to: 1, relative: 1, absolute: 1))
  #expect(!isClose(Double.nan, to: .nan, relative: 1, absolute: 1))
  #expect(difference(of: [1.0, 2], from: [1.0, 2.5], absolute: 0.1) == "number 1 is 2.0, expected 2.5")
  #expect(difference(of: [1.0], from: [1.0, 2]) == "1 numbers, expected 2")
  #expect(difference(of: [1.0, 2], from: [1.0, 2]) == nil)
}

@Test func `data that is absent is reported as not available`() {
  #expect(!SharedData.isAvailable("no-such-folder"))
}
