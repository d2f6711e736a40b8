import CKernels
import LinearAlgebra
import Probability
import Testing

@testable import ExtremeRanking

@Suite struct ChunkedWeightsTests {
  private func randomChildren(_ count: Int, features: Int, density: Double, seed: UInt64) -> [LabelWeights] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      LabelWeights(
        weights: (0..<features).compactMap { feature in
          generator.uniform() < density ? (Int32(feature), Float(generator.uniform() * 4 - 2)) : nil
        }, bias: Float(generator.uniform() - 0.5))
    }
  }

  private func chunk(_ children: [LabelWeights], features: Int, format: WeightFormat = .float32)
    -> ChunkedWeights
  {
    let hash = FeatureHash(featureCount: features)
    return ChunkedWeights(
      chunks: [Chunk(columns: children, hash: hash, format: format)], hash: hash, format: format)
  }

  private func product(_ weights: ChunkedWeights, _ count: Int, _ x: SparseVector) -> (
    values: [Float], isWhole: Bool
  ) {
    var block = [Float](repeating: 0, count: max(256, count))
    let keys = x.indices.map { weights.hash.key($0) }
    let isWhole = block.withUnsafeMutableBufferPointer { block in
      var visits = [weights.visit(chunk: 0, width: count, block: block.baseAddress!)]
      let status = ck_chunks_multiply(&visits, 1, keys, x.values, x.count)
      weights.finish(children: 0..<count, bias: 1, block.baseAddress!)
      return status == 0
    }
    return (Array(block[..<count]), isWhole)
  }

  // Few and many rows, narrow and wide row numbers, narrow and wide columns.
  @Test(arguments: [
    (3, 10, 0.5), (16, 4_000, 0.02), (32, 9_000, 0.4), (300, 500, 0.1), (700, 3_000, 0.05),
    (5, 100_000, 0.0005),
  ])
  func `a chunk times a vector is the dense product`(count: Int, features: Int, density: Double) {
    let children = randomChildren(count, features: features, density: density, seed: 7)
    var generator = SeededGenerator(seed: 8)
    for format in WeightFormat.allCases {
      let weights = chunk(children, features: features, format: format)
      for _ in 0..<20 {
        let indices = Set((0..<90).map { _ in Int32(generator.integer(below: features)) }).sorted()
        let x = SparseVector(indices: indices, values: indices.map { _ in Float(generator.uniform()) })
        let (values, isWhole) = product(weights, count, x)
        #expect(isWhole)
        for (child, value) in zip(children, values) {
          var (sum, size) = (Double(child.bias), 0.0)
          let byFeature = Dictionary(
            uniqueKeysWithValues: child.weights.map { ($0.feature, Double($0.value)) })
          for (index, factor) in zip(x.indices, x.values) {
            sum += Double(factor) * (byFeature[index] ?? 0)
            if byFeature[index] != nil { size += Double(factor) }
          }
          let rounding = [WeightFormat.float32: 1e-6, .float16: 1e-3, .int8: 2.0 / 254][format]!
          #expect(abs(Double(value) - sum) <= rounding * max(1, size) + 1e-6 * abs(sum))
        }
      }
    }
  }

  @Test func `weights come back as they were stored`() throws {
    let children = randomChildren(40, features: 700, density: 0.05, seed: 1)
    #expect(try chunk(children, features: 700).columns(of: 0, 0..<40) == children)
  }

  @Test func `float16 rounds to the nearest and int8 stays within half a step`() throws {
    let children = randomChildren(10, features: 300, density: 0.3, seed: 2)
    let half = try chunk(children, features: 300, format: .float16).columns(of: 0, 0..<10)
    for (a, b) in zip(children, half) {
      for (x, y) in zip(a.weights, b.weights) { #expect(y.value == Float(Float16(x.value))) }
    }
    let bytes = try chunk(children, features: 300, format: .int8).columns(of: 0, 0..<10)
    for (a, b) in zip(children, bytes) {
      let step = a.weights.reduce(0) { max($0, abs($1.value)) } / 127
      let stored = Dictionary(uniqueKeysWithValues: b.weights.map { ($0.feature, $0.value) })
      for x in a.weights { #expect(abs(x.value - (stored[x.feature] ?? 0)) <= step / 2 + 1e-6) }
    }
  }

  @Test(arguments: [1, 2, 3, 1000, 65_536, 65_537, 1 << 22, Int(Int32.max)])
  func `the hash of features is a bijection`(featureCount: Int) {
    let hash = FeatureHash(featureCount: featureCount)
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<1000 {
      let feature = Int32(generator.integer(below: featureCount))
      #expect(hash.feature(hash.key(feature)) == feature)
      #expect(hash.key(feature) >> UInt32(hash.bits) == 0)
    }
  }

  @Test func `damaged bytes never read or write outside`() {
    let children = randomChildren(30, features: 900, density: 0.05, seed: 5)
    let whole = chunk(children, features: 900)
    var generator = SeededGenerator(seed: 6)
    let x = SparseVector(indices: (0..<300).map { Int32($0 * 3) }, values: [Float](repeating: 1, count: 300))
    for _ in 0..<3000 {
      var bytes = Array(whole.bytes)
      for _ in 0..<(1 + generator.integer(below: 4)) {
        let place = generator.integer(below: generator.uniform() < 0.5 ? 40 : bytes.count)
        bytes[place] = UInt8(truncatingIfNeeded: generator.next())
      }
      if generator.uniform() < 0.3 { bytes.removeLast(generator.integer(below: bytes.count)) }
      let damaged = ChunkedWeights(
        hash: whole.hash, format: .float32, starts: StoredArray([0, UInt64(bytes.count)]),
        bytes: StoredArray(bytes),
        biases: whole.biases, scales: whole.scales)
      _ = product(damaged, 30, x)
      _ = try? damaged.columns(of: 0, 0..<30)
    }
  }

  @Test func `keys of more bits than a chunk says are refused`() {
    let whole = chunk(randomChildren(30, features: 900, density: 0.05, seed: 5), features: 900)
    let x = SparseVector(indices: (0..<300).map { Int32($0 * 3) }, values: [Float](repeating: 1, count: 300))
    for bits in 0..<whole.hash.bits {
      var bytes = Array(whole.bytes)
      bytes[12] = UInt8(bits)
      let damaged = ChunkedWeights(
        hash: whole.hash, format: .float32, starts: StoredArray([0, UInt64(bytes.count)]),
        bytes: StoredArray(bytes), biases: whole.biases, scales: whole.scales)
      #expect(!product(damaged, 30, x).isWhole)
    }
  }

  @Test(arguments: [1, 2, 7, 12, 300, 65_537, 1 << 24], [1, 14, 20, 31])
  func `a place in a chunk tells its key`(lineCount: Int, keyBits: Int) {
    var generator = SeededGenerator(seed: 9)
    var places: [UInt64: UInt32] = [:]
    for _ in 0..<2000 {
      let key = UInt32(generator.integer(below: 1 << keyBits))
      let place = ck_chunk_place_of(key, UInt32(lineCount), UInt32(keyBits))
      #expect(place.line < lineCount)
      #expect(ck_chunk_key_at(place, UInt32(lineCount), UInt32(keyBits)) == key)
      let known = places.updateValue(key, forKey: UInt64(place.line) << 32 | UInt64(place.tag))
      #expect(known == nil || known == key)
    }
  }

  @Test func `more rows than a line holds overflow and are found`() throws {
    // Keys that all begin alike share a home line.
    let hash = FeatureHash(featureCount: 1 << 20)
    let features = (0..<200).map { hash.feature(UInt32($0)) }.sorted()
    let children = [LabelWeights(weights: features.map { ($0, Float($0 % 7 + 1)) }, bias: 0)]
    let weights = ChunkedWeights(
      chunks: [Chunk(columns: children, hash: hash, format: .float32)], hash: hash, format: .float32)
    #expect(try weights.columns(of: 0, 0..<1) == children)
    for feature in features {
      let (values, isWhole) = product(weights, 1, SparseVector(indices: [feature], values: [1]))
      #expect(isWhole && values == [Float(feature % 7 + 1)])
    }
    #expect(product(weights, 1, SparseVector(indices: [hash.feature(777)], values: [1])).values == [0])
  }

  @Test func `a row with a value for most columns needs no list of them`() throws {
    let children = randomChildren(200, features: 50, density: 0.95, seed: 12)
    let bytes = chunk(children, features: 50).bytes.count
    let entries = children.reduce(0) { $0 + $1.weights.count }
    #expect(bytes < 5 * entries)
    #expect(try chunk(children, features: 50).columns(of: 0, 0..<200) == children)
  }
}
