public import Learning
internal import LinearAlgebra

extension LinearScorer: Estimator {
  /// Learns the weights.
  ///
  /// - Throws: ``InvalidInput`` listing every violation of recipe and examples; `CancellationError`.
  /// - Complexity: O(iterations · rows · columns²)
  public func fit(_ examples: GroupedExamples, on execution: Execution) throws -> LinearScorerModel {
    var problems = Violations(violations)
    problems.append(contentsOf: examples.violations)
    let columns = examples.features.columns
    problems.require(
      nonNegative.allSatisfy { $0 < columns }, "nonNegative", given: "column \(nonNegative.max() ?? 0)",
      expected: "columns in 0..<\(columns)")
    try problems.throwIfAny()
    let scaling = ColumnScaling(examples.features)
    let loss = LossDerivatives(loss, examples)
    var state = LinearState(columns: columns, nonNegative: Set(nonNegative))
    var scores = examples.startingScores ?? [Float](repeating: 0, count: examples.features.rows)
    var (first, curvatures) = (scores, scores)
    // The pairwise losses see scores as differences: halves of a pair share its curvature.
    let bound: Double = self.loss == .logistic ? 1 : 2
    var isConverged = false
    for iteration in 0..<iterations where !isConverged {
      try execution.cancellation.check()
      execution.progress.report(
        ProgressEvent(stage: "fitting a linear model", completed: iteration, total: iterations))
      try loss.write(at: scores, first: &first, curvatures: &curvatures, threads: execution.threads)
      var quadratic = try Quadratic(
        examples.features, scaling: scaling, first: first, curvatures: curvatures, threads: execution.threads)
      quadratic.finish(
        bound: bound, l2: l2 / 1000 * Double(quadratic.unit(self.loss, examples)), weights: state.weights)
      isConverged = state.step(quadratic)
      scaling.score(examples, state, into: &scores)
    }
    return LinearScorerModel(
      recipe: self, scaling: scaling, weights: state.weights, bias: state.bias, isConverged: isConverged)
  }
}

/// Mean and spread of each column.
struct ColumnScaling {
  private(set) var means: [Float]
  /// One over the standard deviation; 0 for a column of one value.
  private(set) var scales: [Float]

  init(means: [Float], scales: [Float]) {
    (self.means, self.scales) = (means, scales)
  }

  init(_ features: DenseMatrix) {
    let (rows, columns) = (features.rows, features.columns)
    var sums = [Double](repeating: 0, count: columns)
    var squares = sums
    features.values.withUnsafeBufferPointer { values in
      for row in 0..<rows {
        for column in 0..<columns { sums[column] += Double(values[row * columns + column]) }
      }
      for column in 0..<columns { sums[column] /= Double(rows) }
      for row in 0..<rows {
        for column in 0..<columns {
          let offset = Double(values[row * columns + column]) - sums[column]
          squares[column] += offset * offset
        }
      }
    }
    means = sums.map(Float.init)
    scales = zip(squares, sums).map { square, mean in
      let deviation = (square / Double(rows)).squareRoot()
      return deviation > 1e-6 * max(1, abs(mean)) ? Float(1 / deviation) : 0
    }
  }

  /// Scores every row.
  func score(_ examples: GroupedExamples, _ state: LinearState, into scores: inout [Float]) {
    let columns = examples.features.columns
    examples.features.values.withUnsafeBufferPointer { values in
      for row in 0..<examples.features.rows {
        var sum = Float(state.bias) + (examples.startingScores?[row] ?? 0)
        for column in 0..<columns {
          sum +=
            Float(state.weights[column]) * (values[row * columns + column] - means[column]) * scales[column]
        }
        scores[row] = sum
      }
    }
  }
}

/// Weights on their way.
struct LinearState {
  private(set) var weights: [Double]
  private(set) var bias = 0.0
  private let nonNegative: Set<Int>

  init(columns: Int, nonNegative: Set<Int>) {
    weights = Array(repeating: 0, count: columns)
    self.nonNegative = nonNegative
  }

  /// Goes to the least value of a quadratic within the box; says whether that was hardly a step.
  mutating func step(_ quadratic: Quadratic) -> Bool {
    let size = weights.count
    var gradient = quadratic.gradient
    var largest = 0.0
    var start = weights
    start.append(bias)
    var place = start
    for _ in 0..<500 {
      var moved = 0.0
      for i in 0...size {
        let curvature = quadratic.curvature[i * (size + 1) + i]
        guard curvature > 0 else { continue }
        var target = place[i] - gradient[i] / curvature
        if nonNegative.contains(i) { target = max(0, target) }
        let change = target - place[i]
        if change == 0 { continue }
        place[i] = target
        for j in 0...size { gradient[j] += quadratic.curvature[i * (size + 1) + j] * change }
        moved = max(moved, abs(change))
      }
      if moved < 1e-6 { break }
    }
    for i in 0...size { largest = max(largest, abs(place[i] - start[i])) }
    bias = place.removeLast()
    weights = place
    return largest < 1e-3
  }
}

/// Gradient and curvature of the loss by the weights and the bias, which comes last.
struct Quadratic {
  private(set) var gradient: [Double]
  private(set) var curvature: [Double]
  private let size: Int

  /// Rows that one thread adds up in single precision before they are added to the rest in double precision.
  private static let block = 512

  init(
    _ features: DenseMatrix, scaling: ColumnScaling, first: [Float], curvatures: [Float], threads: Int
  ) throws {
    let size = features.columns + 1
    self.size = size
    let blocks = (features.rows + Self.block - 1) / Self.block
    // Blocks are added up in their order, whatever threads finish first.
    let strides = min(blocks, 16)
    let parts = try concurrentMap(count: strides, threads: threads, scratch: { BlockSums(size: size) }) {
      sums, part in
      sums.reset()
      for block in stride(from: part, to: blocks, by: strides) {
        let rows = block * Self.block..<min(features.rows, (block + 1) * Self.block)
        sums.add(rows, features, scaling, first, curvatures)
      }
      return (sums.gradient, sums.curvature)
    }
    gradient = [Double](repeating: 0, count: size)
    curvature = [Double](repeating: 0, count: size * size)
    for (partGradient, partCurvature) in parts {
      for i in gradient.indices { gradient[i] += partGradient[i] }
      for i in curvature.indices { curvature[i] += partCurvature[i] }
    }
  }

  /// How much loss there is to weigh the weights against: rows, or groups where each counts as one.
  func unit(_ loss: RankingLoss, _ examples: GroupedExamples) -> Int {
    loss == .logistic ? examples.features.rows : examples.groupSizes.count
  }

  /// Mirrors the upper triangle and adds what the weights cost.
  mutating func finish(bound: Double, l2: Double, weights: [Double]) {
    for i in 0..<size {
      for j in i..<size {
        curvature[i * size + j] *= bound
        curvature[j * size + i] = curvature[i * size + j]
      }
    }
    for i in weights.indices {
      curvature[i * size + i] += l2
      gradient[i] += l2 * weights[i]
    }
  }
}

/// Sums over blocks of rows.
private struct BlockSums {
  let size: Int
  private(set) var gradient: [Double]
  private(set) var curvature: [Double]
  private var row: [Float]
  private var blockGradient: [Float]
  private var blockCurvature: [Float]

  init(size: Int) {
    self.size = size
    gradient = Array(repeating: 0, count: size)
    curvature = Array(repeating: 0, count: size * size)
    row = Array(repeating: 0, count: size)
    blockGradient = row
    blockCurvature = Array(repeating: 0, count: size * size)
  }

  mutating func reset() {
    for i in gradient.indices { gradient[i] = 0 }
    for i in curvature.indices { curvature[i] = 0 }
  }

  mutating func add(
    _ rows: Range<Int>, _ features: DenseMatrix, _ scaling: ColumnScaling, _ first: [Float],
    _ curvatures: [Float]
  ) {
    let size = size
    for i in blockGradient.indices { blockGradient[i] = 0 }
    for i in blockCurvature.indices { blockCurvature[i] = 0 }
    features.values.withUnsafeBufferPointer { values in
      row.withUnsafeMutableBufferPointer { row in
        blockGradient.withUnsafeMutableBufferPointer { gradient in
          blockCurvature.withUnsafeMutableBufferPointer { curvature in
            for index in rows {
              let start = index * (size - 1)
              for column in 0..<size - 1 {
                row[column] = (values[start + column] - scaling.means[column]) * scaling.scales[column]
              }
              row[size - 1] = 1
              let slope = first[index]
              for column in 0..<size { gradient[column] += slope * row[column] }
              let height = curvatures[index]
              if height == 0 { continue }
              for i in 0..<size where row[i] != 0 {
                let factor = height * row[i]
                let target = curvature.baseAddress! + i * size
                for j in i..<size { target[j] += factor * row[j] }
              }
            }
          }
        }
      }
    }
    for i in gradient.indices { gradient[i] += Double(blockGradient[i]) }
    for i in curvature.indices { curvature[i] += Double(blockCurvature[i]) }
  }
}
