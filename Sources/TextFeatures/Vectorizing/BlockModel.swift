internal import Learning
internal import LinearAlgebra

/// One trained block of features.
///
/// A class, as are its tables, so that looking at it for every text counts one reference rather than a dozen.
final class BlockModel: Sendable {
  /// How features are found.
  enum Features: Sendable {
    case words(GramTable)
    case trigrams(TrigramTable)

    var count: Int {
      switch self {
      case .words(let table): table.count
      case .trigrams(let table): table.count
      }
    }
  }

  let block: NGramBlock
  /// Number of the block's first feature in the row.
  let firstFeature: Int
  let features: Features
  /// Inverse document frequency of each feature.
  let weights: StoredArray<Float>

  var count: Int { weights.count }

  /// The same block at another place in the row.
  func moved(to firstFeature: Int) -> BlockModel {
    BlockModel(block: block, firstFeature: firstFeature, features: features, weights: weights)
  }

  /// The same block with only some bits of the hashes in use.
  func rehashed(_ hashMask: UInt64) -> BlockModel {
    let features: Features =
      switch self.features {
      case .words(let table): .words(table.rehashed(hashMask))
      case .trigrams(let table): .trigrams(table.rehashed(hashMask))
      }
    return BlockModel(block: block, firstFeature: firstFeature, features: features, weights: weights)
  }

  func write(to writer: inout ModelArchive.Writer) throws {
    try writer.add("weights", array: weights)
    switch features {
    case .words(let table): try table.write(to: &writer)
    case .trigrams(let table): try table.write(to: &writer)
    }
  }

  init(block: NGramBlock, firstFeature: Int, features: Features, weights: StoredArray<Float>) {
    self.block = block
    self.firstFeature = firstFeature
    self.features = features
    self.weights = weights
  }

  convenience init(from archive: ModelArchive, block: NGramBlock, firstFeature: Int) throws {
    let features: Features =
      block.grams == .characterTrigrams
      ? .trigrams(try TrigramTable(from: archive)) : .words(try GramTable(from: archive))
    self.init(
      block: block, firstFeature: firstFeature, features: features,
      weights: try archive.array("weights", of: Float.self, count: features.count))
  }
}
