internal import Learning
internal import LinearAlgebra

/// An inverted index of quantised impacts: for each term the documents that hold it and what a match is worth.
///
/// Impacts are whole multiples of one `step`, so a document's total is an exact integer sum: it does not depend
/// on the order of terms, on threads, or on what pruning skipped. Documents are cut into windows whose totals
/// fit in the processor's cache; a block is the part of a term's postings inside one window.
///
/// V. Anh, A. Moffat: "Pruned query evaluation using pre-computed impacts", SIGIR 2006, for stored impacts;
/// S. Ding, T. Suel: "Faster top-k document retrieval using block-max indexes", SIGIR 2011, for block maxima.
struct ImpactIndex: Sendable {
  /// The ranks at which a term's impacts are tabulated: a query starts with a bound on its k-th best total.
  static let tabulatedRanks = [1, 10, 100, 1000]

  /// Number of documents.
  let documents: Int

  /// Number of terms.
  let terms: Int

  /// A window holds 2^`windowShift` documents; 4 to 16.
  let windowShift: Int

  /// What one unit of impact is worth.
  let step: Float

  /// `terms + 1` offsets of each term's blocks.
  let termBlocks: StoredArray<UInt32>

  /// Window of each block, ascending within a term.
  let blockWindows: StoredArray<UInt16>

  /// Largest impact of each block.
  let blockMaxima: StoredArray<UInt16>

  /// One more offset than blocks, into `postings`.
  let blockStarts: StoredArray<UInt32>

  /// Place in the window (high 16 bits) and impact (low 16 bits), ascending; or, where a term occurs in many of
  /// a window's documents, one 16-bit impact for every document of the window.
  let postings: StoredArray<UInt32>

  /// For each term its impacts at the tabulated ranks; 0 where it has fewer postings.
  let rankedImpacts: StoredArray<UInt16>

  /// Documents in a window.
  var windowLength: Int { 1 << windowShift }

  /// The blocks of a term; empty for a term that is not in the index.
  func blocks(of term: Int) -> Range<Int> {
    guard term >= 0, term < terms else { return 0..<0 }
    let (start, end) = (Int(termBlocks[term]), Int(termBlocks[term + 1]))
    return start <= end && end <= blockWindows.count ? start..<end : 0..<0
  }

  /// The postings of a block; empty where an altered file names others than there are.
  func postings(ofBlock block: Int) -> Range<Int> {
    let (start, end) = (Int(blockStarts[block]), Int(blockStarts[block + 1]))
    return start <= end && end <= postings.count ? start..<end : 0..<0
  }

  /// The largest impact of a term; 0 for a term that is not in the index.
  func largestImpact(of term: Int) -> UInt16 {
    term >= 0 && term < terms ? rankedImpacts[term * Self.tabulatedRanks.count] : 0
  }

  /// From this share of a window's documents on a block is dense: one addition for every document, eight or
  /// sixteen at once, is then cheaper than one for every posting. A sparse block is shorter than a dense one.
  static let denseShare = 8

  /// Whether the postings of a block are one impact for every document.
  func isDense(_ block: Range<Int>) -> Bool { block.count == windowLength / 2 }

  /// The quantised impact of a term in a document; 0 when it does not occur.
  ///
  /// - Complexity: O(log postings of the term)
  func impact(of term: Int, in document: Int) -> UInt32 {
    let window = UInt16(truncatingIfNeeded: document >> windowShift)
    let blocks = blocks(of: term)
    let block = blocks.lowerBound { blockWindows[$0] >= window }
    guard block < blocks.upperBound, blockWindows[block] == window else { return 0 }
    let place = UInt32(document & (windowLength - 1))
    let range = postings(ofBlock: block)
    if isDense(range) {
      return postings[range.lowerBound + Int(place / 2)] >> (16 * (place & 1)) & 0xFFFF
    }
    let found = range.lowerBound { postings[$0] >> 16 >= place }
    guard found < range.upperBound, postings[found] >> 16 == place else { return 0 }
    return postings[found] & 0xFFFF
  }
}

extension Range<Int> {
  /// The first position for which `holds`, which must be false up to some position and true from there on.
  func lowerBound(_ holds: (Int) -> Bool) -> Int {
    var (low, high) = (lowerBound, upperBound)
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension ImpactIndex {
  private struct Shape: Codable {
    var documents: Int
    var terms: Int
    var windowShift: Int
    var step: Float
  }

  /// Writes the index into an archive.
  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add(
      "shape", value: Shape(documents: documents, terms: terms, windowShift: windowShift, step: step))
    try writer.add("termBlocks", array: termBlocks)
    try writer.add("blockWindows", array: blockWindows)
    try writer.add("blockMaxima", array: blockMaxima)
    try writer.add("blockStarts", array: blockStarts)
    try writer.add("postings", array: postings)
    try writer.add("rankedImpacts", array: rankedImpacts)
  }

  /// Maps an index in an archive.
  init(archive: ModelArchive) throws {
    let shape = try archive.value("shape", as: Shape.self)
    guard (4...16).contains(shape.windowShift), (0...Int(Int32.max)).contains(shape.documents),
      (0...Int(Int32.max)).contains(shape.terms), shape.documents <= 1 << (shape.windowShift + 16),
      shape.step.isFinite, shape.step > 0
    else {
      throw FileFormatError(
        path: archive.path + "/model.json", place: "shape", given: "a shape out of range",
        expected: "documents, terms, windowShift and step as written",
        advice: "The model is altered; train it again.")
    }
    documents = shape.documents
    terms = shape.terms
    windowShift = shape.windowShift
    step = shape.step
    termBlocks = try archive.array("termBlocks", of: UInt32.self, count: terms + 1)
    blockWindows = try archive.array("blockWindows", of: UInt16.self)
    blockMaxima = try archive.array("blockMaxima", of: UInt16.self, count: blockWindows.count)
    blockStarts = try archive.array("blockStarts", of: UInt32.self, count: blockWindows.count + 1)
    postings = try archive.array("postings", of: UInt32.self)
    rankedImpacts = try archive.array(
      "rankedImpacts", of: UInt16.self, count: terms * Self.tabulatedRanks.count)
  }
}
