internal import CKernels
internal import LinearAlgebra

/// Goes through the windows that a query's terms occur in and totals their documents.
///
/// Sums wrap around: an altered file may name larger impacts than its bounds, which must not stop the process.
struct ImpactWindow {
  private let index: ImpactIndex
  private let length: Int
  private let windows: UnsafePointer<UInt16>
  private let cursors: UnsafeMutableBufferPointer<ImpactCursor>
  private let active: UnsafeMutablePointer<ActiveBlock>
  private let accumulators: UnsafeMutablePointer<UInt32>
  private let places: UnsafeMutablePointer<UInt32>
  private let totals: UnsafeMutablePointer<UInt32>

  init(index: ImpactIndex, scratch: ImpactScratch, cursors count: Int) {
    self.index = index
    length = index.windowLength
    windows = index.blockWindows.unsafeBaseAddress
    cursors = UnsafeMutableBufferPointer(start: scratch.cursors, count: count)
    active = scratch.active
    accumulators = scratch.accumulators.baseAddress!
    places = scratch.places
    totals = scratch.totals
  }

  /// The next window and the number of terms that occur in it, which are active now, least bound first.
  func next() -> (window: Int, active: Int)? {
    var window = Int.max
    for cursor in cursors where cursor.block < cursor.end { window = min(window, Int(windows[cursor.block])) }
    if window == Int.max { return nil }
    var count = 0
    for i in cursors.indices
    where cursors[i].block < cursors[i].end && Int(windows[cursors[i].block]) == window {
      let block = cursors[i].block
      cursors[i].block += 1
      let range = index.postings(ofBlock: block)
      let entry = ActiveBlock(
        postings: index.postings.unsafeBaseAddress + range.lowerBound, count: range.count,
        weight: cursors[i].weight, bound: UInt32(index.blockMaxima[block]) &* cursors[i].weight,
        isDense: index.isDense(range))
      var place = count
      while place > 0, active[place - 1].bound > entry.bound {
        active[place] = active[place - 1]
        place -= 1
      }
      active[place] = entry
      count += 1
    }
    return (window, count)
  }

  /// Puts the documents whose totals are above `threshold` into the scratch's places and totals.
  ///
  /// - Returns: how many.
  func accumulate(_ count: Int, threshold: UInt32, pruning: Bool) -> Int {
    var (optional, bound, optionalCost): (Int, UInt32, Int) = (0, 0, 0)
    while optional < count, bound &+ active[optional].bound <= threshold {
      bound &+= active[optional].bound
      optionalCost += active[optional].cost
      optional += 1
    }
    if optional == count, pruning { return 0 }
    // A second pass over the found is not worth it for few postings.
    if optionalCost < length / 16 { (optional, bound) = (0, 0) }
    for i in optional..<count { add(active[i]) }
    let found = collect(optional..<count, above: threshold &- bound)
    if optional == 0 || found == 0 { return found }
    // Looking one document up takes about as long as accumulating so many postings.
    let lookUpCost = 8
    if found * optional * lookUpCost < optionalCost {
      return lookUp(optional, found, bound: bound, threshold: threshold)
    }
    for i in 0..<found { accumulators[Int(places[i])] = totals[i] }
    for i in 0..<optional { add(active[i]) }
    return ck_impacts_sweep(accumulators, length, threshold, places, totals)
  }

  private func add(_ block: ActiveBlock) {
    if block.isDense {
      ck_impacts_add_dense(accumulators, block.impacts, length, block.weight)
    } else {
      ck_impacts_add(accumulators, UInt32(length - 1), block.postings, block.count, block.weight)
    }
  }

  /// Takes the totals of accumulated blocks and leaves zeros.
  private func collect(_ blocks: Range<Int>, above threshold: UInt32) -> Int {
    var (postings, hasDense) = (0, false)
    for i in blocks {
      postings += active[i].count
      if active[i].isDense { hasDense = true }
    }
    // Reading few postings again is cheaper than passing over the whole window.
    if hasDense || postings > length / 16 {
      return ck_impacts_sweep(accumulators, length, threshold, places, totals)
    }
    var found = 0
    for i in blocks {
      found += ck_impacts_harvest(
        accumulators, UInt32(length - 1), active[i].postings, active[i].count, threshold, places + found,
        totals + found)
    }
    return found
  }

  /// Adds the blocks that were not accumulated to the found documents, largest bound first.
  private func lookUp(_ blocks: Int, _ found: Int, bound: UInt32, threshold: UInt32) -> Int {
    var (left, bound) = (found, bound)
    for i in (0..<blocks).reversed() {
      let block = active[i]
      bound &-= block.bound
      if block.isDense {
        left = ck_impacts_look_up_dense(
          block.impacts, block.weight, bound, threshold, places, totals, left)
      } else {
        left = ck_impacts_look_up(
          block.postings, block.count, block.weight, bound, threshold, places, totals, left)
      }
    }
    return left
  }
}
