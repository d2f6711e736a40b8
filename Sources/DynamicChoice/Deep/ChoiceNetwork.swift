internal import Glibc
internal import LinearAlgebra
internal import Probability

/// A network of two hidden layers of rectified units that predicts choices; its last hidden layer serves as features.
///
/// Trained by Adam (D. Kingma, J. Ba, ICLR 2015) from the start of He et al. (ICCV 2015), in single precision.
struct ChoiceNetwork: Sendable {
  /// Layers from the inputs to the outputs.
  private(set) var weights: [DenseMatrix]
  private(set) var biases: [[Float]]

  /// A network of known parameters.
  init(weights: [DenseMatrix], biases: [[Float]]) { (self.weights, self.biases) = (weights, biases) }

  /// Trains a network on choices.
  ///
  /// - Parameters:
  ///   - stream: which of the recipe's random streams it starts from.
  ///   - inputs: n x I numbers of unit size.
  ///   - actions: what was chosen.
  ///   - epochEnded: called after each epoch with its number and the log-likelihood of a held-out choice.
  init(
    _ recipe: DeepReward, stream: UInt64, inputs: DenseMatrix, actions: [Int32], actionCount: Int,
    epochEnded: (Int, Double) throws -> Void
  ) rethrows {
    var generator = SeededGenerator(seed: recipe.seed, stream: stream)
    let sizes = [inputs.columns, recipe.hidden, recipe.hidden, actionCount - 1]
    (weights, biases) = ([], [])
    for (from, to) in zip(sizes, sizes.dropFirst()) {
      let deviation = (2 / Double(from)).squareRoot() * (weights.count == 2 ? 0.1 : 1)
      var matrix = DenseMatrix(rows: from, columns: to)
      matrix.values = (0..<from * to).map { _ in Float(deviation * generator.normal()) }
      weights.append(matrix)
      biases.append([Float](repeating: 0, count: to))
    }
    var order = Array(0..<inputs.rows)
    order.shuffle(using: &generator)
    let held = Array(order.prefix(inputs.rows / 10))
    var fit = Array(order.dropFirst(held.count))
    var optimiser = AdamOptimiser(self, decay: Float(recipe.decay))
    var best = (value: -Double.infinity, network: self)
    for epoch in 0..<recipe.epochs {
      fit.shuffle(using: &generator)
      let rate = Float(recipe.rate * (1 - Double(epoch) / Double(recipe.epochs)) + 1e-5)
      for start in stride(from: 0, to: fit.count, by: recipe.batch) {
        let rows = fit[start..<min(start + recipe.batch, fit.count)]
        let layers = layers(of: inputs.gathered(rows))
        let slope = outputSlope(layers[3], rows.map { actions[$0] })
        let slopes = backward(layers, slope)
        optimiser.step(&weights, &biases, slopes, rate: rate)
      }
      let value =
        held.isEmpty ? Double(epoch) : logLikelihood(inputs.gathered(held[...]), held.map { actions[$0] })
      if value > best.value || !best.value.isFinite { best = (value, self) }
      try epochEnded(epoch, value)
    }
    self = best.network
  }

  /// The values of all layers, the inputs first.
  private func layers(of inputs: DenseMatrix) -> [DenseMatrix] {
    var layers = [inputs]
    for k in weights.indices {
      var next = layers[k].multiplied(by: weights[k])
      let bias = biases[k]
      let isHidden = k < weights.count - 1
      let width = next.columns
      next.values.withUnsafeMutableBufferPointer { values in
        bias.withUnsafeBufferPointer { bias in
          for row in 0..<values.count / max(1, width) {
            for j in 0..<width {
              let value = values[row * width + j] + bias[j]
              values[row * width + j] = isHidden ? max(0, value) : value
            }
          }
        }
      }
      layers.append(next)
    }
    return layers
  }

  /// The last hidden layer, n x hidden.
  func features(of inputs: DenseMatrix) -> DenseMatrix {
    var blocks: [Float] = []
    // In parts, so that memory does not grow with the rows.
    for start in stride(from: 0, to: inputs.rows, by: 4096) {
      blocks += layers(of: inputs.gathered(Array(start..<min(start + 4096, inputs.rows))[...]))[2].values
    }
    var result = DenseMatrix(rows: inputs.rows, columns: weights[1].columns)
    result.values = blocks
    return result
  }

  /// Mean over rows of pi - y, the slope of the negative log-likelihood in the outputs.
  private func outputSlope(_ outputs: DenseMatrix, _ actions: [Int32]) -> DenseMatrix {
    var values = outputs.values
    let width = outputs.columns
    let scale = 1 / Float(actions.count)
    for row in 0..<outputs.rows {
      let largest = max(0, outputs.row(row).max() ?? 0)
      var total = exp(-largest)
      for j in 0..<width { total += exp(outputs.values[row * width + j] - largest) }
      for j in 0..<width {
        let share = exp(outputs.values[row * width + j] - largest) / total
        values[row * width + j] = (share - (Int(actions[row]) == j + 1 ? 1 : 0)) * scale
      }
    }
    var slope = outputs
    slope.values = values
    return slope
  }

  private func backward(_ layers: [DenseMatrix], _ slope: DenseMatrix) -> [(
    weights: DenseMatrix, biases: [Float]
  )] {
    var slope = slope
    var slopes: [(weights: DenseMatrix, biases: [Float])] = []
    for k in weights.indices.reversed() {
      var bias = [Float](repeating: 0, count: slope.columns)
      for row in 0..<slope.rows { for j in bias.indices { bias[j] += slope.values[row * bias.count + j] } }
      slopes.append((layers[k].transposedMultiplied(by: slope), bias))
      guard k > 0 else { break }
      var below = slope.multiplied(byTransposed: weights[k])
      below.values.withUnsafeMutableBufferPointer { below in
        layers[k].values.withUnsafeBufferPointer { layer in
          for i in 0..<below.count where layer[i] <= 0 { below[i] = 0 }
        }
      }
      slope = below
    }
    return slopes.reversed()
  }

  private func logLikelihood(_ inputs: DenseMatrix, _ actions: [Int32]) -> Double {
    let outputs = layers(of: inputs)[3]
    var sum = 0.0
    for row in 0..<outputs.rows {
      let utilities = [0] + outputs.row(row).map(Double.init)
      let largest = utilities.max() ?? 0
      sum += utilities[Int(actions[row])] - largest - log(utilities.reduce(0) { $0 + exp($1 - largest) })
    }
    return sum / Double(max(1, actions.count))
  }
}

/// Steps with a memory of slopes and of their squares.
private struct AdamOptimiser {
  private var means: [[Float]]
  private var squares: [[Float]]
  private let decay: Float
  private var steps = 0

  init(_ network: ChoiceNetwork, decay: Float) {
    means = network.weights.map { [Float](repeating: 0, count: $0.values.count) } + network.biases
    squares = means
    self.decay = decay
  }

  mutating func step(
    _ weights: inout [DenseMatrix], _ biases: inout [[Float]],
    _ slopes: [(weights: DenseMatrix, biases: [Float])],
    rate: Float
  ) {
    steps += 1
    let count = weights.count
    for k in 0..<count {
      let slope = slopes[k].weights.values
      move(&weights[k].values, slope, k, rate, decay)
      move(&biases[k], slopes[k].biases, count + k, rate, 0)
    }
  }

  private mutating func move(
    _ values: inout [Float], _ slope: [Float], _ place: Int, _ rate: Float, _ decay: Float
  ) {
    let (first, second) = (1 - powf(0.9, Float(steps)), 1 - powf(0.999, Float(steps)))
    values.withUnsafeMutableBufferPointer { values in
      means[place].withUnsafeMutableBufferPointer { means in
        squares[place].withUnsafeMutableBufferPointer { squares in
          slope.withUnsafeBufferPointer { slope in
            for i in 0..<values.count {
              let g = slope[i] + decay * values[i]
              means[i] = 0.9 * means[i] + 0.1 * g
              squares[i] = 0.999 * squares[i] + 0.001 * g * g
              values[i] -= rate * (means[i] / first) / ((squares[i] / second).squareRoot() + 1e-8)
            }
          }
        }
      }
    }
  }
}

extension DenseMatrix {
  /// Some rows.
  func gathered(_ places: ArraySlice<Int>) -> DenseMatrix {
    var result = DenseMatrix(rows: places.count, columns: columns)
    result.values.withUnsafeMutableBufferPointer { target in
      values.withUnsafeBufferPointer { source in
        for (row, place) in places.enumerated() {
          for k in 0..<columns { target[row * columns + k] = source[place * columns + k] }
        }
      }
    }
    return result
  }
}
