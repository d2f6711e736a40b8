internal import LinearAlgebra

/// A small index of products that were added behind those of a larger one; it knows only the columns that occur.
struct ImpactSegment: Sendable {
  /// Position of its first product.
  let first: Int

  /// The columns that occur, ascending; their places are the terms of `impacts`.
  private let columns: [Int32]

  let impacts: ImpactIndex

  /// Builds the segment.
  ///
  /// - Parameters:
  ///   - rows: products x columns, of any width.
  ///   - first: position of the first product.
  ///   - windowShift: that of the larger index, whose scratch memory searches use.
  /// - Throws: ``InvalidInput`` as ``ImpactIndex`` does.
  /// - Complexity: O(n log n) for n entries
  init(_ rows: SparseMatrix, first: Int, windowShift: Int) throws {
    self.first = first
    let columns = Array(Set(rows.indices)).sorted()
    self.columns = columns
    let places = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, Int32($0)) })
    impacts = try ImpactIndex(
      SparseMatrix(
        uncheckedRows: rows.rows, columns: columns.count, offsets: rows.offsets,
        indices: rows.indices.map { places[$0]! }, values: rows.values), windowShift: windowShift)
  }

  /// The term of a column; nil where no product has it.
  func term(of column: Int) -> Int? {
    let place = columns.indices.lowerBound { Int(columns[$0]) >= column }
    return place < columns.count && Int(columns[place]) == column ? place : nil
  }
}

/// Products that were added since an index was made, in segments whose sizes at least halve from one to the next.
///
/// A batch becomes a segment, which swallows those before it that are less than twice as large: each product is indexed
/// O(log n) times (J. Bentley, J. Saxe: "Decomposable searching problems I", J. Algorithms 1(4), 1980).
struct AddedImpacts: Sendable {
  /// A segment with what it was made of.
  struct Segment: Sendable {
    let rows: SparseMatrix
    let index: ImpactSegment
  }

  private(set) var segments: [Segment] = []

  /// Number of products.
  var count: Int { segments.reduce(0) { $0 + $1.rows.rows } }

  /// Adds products behind those of before.
  ///
  /// - Parameters:
  ///   - rows: products x columns, of any width.
  ///   - first: position of the first of them.
  /// - Throws: ``InvalidInput`` as ``ImpactIndex`` does.
  mutating func append(_ rows: SparseMatrix, first: Int, windowShift: Int) throws {
    if rows.rows == 0 { return }
    var (parts, count, first) = ([rows], rows.rows, first)
    while let last = segments.last, last.rows.rows < 2 * count {
      parts.insert(last.rows, at: 0)
      count += last.rows.rows
      first = last.index.first
      segments.removeLast()
    }
    let joined = parts.count == 1 ? rows : SparseMatrix.stacking(parts)
    segments.append(
      Segment(rows: joined, index: try ImpactSegment(joined, first: first, windowShift: windowShift)))
  }

  /// Finds the products of largest totals among those added, and in what a search of the larger index found.
  ///
  /// - Parameters:
  ///   - query: columns with their weights.
  ///   - unit: what a step of an impact with weight 1 is worth.
  ///   - ranking: what was found so far, best first.
  func search(
    _ query: [ImpactIndex.QueryTerm], unit: Float, limit: Int, filter: ProductFilter?, scratch: ImpactScratch,
    into ranking: inout ProductRanking
  ) {
    let stored = ranking.products.count
    for segment in segments {
      scratch.terms.removeAll(keepingCapacity: true)
      for column in query {
        guard let term = segment.index.term(of: column.term) else { continue }
        scratch.terms.append(ImpactIndex.QueryTerm(term: term, weight: column.weight))
      }
      if scratch.terms.isEmpty { continue }
      let impacts = segment.index.impacts
      ranking.append(
        impacts.search(
          scratch.terms, limit: limit, filter: filter, first: segment.index.first, scratch: scratch),
        step: impacts.step * unit)
    }
    if ranking.products.count > stored { ranking.keepBest(limit, scratch) }
  }

  /// The impact of a column in an added product with what a step is worth; nil where it has none.
  func impact(of column: Int, in product: Int) -> (impact: UInt32, step: Float)? {
    let place = segments.indices.lowerBound { segments[$0].index.first > product } - 1
    guard segments.indices.contains(place) else { return nil }
    let segment = segments[place].index
    guard let term = segment.term(of: column) else { return nil }
    return (segment.impacts.impact(of: term, in: product - segment.first), segment.impacts.step)
  }

  /// Adds the products that have a column to the bits of a catalogue.
  func add(holdersOf column: Int, to words: UnsafeMutableBufferPointer<UInt64>) {
    for segment in segments {
      guard let term = segment.index.term(of: column) else { continue }
      segment.index.impacts.add(documentsOf: term, first: segment.index.first, to: words)
    }
  }
}

extension SparseMatrix {
  /// The rows of several matrices, one below the other; as wide as the widest.
  static func stacking(_ parts: [SparseMatrix]) -> SparseMatrix {
    var builder = Builder(columns: parts.map(\.columns).max() ?? 0)
    builder.reserve(rows: parts.reduce(0) { $0 + $1.rows }, entries: parts.reduce(0) { $0 + $1.count })
    for part in parts {
      for row in 0..<part.rows { builder.append(part.row(row)) }
    }
    return builder.finish()
  }
}

extension ProductRanking {
  /// Orders what several searches found and keeps the best.
  fileprivate mutating func keepBest(_ limit: Int, _ scratch: ImpactScratch) {
    scratch.merged.reset(limit: limit)
    scratch.merged.reserve(products.count)
    for (product, score) in zip(products, scores) {
      scratch.merged.append(document: Int(product), total: score.orderedBits)
    }
    products.removeAll(keepingCapacity: true)
    scores.removeAll(keepingCapacity: true)
    for key in scratch.merged.sorted() {
      products.append(Int32(truncatingIfNeeded: BestDocuments.document(key)))
      scores.append(Float(orderedBits: BestDocuments.total(key)))
    }
  }
}
