import Glibc
import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import TabularLearning

@Suite struct BoostedTreesTests {
  private func recipe(_ change: (inout BoostedTrees) -> Void = { _ in }) -> BoostedTrees {
    var recipe = BoostedTrees()
    (recipe.trees, recipe.leastRows, recipe.columnShare) = (30, 10, 1)
    change(&recipe)
    return recipe
  }

  /// Mean nDCG of groups ordered by scores.
  private func ndcg(_ examples: GroupedExamples, _ score: ([Float]) throws -> Float) rethrows -> Double {
    var sum = 0.0
    for group in examples.groups {
      let scores = try group.map { try score(Array(examples.features.row($0))) }
      let order = group.sorted { scores[$0 - group.lowerBound] > scores[$1 - group.lowerBound] }
      let best = RankingMetrics.discounted(group.map { Double(examples.gains[$0]) }.sorted(by: >))
      sum += best > 0 ? RankingMetrics.discounted(order.map { Double(examples.gains[$0]) }) / best : 1
    }
    return sum / Double(examples.groupSizes.count)
  }

  /// Rows whose gain depends on two columns together, which no weighted sum can say.
  private func exclusive(groups: Int, seed: UInt64) throws -> GroupedExamples {
    var generator = SeededGenerator(seed: seed)
    var (values, gains): ([Float], [Float]) = ([], [])
    for _ in 0..<groups * 8 {
      let (a, b) = (Float(generator.normal()), Float(generator.normal()))
      values += [a, b]
      gains.append((a > 0) != (b > 0) ? 1 : 0)
    }
    return GroupedExamples(
      features: try DenseMatrix(rows: gains.count, columns: 2, values: values), gains: gains,
      groupSizes: Array(repeating: 8, count: groups))
  }

  @Test(arguments: 1...8)
  func `rows together are scored as each by itself, bit for bit`(depth: Int) throws {
    let examples = try rankedExamples(groups: 40, seed: 17)
    let model = try recipe { ($0.depth, $0.trees, $0.leastRows) = (depth, 9, 1) }.fit(examples)
    // Sixteen rows at a time, and some that remain; columns further apart than rows are many.
    for count in [1, 15, 16, 17, 50] {
      let stride = count + 3
      var columns = [Float](repeating: .nan, count: stride * model.columns)
      for row in 0..<count {
        for (column, value) in examples.features.row(row).enumerated() {
          columns[column * stride + row] = value
        }
      }
      var scores = [Float](repeating: 0, count: count)
      model.add(columns, stride: stride, count: count, to: &scores)
      #expect(try scores == (0..<count).map { try model.predict(Array(examples.features.row($0))) })
    }
  }

  @Test(arguments: RankingLoss.allCases)
  func `trees learn what no weighted sum can say`(loss: RankingLoss) throws {
    let (training, test) = (try exclusive(groups: 200, seed: 11), try exclusive(groups: 100, seed: 12))
    let trees = try recipe { $0.loss = loss }.fit(training)
    let linear = try LinearScorer().fit(training)
    #expect(try ndcg(test, trees.predict) > 0.94)
    #expect(try ndcg(test, linear.predict) < 0.9)
  }

  @Test func `the best split of one tree is found by trying all`() throws {
    // One stump on whole columns: its split must minimise the second-order objective.
    let examples = try rankedExamples(groups: 40, seed: 13)
    let stump = recipe {
      ($0.trees, $0.depth, $0.bins, $0.groupShare, $0.columnShare, $0.learningRate) = (1, 1, 256, 1, 1, 1)
    }
    let model = try stump.fit(examples)
    let rows = examples.features.rows
    var (first, curvatures) = ([Float](repeating: 0, count: rows), [Float](repeating: 0, count: rows))
    try LossDerivatives(stump.loss, examples).write(
      at: first, first: &first, curvatures: &curvatures, threads: 1)
    func gain(_ chosen: [Int]) -> Double {
      let (g, h) = chosen.reduce(into: (0.0, stump.l2)) {
        $0.0 += Double(first[$1])
        $0.1 += Double(curvatures[$1])
      }
      return g * g / h
    }
    var best = -Double.infinity
    for column in 0..<3 {
      let order = (0..<rows).sorted { examples.features[$0, column] < examples.features[$1, column] }
      for cut in stump.leastRows...rows - stump.leastRows {
        best = max(best, gain(Array(order[..<cut])) + gain(Array(order[cut...])))
      }
    }
    let answers = try (0..<rows).map { try model.predict(Array(examples.features.row($0))) }
    let sides = Dictionary(grouping: 0..<rows) { answers[$0] }
    #expect(sides.count == 2)
    #expect(sides.values.map { gain($0) }.reduce(0, +) > 0.999 * best)
  }

  @Test func `contributions add up to the score`() throws {
    let examples = try rankedExamples(groups: 100, seed: 14)
    let model = try recipe().fit(examples)
    for row in 0..<50 {
      let values = Array(examples.features.row(row))
      let (base, parts) = try model.contributions(of: values)
      #expect(abs(base + parts.reduce(0, +) - (try model.predict(values))) < 1e-4)
    }
  }

  @Test func `the score never falls with an increasing column`() throws {
    var examples = try rankedExamples(groups: 100, seed: 15)
    // What the column says is noise, so that free trees go up and down with it.
    examples.gains = examples.gains.indices.map {
      Float(examples.features.values[3 * $0 + 2] > 0 ? $0 % 3 : $0 % 2)
    }
    let held = try recipe { $0.increasing = [2] }.fit(examples)
    let free = try recipe().fit(examples)
    func falls(_ model: BoostedTreesModel) throws -> Int {
      var falls = 0
      for row in 0..<40 {
        var values = Array(examples.features.row(row))
        var last = -Float.infinity
        for step in -30...30 {
          values[2] = Float(step) / 10
          let score = try model.predict(values)
          if score < last - 1e-6 { falls += 1 }
          last = score
        }
      }
      return falls
    }
    #expect(try falls(held) == 0)
    #expect(try falls(free) > 0)
  }

  @Test func `more rows than the sample that finds bins are binned as well`() throws {
    let values = (0..<210_000).map { Float($0 % 1000) }
    let binned = try BinnedColumns(
      DenseMatrix(rows: values.count, columns: 1, values: values), bins: 16, threads: 2)
    #expect(binned.bounds[0].count == 15)
    var counts = [Int](repeating: 0, count: 16)
    for code in binned.codes { counts[Int(code)] += 1 }
    #expect(counts.min()! > 10_000 && counts.max()! < 16_000)
    for row in 0..<1000 {
      let code = Int(binned.codes[row])
      #expect(code == 15 || values[row] <= binned.bounds[0][code])
      #expect(code == 0 || values[row] > binned.bounds[0][code - 1])
    }
  }

  @Test func `altered files are refused or answer, and never stop the process`() throws {
    let examples = try rankedExamples(groups: 40, seed: 16)
    let trees = try recipe { $0.trees = 5 }.fit(examples)
    let linear = try LinearScorer().fit(examples)
    var generator = SeededGenerator(seed: 17)
    try withTemporaryFolder { folder in
      let path = folder + "/model"
      try ModelArchive.write(to: path, kind: "scorers") { writer in
        try writer.section("trees") { try trees.write(to: &$0) }
        try writer.section("linear") { try linear.write(to: &$0) }
      }
      let names = try files(inFolder: path)
      var refused = 0
      for round in 0..<300 {
        let name = path + "/" + names[round % names.count]
        let original = try bytes(ofFile: name)
        try write(Mutation.damaged(original, using: &generator), toFile: name)
        do {
          let archive = try ModelArchive(contentsOf: path, kind: "scorers")
          let damaged = try BoostedTreesModel(from: archive.section("trees"))
          _ = try damaged.predict(Array(repeating: 1, count: damaged.columns))
          _ = try damaged.contributions(of: Array(repeating: 1, count: damaged.columns))
          _ = try LinearScorerModel(from: archive.section("linear"))
        } catch { refused += 1 }
        try write(original, toFile: name)
      }
      #expect(refused > 50)
    }
  }
}
