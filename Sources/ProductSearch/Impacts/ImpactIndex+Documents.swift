internal import LinearAlgebra

extension ImpactIndex {
  /// About how many documents hold both of two terms.
  ///
  /// The rarer term's documents are looked up for the other one; of many only the first ``countedDocuments``, whose
  /// share stands for all.
  func documents(of term: Int, and other: Int) -> Double {
    let (left, right) = (postingsCount(of: term), postingsCount(of: other))
    let (rare, frequent) = left <= right ? (term, other) : (other, term)
    let all = min(left, right)
    var (seen, both) = (0, 0)
    forEachDocument(of: rare) { document in
      seen += 1
      if impact(of: frequent, in: document) > 0 { both += 1 }
      return seen < Self.countedDocuments
    }
    return seen > 0 ? Double(both) * Double(max(all, seen)) / Double(seen) : 0
  }

  private static let countedDocuments = 1000

  /// Entries of a term's blocks; dense blocks count all their documents.
  private func postingsCount(of term: Int) -> Int {
    blocks(of: term).reduce(0) { sum, block in
      let range = postings(ofBlock: block)
      return sum + (isDense(range) ? windowLength : range.count)
    }
  }

  /// The impacts by document, as they are after rounding.
  ///
  /// - Complexity: O(terms + postings)
  func rows() -> SparseMatrix {
    var entries = [[(column: Int, value: Float)]](repeating: [], count: documents)
    for term in 0..<terms {
      forEachDocument(of: term) { document in
        entries[document].append((term, Float(impact(of: term, in: document)) * step))
        return true
      }
    }
    var builder = SparseMatrix.Builder(columns: terms)
    for row in entries { builder.append(row: row) }
    return builder.finish()
  }

  /// Calls `body` with each document that holds a term, ascending, until it says false.
  func forEachDocument(of term: Int, _ body: (Int) -> Bool) {
    for block in blocks(of: term) {
      let first = Int(blockWindows[block]) << windowShift
      let range = postings(ofBlock: block)
      if isDense(range) {
        for place in 0..<windowLength
        where postings[range.lowerBound + place / 2] >> (16 * UInt32(place & 1)) & 0xFFFF > 0 {
          if first + place < documents, !body(first + place) { return }
        }
      } else {
        for place in range {
          let document = first + Int(postings[place] >> 16)
          if document < documents, !body(document) { return }
        }
      }
    }
  }
}
