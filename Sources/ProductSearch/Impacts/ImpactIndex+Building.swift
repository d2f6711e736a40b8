internal import Learning
internal import LinearAlgebra

extension ImpactIndex {
  /// Builds the index of a matrix of impacts.
  ///
  /// - Parameters:
  ///   - impacts: documents x terms; stored zeros are left out.
  ///   - windowShift: 2^this many documents share a window, 4 to 16.
  ///   - wanted: what one unit of impact is worth, where the largest impact fits; nil for the finest.
  /// - Throws: ``InvalidInput`` when an impact is negative, not finite, or there are too many.
  /// - Complexity: O(entries + terms), and sorting the impacts of frequent terms
  init(_ impacts: SparseMatrix, windowShift: Int = 13, step wanted: Float? = nil) throws {
    precondition((4...16).contains(windowShift), "windowShift in 4...16")
    var largest: Float = 0
    for value in impacts.values {
      guard value.isFinite, value >= 0 else {
        throw InvalidInput("impacts", given: "\(value)", expected: "finite numbers of 0 or more")
      }
      largest = max(largest, value)
    }
    guard impacts.rows <= 1 << (windowShift + 16) else {
      throw InvalidInput(
        "catalogue", given: "\(impacts.rows) products", expected: "at most 2^\(windowShift + 16)")
    }
    let finest = largest > 0 ? largest / 65535 : 1
    let step = wanted.map { largest <= $0 * 65535.5 ? $0 : finest } ?? finest
    let lists = PostingLists(impacts, step: step)
    var blocks = BlockTable(terms: impacts.columns, windowShift: windowShift)
    for term in 0..<impacts.columns { blocks.append(lists, lists.offsets[term]..<lists.offsets[term + 1]) }

    guard blocks.postings.count < Int(UInt32.max) else {
      throw InvalidInput(
        "catalogue", given: "\(impacts.rows) products with \(impacts.count) words",
        expected: "an index of at most 2^32 entries", advice: "Leave out the longest field.")
    }

    self.documents = impacts.rows
    self.terms = impacts.columns
    self.windowShift = windowShift
    self.step = step
    termBlocks = StoredArray(blocks.termBlocks)
    blockWindows = StoredArray(blocks.windows)
    blockMaxima = StoredArray(blocks.maxima)
    blockStarts = StoredArray(blocks.starts)
    rankedImpacts = StoredArray(blocks.rankedImpacts)
    postings = StoredArray(blocks.postings)
  }
}

/// The quantised impacts by term, documents ascending.
private struct PostingLists {
  var offsets: [Int]
  var documents: [UInt32]
  var impacts: [UInt16]

  init(_ matrix: SparseMatrix, step: Float) {
    // An impact is never rounded down to nothing: whoever holds the word is found.
    let quantised = matrix.values.map { $0 > 0 ? UInt16(min(65535, max(1, ($0 / step).rounded()))) : 0 }
    offsets = [Int](repeating: 0, count: matrix.columns + 1)
    for i in quantised.indices where quantised[i] > 0 { offsets[Int(matrix.indices[i]) + 1] += 1 }
    for term in 0..<matrix.columns { offsets[term + 1] += offsets[term] }
    var next = offsets
    documents = [UInt32](repeating: 0, count: offsets[matrix.columns])
    impacts = [UInt16](repeating: 0, count: documents.count)
    for row in 0..<matrix.rows {
      for i in matrix.range(ofRow: row) where quantised[i] > 0 {
        let term = Int(matrix.indices[i])
        documents[next[term]] = UInt32(row)
        impacts[next[term]] = quantised[i]
        next[term] += 1
      }
    }
  }
}

/// The blocks of all terms, one after the other.
private struct BlockTable {
  let windowShift: Int
  var termBlocks: [UInt32] = [0]
  var windows: [UInt16] = []
  var maxima: [UInt16] = []
  var starts: [UInt32] = [0]
  var postings: [UInt32] = []
  var rankedImpacts: [UInt16] = []

  init(terms: Int, windowShift: Int) {
    self.windowShift = windowShift
    termBlocks.reserveCapacity(terms + 1)
    rankedImpacts.reserveCapacity(terms * ImpactIndex.tabulatedRanks.count)
  }

  mutating func append(_ lists: PostingLists, _ range: Range<Int>) {
    var i = range.lowerBound
    while i < range.upperBound {
      let (start, window) = (i, lists.documents[i] >> UInt32(windowShift))
      var largest: UInt16 = 0
      while i < range.upperBound, lists.documents[i] >> UInt32(windowShift) == window {
        largest = max(largest, lists.impacts[i])
        i += 1
      }
      windows.append(UInt16(window))
      maxima.append(largest)
      append(lists, block: start..<i)
    }
    termBlocks.append(UInt32(windows.count))
    let descending = lists.impacts[range].sorted(by: >)
    for rank in ImpactIndex.tabulatedRanks {
      rankedImpacts.append(rank <= descending.count ? descending[rank - 1] : 0)
    }
  }

  private mutating func append(_ lists: PostingLists, block: Range<Int>) {
    let length = 1 << windowShift
    let mask = UInt32(length - 1)
    if block.count < length / ImpactIndex.denseShare {
      for i in block { postings.append((lists.documents[i] & mask) << 16 | UInt32(lists.impacts[i])) }
    } else {
      let first = postings.count
      postings.append(contentsOf: repeatElement(0, count: length / 2))
      for i in block {
        let place = lists.documents[i] & mask
        postings[first + Int(place / 2)] |= UInt32(lists.impacts[i]) << (16 * (place & 1))
      }
    }
    starts.append(UInt32(truncatingIfNeeded: postings.count))
  }
}
