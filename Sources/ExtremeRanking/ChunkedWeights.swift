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

  /// The visit of a parent's chunk that adds its children's products to `block`.
  ///
  /// `block` may be written for max(children, 256) floats.
  @inline(__always)
  func visit(parent: Int, children: Int, block: UnsafeMutablePointer<Float>) -> ck_chunk_visit {
    let (start, end) = (starts.unsafeBaseAddress[parent], starts.unsafeBaseAddress[parent + 1])
    return ck_chunk_visit(
      chunk: bytes.unsafeBaseAddress + Int(start), length: Int(end - start), width: UInt32(children),
      block: block)
  }

  /// Scales the products of `children` where the format asks for it and adds their biases.
  @inline(__always)
  func finish(children: Range<Int>, bias: Float, _ block: UnsafeMutablePointer<Float>) {
    let weights = biases.unsafeBaseAddress + children.lowerBound
    if format == .int8 {
      let scale = scales.unsafeBaseAddress + children.lowerBound
      for c in 0..<children.count { block[c] = block[c] * scale[c] + weights[c] * bias }
    } else {
      for c in 0..<children.count { block[c] += weights[c] * bias }
    }
  }

  /// Number of bytes of all parts.
  var byteCount: Int { bytes.count + 8 * starts.count + 4 * biases.count + 4 * scales.count }
}
