internal import CKernels
internal import LinearAlgebra

extension ImpactIndex {
  /// A term of a query and how often its impacts count.
  struct QueryTerm: Equatable, BitwiseCopyable {
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
  ///   - query: distinct terms whose weighted impacts sum up to less than 2^32.
  ///   - limit: at least 1.
  ///   - filter: the documents that count; nil for all.
  ///   - first: the number of the index's first document in the filter and in the answer.
  /// - Returns: keys of ``BestDocuments``, valid until the scratch is used again.
  func search(
    _ query: [QueryTerm], limit: Int, filter: ProductFilter? = nil, first: Int = 0, pruning: Bool = true,
    scratch: ImpactScratch
  ) -> UnsafeMutableBufferPointer<UInt64> {
    scratch.reserve(terms: query.count)
    var best = scratch.best
    defer { scratch.best = best }
    best.reset(limit: limit)
    var threshold: UInt32 = 0
    var count = 0
    // The tabulated impacts are those of all documents, of which the filter leaves so many out at the most.
    let excluded = filter.map { $0.allowed.products - $0.count } ?? 0
    for term in query {
      let blocks = blocks(of: term.term)
      if blocks.isEmpty { continue }
      scratch.cursors[count] = ImpactCursor(
        block: blocks.lowerBound, end: blocks.upperBound, weight: term.weight)
      count += 1
      if pruning { threshold = max(threshold, initialThreshold(term, limit: limit + excluded)) }
    }
    let window = ImpactWindow(index: self, scratch: scratch, cursors: count)
    while let (number, active) = window.next() {
      let (start, place) = (number << windowShift, first + number << windowShift)
      if let filter, !filter.allowed.hasAny(place..<(place + windowLength)) { continue }
      var found = window.accumulate(active, threshold: threshold, pruning: pruning)
      if let filter { found = scratch.keep(found, first: place, in: filter.allowed) }
      // An altered file may name places behind the last document.
      let length = UInt32(truncatingIfNeeded: max(0, min(windowLength, documents - start)))
      // Counting totals by their size is cheaper than collecting all to drop most of them.
      if pruning, found > 2 * limit {
        threshold = max(threshold, ck_impacts_threshold(scratch.totals, found, limit))
      }
      best.reserve(found)
      for i in 0..<found where scratch.totals[i] > threshold && scratch.places[i] < length {
        best.append(document: place + Int(scratch.places[i]), total: scratch.totals[i])
      }
      // Later documents lose ties, so from here on a total must be larger than the least of the best.
      if best.isCrowded, let least = best.keepBest(), pruning { threshold = max(threshold, least) }
    }
    return best.sorted()
  }

  /// A total that at least `limit` documents exceed, from one term's tabulated impacts.
  private func initialThreshold(_ term: QueryTerm, limit: Int) -> UInt32 {
    guard let column = Self.tabulatedRanks.firstIndex(where: { $0 >= limit }) else { return 0 }
    let impact = UInt32(rankedImpacts[term.term * Self.tabulatedRanks.count + column])
    return impact > 0 ? impact &* term.weight &- 1 : 0
  }
}
