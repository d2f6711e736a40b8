internal import CKernels
internal import LinearAlgebra

extension ImpactIndex {
  /// A term of a query and how often its impacts count.
  struct QueryTerm: Equatable {
    var term: Int
    var weight: UInt32
  }

  /// The `limit` documents of largest total, best first; of equal totals the smaller documents first.
  ///
  /// Windows are visited in ascending order and, once `limit` documents are known, skipped when the sum of their
  /// block maxima cannot beat the least of them. In a window the terms that together cannot beat it either are
  /// not accumulated but looked up for the few documents that the other terms bring near (MaxScore: H. Turtle,
  /// J. Flood: "Query evaluation: strategies and optimizations", IPM 31(6), 1995). The answer is exactly that of
  /// `pruning: false`.
  ///
  /// - Parameters:
  ///   - query: distinct terms; the weights' sum stays below 2^16.
  ///   - limit: at least 1.
  /// - Returns: keys of ``BestDocuments``, valid until the scratch is used again.
  func search(
    _ query: [QueryTerm], limit: Int, pruning: Bool = true, scratch: ImpactScratch
  ) -> UnsafeMutableBufferPointer<UInt64> {
    scratch.best.reset(limit: limit)
    scratch.cursors.removeAll(keepingCapacity: true)
    var threshold: UInt32 = 0
    for term in query {
      let blocks = blocks(of: term.term)
      if blocks.isEmpty { continue }
      scratch.cursors.append(
        ImpactCursor(block: blocks.lowerBound, end: blocks.upperBound, weight: term.weight))
      if pruning { threshold = max(threshold, initialThreshold(term, limit: limit)) }
    }
    while let window = openWindow(scratch) {
      accumulate(window: window, threshold: threshold, scratch)
      if scratch.best.isCrowded, let least = scratch.best.keepBest(), pruning {
        threshold = max(threshold, least)
      }
    }
    return scratch.best.sorted()
  }

  /// A total that at least `limit` documents exceed, from one term's tabulated impacts.
  private func initialThreshold(_ term: QueryTerm, limit: Int) -> UInt32 {
    guard let column = Self.tabulatedRanks.firstIndex(where: { $0 >= limit }) else { return 0 }
    let impact = UInt32(rankedImpacts[term.term * Self.tabulatedRanks.count + column])
    return impact > 0 ? impact * term.weight - 1 : 0
  }

  /// Moves the cursors of the next window into `active`, least bound first, and returns that window.
  private func openWindow(_ scratch: ImpactScratch) -> Int? {
    let windows = blockWindows.unsafeBaseAddress
    var next = Int.max
    for cursor in scratch.cursors where cursor.block < cursor.end {
      next = min(next, Int(windows[cursor.block]))
    }
    if next == Int.max { return nil }
    scratch.active.removeAll(keepingCapacity: true)
    for i in scratch.cursors.indices {
      let cursor = scratch.cursors[i]
      guard cursor.block < cursor.end, Int(windows[cursor.block]) == next else { continue }
      scratch.cursors[i].block += 1
      let range = postings(ofBlock: cursor.block)
      let entry = ActiveBlock(
        postings: postings.unsafeBaseAddress + range.lowerBound, count: range.count, weight: cursor.weight,
        bound: UInt32(blockMaxima[cursor.block]) * cursor.weight)
      let place = scratch.active.firstIndex { $0.bound > entry.bound } ?? scratch.active.count
      scratch.active.insert(entry, at: place)
    }
    return next
  }

  /// Adds the window's documents above `threshold` to the best.
  private func accumulate(window: Int, threshold: UInt32, _ scratch: ImpactScratch) {
    let first = window << windowShift
    let length = min(windowLength, documents - first)
    guard length > 0, scratch.active.reduce(0, { $0 + $1.bound }) > threshold else { return }
    let (lookedUp, bound) = nonEssential(scratch.active, threshold: threshold)
    let accumulated = scratch.active[lookedUp...]
    let mask = UInt32(windowLength - 1)
    let totals = scratch.accumulators.baseAddress!
    for block in accumulated {
      shopkeeper_impacts_add(totals, mask, block.postings, block.count, block.weight)
    }
    var found = 0
    // Reading few postings again is cheaper than passing over the whole window.
    if accumulated.reduce(0, { $0 + $1.count }) < windowLength / 16 {
      for block in accumulated {
        found += shopkeeper_impacts_harvest(
          totals, mask, block.postings, block.count, threshold - bound, scratch.places + found,
          scratch.totals + found)
      }
    } else {
      // An altered file may name places behind the last document; they are swept but not found.
      found = shopkeeper_impacts_sweep(
        totals, windowLength, threshold - bound, scratch.places, scratch.totals)
    }
    if lookedUp > 0 {
      found = lookUp(scratch.active[..<lookedUp], bound: bound, threshold: threshold, found, scratch)
    }
    scratch.best.reserve(found)
    for i in 0..<found where Int(scratch.places[i]) < length {
      scratch.best.append(document: first + Int(scratch.places[i]), total: scratch.totals[i])
    }
  }

  /// How many of the active blocks, least bound first, need not be accumulated, and the sum of their bounds.
  private func nonEssential(_ active: [ActiveBlock], threshold: UInt32) -> (count: Int, bound: UInt32) {
    var (count, bound, skipped): (Int, UInt32, Int) = (0, 0, 0)
    while count < active.count, bound + active[count].bound <= threshold {
      bound += active[count].bound
      skipped += active[count].count
      count += 1
    }
    // Looking a document up costs about as much as accumulating this many postings.
    let lookUpCost = 4
    let remaining = active[count...].reduce(0) { $0 + $1.count }
    return skipped > lookUpCost * count * remaining ? (count, bound) : (0, 0)
  }

  /// Adds the impacts of blocks that were not accumulated; returns how many documents stay above the threshold.
  private func lookUp(
    _ blocks: ArraySlice<ActiveBlock>, bound: UInt32, threshold: UInt32, _ found: Int,
    _ scratch: ImpactScratch
  ) -> Int {
    var (left, bound) = (found, bound)
    for block in blocks.reversed() {
      var kept = 0
      bound -= block.bound
      for i in 0..<left {
        let place = scratch.places[i]
        let at = (0..<block.count).lowerBound { block.postings[$0] >> 16 >= place }
        var total = scratch.totals[i]
        if at < block.count, block.postings[at] >> 16 == place {
          total += block.weight * (block.postings[at] & 0xFFFF)
        }
        if total + bound > threshold {
          scratch.places[kept] = place
          scratch.totals[kept] = total
          kept += 1
        }
      }
      left = kept
    }
    return left
  }
}
