internal import LinearAlgebra

/// The memory that one search over an ``ImpactIndex`` works in.
final class ImpactScratch: @unchecked Sendable {
  // @unchecked: a pool lends it to one search at a time.

  /// Totals of the documents of one window; all zero between searches.
  let accumulators: UnsafeMutableBufferPointer<UInt32>

  /// Places in the window of the documents that were found.
  let places: UnsafeMutablePointer<UInt32>

  /// Totals of the documents that were found.
  let totals: UnsafeMutablePointer<UInt32>

  /// Where each query term stands.
  private(set) var cursors: UnsafeMutablePointer<ImpactCursor>

  /// The query terms' blocks of the window at hand.
  private(set) var active: UnsafeMutablePointer<ActiveBlock>

  /// The best documents so far; a search works on a copy and puts it back.
  var best = BestDocuments()

  /// What the searches of several indexes found together.
  var merged = BestDocuments()

  /// A query's terms in an index that numbers them in its own way.
  var terms: [ImpactIndex.QueryTerm] = []

  private var capacity = 64

  init(windowLength: Int) {
    accumulators = .allocate(capacity: windowLength)
    accumulators.initialize(repeating: 0)
    // The sweep writes whole vectors.
    places = .allocate(capacity: windowLength + 16)
    totals = .allocate(capacity: windowLength + 16)
    cursors = .allocate(capacity: capacity)
    active = .allocate(capacity: capacity)
  }

  deinit {
    accumulators.deallocate()
    places.deallocate()
    totals.deallocate()
    cursors.deallocate()
    active.deallocate()
    best.deallocate()
    merged.deallocate()
  }

  /// Drops the found documents that a filter leaves out; returns how many stay.
  ///
  /// - Parameter first: place in the filter of the window's first document.
  func keep(_ found: Int, first: Int, in allowed: ProductBitmap) -> Int {
    let bits = allowed.words.unsafeBaseAddress
    // An altered file may name places behind the last document.
    let length = max(0, allowed.products - first)
    var kept = 0
    for i in 0..<found {
      let place = Int(places[i])
      guard place < length else { continue }
      places[kept] = places[i]
      totals[kept] = totals[i]
      let document = first + place
      kept += Int(bits[document >> 6] >> UInt64(document & 63) & 1)
    }
    return kept
  }

  /// Makes room for so many query terms.
  func reserve(terms: Int) {
    guard terms > capacity else { return }
    capacity = 2 * terms
    cursors.deallocate()
    active.deallocate()
    cursors = .allocate(capacity: capacity)
    active = .allocate(capacity: capacity)
  }
}

/// Where a query term stands in its list of blocks.
struct ImpactCursor: BitwiseCopyable {
  var block: Int
  let end: Int
  let weight: UInt32
}

/// A query term's impacts in the window at hand, and the most they can add.
struct ActiveBlock: BitwiseCopyable {
  let postings: UnsafePointer<UInt32>
  let count: Int
  let weight: UInt32
  let bound: UInt32
  let isDense: Bool

  /// One impact for every document of the window, where the block is dense.
  var impacts: UnsafePointer<UInt16> {
    UnsafeRawPointer(postings).assumingMemoryBound(to: UInt16.self)
  }

  /// About how long accumulating takes, in units of one posting.
  var cost: Int { isDense ? count / 8 : count }
}
