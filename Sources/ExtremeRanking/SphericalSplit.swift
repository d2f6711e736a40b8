internal import CKernels
internal import LinearAlgebra
internal import Probability

/// Splits a set of unit vectors into two halves by balanced spherical 2-means.
///
/// The direction is the difference of the halves' unit centres; vectors are ordered by their component along it
/// and cut in the middle. For halves of fixed sizes this assignment maximises the sum of cosines to the two
/// centres, so the objective never falls.
///
/// The segment's rows are copied once with features renumbered from 0, so that the rounds work in the cache
/// and nothing is as wide as the whole feature space.
struct SphericalSplit {
  private let maximumRounds: Int
  private var localFeature: [Int32]
  private var features: [UInt32] = []
  private var values: [Float] = []
  private var offsets: [Int] = []
  private var occurring: [Int32] = []

  init(dimension: Int, maximumRounds: Int) {
    self.maximumRounds = maximumRounds
    localFeature = [Int32](repeating: -1, count: dimension)
  }

  /// Reorders `segment` so that its first half (the smaller one) is the left cluster, each ascending.
  ///
  /// - Complexity: O(entries of the segment's rows) a round
  mutating func split(
    _ segment: UnsafeMutableBufferPointer<Int32>, of z: SparseMatrix, using generator: inout SeededGenerator
  ) {
    guard segment.count >= 2 else { return }
    var segment = segment
    segment.sort()
    gather(segment, of: z)
    let right = halves(using: &generator)
    let members = Array(segment)
    var next = (left: 0, right: members.count / 2)
    for (member, isRight) in zip(members, right) {
      if isRight {
        segment[next.right] = member
        next.right += 1
      } else {
        segment[next.left] = member
        next.left += 1
      }
    }
  }

  /// Copies the segment's rows with features renumbered in order of appearance.
  private mutating func gather(_ segment: UnsafeMutableBufferPointer<Int32>, of z: SparseMatrix) {
    offsets.removeAll(keepingCapacity: true)
    features.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    occurring.removeAll(keepingCapacity: true)
    offsets.append(0)
    z.indices.withUnsafeBufferPointer { indices in
      z.values.withUnsafeBufferPointer { all in
        for row in segment {
          for i in z.range(ofRow: Int(row)) {
            let feature = Int(indices[i])
            if localFeature[feature] < 0 {
              localFeature[feature] = Int32(occurring.count)
              occurring.append(indices[i])
            }
            features.append(UInt32(localFeature[feature]))
            values.append(all[i])
          }
          offsets.append(features.count)
        }
      }
    }
    for feature in occurring { localFeature[Int(feature)] = -1 }
  }

  /// For each row gathered, whether it belongs to the right half; exactly ceil(n / 2) do.
  private func halves(using generator: inout SeededGenerator) -> [Bool] {
    let count = offsets.count - 1
    let rightCount = count - count / 2
    let first = generator.integer(below: count)
    var second = generator.integer(below: count - 1)
    if second >= first { second += 1 }
    var isRight = [Bool](repeating: false, count: count)
    var keys = [RankKey](repeating: RankKey(score: 0, id: 0), count: count)
    var (left, right) = (
      [Float](repeating: 0, count: occurring.count), [Float](repeating: 0, count: occurring.count)
    )
    var direction = left
    add(1, row: first, to: &left)
    add(1, row: second, to: &right)
    for round in 0..<maximumRounds {
      let (leftScale, rightScale) = (
        1 / max(norm(left), .leastNormalMagnitude), 1 / max(norm(right), .leastNormalMagnitude)
      )
      for i in direction.indices { direction[i] = right[i] * rightScale - left[i] * leftScale }
      score(along: direction, into: &keys)
      // Ties go to the smaller row first: RankKey ranks it higher, so the larger rows stay left.
      keys.withUnsafeMutableBufferPointer { selectLargest(rightCount, in: $0) }
      var assigned = [Bool](repeating: false, count: count)
      for key in keys[..<rightCount] { assigned[Int(key.id)] = true }
      if round == 0 {
        for i in left.indices { (left[i], right[i]) = (0, 0) }
        for row in 0..<count {
          if assigned[row] { add(1, row: row, to: &right) } else { add(1, row: row, to: &left) }
        }
      } else {
        if assigned == isRight { break }
        for row in 0..<count where assigned[row] != isRight[row] {
          add(assigned[row] ? 1 : -1, row: row, to: &right)
          add(assigned[row] ? -1 : 1, row: row, to: &left)
        }
      }
      isRight = assigned
    }
    return isRight
  }

  private func add(_ factor: Float, row: Int, to sum: inout [Float]) {
    let (start, count) = (offsets[row], offsets[row + 1] - offsets[row])
    features.withUnsafeBufferPointer { features in
      values.withUnsafeBufferPointer { values in
        sum.withUnsafeMutableBufferPointer { sum in
          guard count > 0 else { return }
          ck_scatter_add(
            sum.baseAddress!, features.baseAddress! + start, values.baseAddress! + start, count, factor)
        }
      }
    }
  }

  private func score(along direction: [Float], into keys: inout [RankKey]) {
    features.withUnsafeBufferPointer { features in
      values.withUnsafeBufferPointer { values in
        direction.withUnsafeBufferPointer { direction in
          for row in keys.indices {
            let (start, count) = (offsets[row], offsets[row + 1] - offsets[row])
            let component =
              count == 0
              ? 0
              : ck_gather_dot(
                direction.baseAddress!, features.baseAddress! + start, values.baseAddress! + start, count)
            keys[row] = RankKey(score: component, id: UInt32(row))
          }
        }
      }
    }
  }

  private func norm(_ sum: [Float]) -> Float {
    VectorNorm.l2.of(sum)
  }
}
