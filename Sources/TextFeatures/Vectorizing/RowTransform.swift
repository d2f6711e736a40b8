internal import Learning
internal import LinearAlgebra
internal import Synchronization

/// The rows of many texts, computed in parallel over parts of the texts.
func transformRows<Scratch>(
  _ texts: [String], columns: Int, _ execution: Execution, scratch: @Sendable () -> Scratch,
  _ vectorize: @Sendable (inout Scratch, String, inout SparseVector) -> Void
) throws -> SparseMatrix {
  let size = 2048
  let parts = (0..<(texts.count + size - 1) / size).map { _ in RowPart() }
  try concurrentForEach(
    count: parts.count, threads: execution.threads, scratch: { (scratch(), SparseVector()) }
  ) {
    state, index in
    try execution.cancellation.check()
    for text in texts[index * size..<min((index + 1) * size, texts.count)] {
      vectorize(&state.0, text, &state.1)
      parts[index].append(state.1)
    }
    execution.progress.report(
      ProgressEvent(stage: "vectorising", completed: min((index + 1) * size, texts.count), total: texts.count)
    )
  }
  let count = parts.reduce(0) { $0 + $1.indices.count }
  var (offsets, indices, values): ([Int], [Int32], [Float]) = ([0], [], [])
  offsets.reserveCapacity(texts.count + 1)
  indices.reserveCapacity(count)
  values.reserveCapacity(count)
  for part in parts {
    let base = indices.count
    for end in part.ends { offsets.append(base + end) }
    indices.append(contentsOf: part.indices)
    values.append(contentsOf: part.values)
    part.removeAll()
  }
  return SparseMatrix(
    uncheckedRows: texts.count, columns: columns, offsets: offsets, indices: indices, values: values)
}

/// The rows of one part of the texts.
private final class RowPart: @unchecked Sendable {
  // @unchecked: filled by one thread, read after it has ended its work.
  private(set) var ends: [Int] = []
  private(set) var indices: [Int32] = []
  private(set) var values: [Float] = []

  func append(_ row: SparseVector) {
    indices.append(contentsOf: row.indices)
    values.append(contentsOf: row.values)
    ends.append(indices.count)
  }

  func removeAll() {
    (ends, indices, values) = ([], [], [])
  }
}
