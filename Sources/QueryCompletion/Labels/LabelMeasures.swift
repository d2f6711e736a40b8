internal import Glibc
internal import LinearAlgebra

/// Logarithms of the decayed counts of labels, in two bytes each.
struct LabelPopularity: Sendable, Equatable {
  let codes: StoredArray<UInt16>

  /// Steps for each unit of the logarithm, from -8 on.
  private static let steps: Float = 1638

  init(codes: StoredArray<UInt16>) { self.codes = codes }

  init(counts: [Float]) {
    codes = StoredArray(
      counts.map { UInt16(max(0, min(65_535, ((log(max($0, 1e-6)) + 8) * Self.steps).rounded()))) })
  }

  var count: Int { codes.count }

  subscript(label: Int) -> Float { Float(codes[label]) / Self.steps - 8 }
}

/// Lengths of labels in characters, in one byte each.
struct LabelLengths: Sendable, Equatable {
  let characters: StoredArray<UInt8>

  init(characters: StoredArray<UInt8>) { self.characters = characters }

  init(_ lengths: [Int]) { characters = StoredArray(lengths.map { UInt8(max(1, min(255, $0))) }) }

  /// The logarithm of a label's length.
  subscript(label: Int) -> Float { Self.logarithms[Int(characters[label])] }

  private static let logarithms: [Float] = (0..<256).map { log(Float(max(1, $0))) }
}
