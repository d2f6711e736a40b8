internal import LinearAlgebra

/// Scores of labels, from which the best of any interval come one by one, best first.
///
/// Maxima over blocks of 64 labels and of 64 blocks; equal scores come in the order of the labels. Nothing is computed
/// ahead for any prefix, so a changed score costs two small scans.
struct RangeMaxima: Sendable {
  private(set) var scores: [Float]
  private var blocks: [UInt64]
  private var superblocks: [UInt64]

  /// - Complexity: O(L)
  init(_ scores: [Float]) {
    self.scores = scores
    let blockCount = (scores.count + 63) >> shift
    blocks = [UInt64](repeating: 0, count: blockCount)
    superblocks = [UInt64](repeating: 0, count: (blockCount + 63) >> shift)
    for block in 0..<blockCount { blocks[block] = maximum(ofBlock: block) }
    for superblock in superblocks.indices { superblocks[superblock] = maximum(ofSuperblock: superblock) }
  }

  /// Number of labels.
  var count: Int { scores.count }

  /// Changes a score.
  ///
  /// - Complexity: O(1): two scans of 64
  mutating func set(_ score: Float, of label: Int) {
    scores[label] = score
    let block = label >> shift
    blocks[block] = maximum(ofBlock: block)
    superblocks[block >> shift] = maximum(ofSuperblock: block >> shift)
  }

  private func maximum(ofBlock block: Int) -> UInt64 {
    let range = block << shift..<min(count, (block + 1) << shift)
    return range.reduce(UInt64(0)) { max($0, key(of: $1)) }
  }

  private func maximum(ofSuperblock superblock: Int) -> UInt64 {
    blocks[superblock << shift..<min(blocks.count, (superblock + 1) << shift)].max() ?? 0
  }

  private func key(of label: Int) -> UInt64 { RankKey(score: scores[label], id: UInt32(label)).bits }

  /// Hands out labels of an interval, best first.
  struct Iterator {
    /// Keys of labels, blocks and superblocks that are still to be looked at, as a heap with the largest first; the level
    /// is the second part.
    private var heap: [(key: UInt64, level: Int32, index: Int32)] = []

    /// Starts with the best label of an interval; keeps its memory.
    ///
    /// - Complexity: O(L / 4096 + 256)
    mutating func restart(_ maxima: borrowing RangeMaxima, in interval: Range<Int>) {
      heap.removeAll(keepingCapacity: true)
      add(maxima, interval, level: 0)
      for i in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(i) }
    }

    private mutating func add(_ maxima: borrowing RangeMaxima, _ interval: Range<Int>, level: Int32) {
      let (first, last) = ((interval.lowerBound + 63) >> shift, interval.upperBound >> shift)
      // A few whole blocks are as fast entry by entry.
      guard level < 2, first < last else {
        for index in interval { heap.append((maxima.key(level, index), level, Int32(index))) }
        return
      }
      for index in interval.lowerBound..<first << shift {
        heap.append((maxima.key(level, index), level, Int32(index)))
      }
      for index in last << shift..<interval.upperBound {
        heap.append((maxima.key(level, index), level, Int32(index)))
      }
      add(maxima, first..<last, level: level + 1)
    }

    /// The next label and its score; nil at the end.
    ///
    /// - Complexity: O(128 log k)
    mutating func next(_ maxima: borrowing RangeMaxima) -> (label: Int, score: Float)? {
      while let top = heap.first {
        removeFirst()
        if top.level == 0 {
          return (Int(top.index), RankKey(bits: top.key).score)
        }
        let below = top.level == 1 ? maxima.scores.count : maxima.blocks.count
        for index in Int(top.index) << shift..<min(below, (Int(top.index) + 1) << shift) {
          heap.append((maxima.key(top.level - 1, index), top.level - 1, Int32(index)))
          siftUp(heap.count - 1)
        }
      }
      return nil
    }

    private mutating func removeFirst() {
      let last = heap.removeLast()
      guard !heap.isEmpty else { return }
      heap[0] = last
      siftDown(0)
    }

    private mutating func siftUp(_ start: Int) {
      var place = start
      let moved = heap[place]
      while place > 0 {
        let parent = (place - 1) / 2
        guard heap[parent].key < moved.key else { break }
        heap[place] = heap[parent]
        place = parent
      }
      heap[place] = moved
    }

    private mutating func siftDown(_ start: Int) {
      var place = start
      let moved = heap[place]
      while true {
        var child = 2 * place + 1
        guard child < heap.count else { break }
        if child + 1 < heap.count, heap[child].key < heap[child + 1].key { child += 1 }
        guard moved.key < heap[child].key else { break }
        heap[place] = heap[child]
        place = child
      }
      heap[place] = moved
    }
  }

  fileprivate func key(_ level: Int32, _ index: Int) -> UInt64 {
    switch level {
    case 0: key(of: index)
    case 1: blocks[index]
    default: superblocks[index]
    }
  }
}

private let shift = 6
