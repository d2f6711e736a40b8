internal import CKernels
internal import Learning
internal import LinearAlgebra

/// The weights of one level of the tree, a chunk for each parent (layout in CKernels' chunk.h).
///
/// All children of a parent share the features they look at, so a query's features are looked up once a parent
/// instead of once a child. Idea of chunks: P. A. Etter, K. Zhong, H.-F. Yu, L. Ying, I. Dhillon: "Accelerating
/// Inference for Sparse Extreme Multi-Label Ranking Trees", WWW 2022, arXiv 2106.02697; the bucketed rows are ours.
struct ChunkedWeights: Sendable, Equatable {
  let hash: FeatureHash
  let format: WeightFormat
  /// Where each parent's chunk begins in `bytes`; one more entry closes the last one.
  let starts: StoredArray<UInt64>
  let bytes: StoredArray<UInt8>
  /// Weight of the constant feature of each child.
  let biases: StoredArray<Float>
  /// Scale of each child with the format int8; empty otherwise.
  let scales: StoredArray<Float>

  /// block[c] = weights of child c times x, for the children `children` of a parent; the bias is included with
  /// the constant feature's value `bias`.
  ///
  /// `block` holds at least max(children.count, 256) floats. Returns false when the stored bytes are no chunk.
  @inline(__always)
  func multiply(
    parent: Int, children: Range<Int>, keys: UnsafeBufferPointer<UInt32>, values: UnsafePointer<Float>,
    bias: Float,
    into block: UnsafeMutablePointer<Float>
  ) -> Bool {
    let (start, end) = (starts.unsafeBaseAddress[parent], starts.unsafeBaseAddress[parent + 1])
    block.update(repeating: 0, count: children.count)
    let status = ck_chunk_multiply(
      bytes.unsafeBaseAddress + Int(start), Int(end - start), UInt32(children.count), keys.baseAddress!,
      values,
      keys.count, block)
    let bias0 = biases.unsafeBaseAddress + children.lowerBound
    if format == .int8 {
      let scale = scales.unsafeBaseAddress + children.lowerBound
      for c in 0..<children.count { block[c] = block[c] * scale[c] + bias0[c] * bias }
    } else {
      for c in 0..<children.count { block[c] += bias0[c] * bias }
    }
    return status == 0
  }

  /// Loads the beginning of a parent's chunk into the cache.
  @inline(__always)
  func prefetch(parent: Int) {
    ck_chunk_prefetch(bytes.unsafeBaseAddress + Int(starts.unsafeBaseAddress[parent]))
  }

  /// Number of bytes of all parts.
  var byteCount: Int { bytes.count + 8 * starts.count + 4 * biases.count + 4 * scales.count }
}
