internal import CKernels
internal import Learning
internal import LinearAlgebra

/// The weights of one level of the tree, a chunk for each parent or one for all (layout in CKernels' chunk.h).
///
/// All columns of a chunk share the features they look at, so a query's features are looked up once a chunk
/// instead of once a node. Idea of chunks: P. A. Etter, K. Zhong, H.-F. Yu, L. Ying, I. Dhillon: "Accelerating
/// Inference for Sparse Extreme Multi-Label Ranking Trees", WWW 2022, arXiv 2106.02697; the hashed rows and joined levels are ours.
struct ChunkedWeights: Sendable, Equatable {
  let hash: FeatureHash
  let format: WeightFormat
  /// Where each chunk begins in `bytes`; one more entry closes the last one.
  let starts: StoredArray<UInt64>
  let bytes: StoredArray<UInt8>
  /// Weight of the constant feature of each child.
  let biases: StoredArray<Float>
  /// Scale of each child with the format int8; empty otherwise.
  let scales: StoredArray<Float>

  /// Number of chunks: 1, or as many as the level has parents.
  var chunkCount: Int { starts.count - 1 }

  /// The visit of a chunk that adds the products of its columns to `block`.
  ///
  /// `block` may be written for max(`width`, 256) floats.
  @inline(__always)
  func visit(chunk: Int, width: Int, block: UnsafeMutablePointer<Float>) -> ck_chunk_visit {
    let (start, end) = (starts.unsafeBaseAddress[chunk], starts.unsafeBaseAddress[chunk + 1])
    return ck_chunk_visit(
      chunk: bytes.unsafeBaseAddress + Int(start), length: Int(end - start), width: UInt32(width),
      block: block)
  }

  /// Asks for the parts of `children` that lie beside the chunks.
  @inline(__always)
  func prefetch(children: Range<Int>) {
    ck_prefetch(biases.unsafeBaseAddress + children.lowerBound, 4 * children.count)
    if format == .int8 { ck_prefetch(scales.unsafeBaseAddress + children.lowerBound, 4 * children.count) }
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
