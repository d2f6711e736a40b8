internal import Glibc

/// Turns a linear score v into a share of confidence, and combines the shares along the path from the root.
///
/// The names are those of PECOS (`noop`, `sigmoid`, `log-sigmoid`, `l3-hinge`, `log-l3-hinge` ...).
public enum PostProcessor: Sendable, Hashable, CaseIterable {
  /// The leaf's v alone.
  case noop
  /// Product of 1 / (1 + exp(-v)).
  case sigmoid
  /// Sum of the logarithms of `sigmoid`.
  case logSigmoid
  /// Product of exp(-max(0, 1 - v)^p), p = 1.
  case l1Hinge
  /// Product of exp(-max(0, 1 - v)^2).
  case l2Hinge
  /// Product of exp(-max(0, 1 - v)^3).
  case l3Hinge
  /// Product of exp(-max(0, 1 - v)^4).
  case l4Hinge
  /// Sum of the logarithms of `l1Hinge`.
  case logL1Hinge
  /// Sum of the logarithms of `l2Hinge`.
  case logL2Hinge
  /// Sum of the logarithms of `l3Hinge`.
  case logL3Hinge
  /// Sum of the logarithms of `l4Hinge`.
  case logL4Hinge

  /// The name in model folders and on the command line.
  public var name: String {
    switch self {
    case .noop: "noop"
    case .sigmoid: "sigmoid"
    case .logSigmoid: "log-sigmoid"
    case .l1Hinge: "l1-hinge"
    case .l2Hinge: "l2-hinge"
    case .l3Hinge: "l3-hinge"
    case .l4Hinge: "l4-hinge"
    case .logL1Hinge: "log-l1-hinge"
    case .logL2Hinge: "log-l2-hinge"
    case .logL3Hinge: "log-l3-hinge"
    case .logL4Hinge: "log-l4-hinge"
    }
  }

  /// The post-processor of a name.
  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// Replaces scores v by what a level adds to its parents' value; paths are ranked by the sum, so that products of
  /// many small factors never underflow to equal zeros.
  func replaceByTerms(_ scores: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .noop: return
    case .sigmoid, .logSigmoid:
      for i in scores.indices {
        let v = scores[i]
        scores[i] = v < 0 ? v - log1p(exp(v)) : -log1p(exp(-v))
      }
    case .l1Hinge, .logL1Hinge:
      for i in scores.indices { scores[i] = -max(0, 1 - scores[i]) }
    case .l2Hinge, .logL2Hinge:
      for i in scores.indices {
        let gap = max(0, 1 - scores[i])
        scores[i] = -gap * gap
      }
    case .l3Hinge, .logL3Hinge:
      for i in scores.indices {
        let gap = max(0, 1 - scores[i])
        scores[i] = -gap * gap * gap
      }
    case .l4Hinge, .logL4Hinge:
      for i in scores.indices {
        let square = max(0, 1 - scores[i]) * max(0, 1 - scores[i])
        scores[i] = -square * square
      }
    }
  }

  /// Whether the parents' value counts.
  var accumulates: Bool { self != .noop }

  /// The score that is returned for a sum of terms.
  func score(_ sum: Float) -> Float {
    switch self {
    case .sigmoid, .l1Hinge, .l2Hinge, .l3Hinge, .l4Hinge: return exp(sum)
    default: return sum
    }
  }
}

extension PostProcessor: Codable {
  /// Reads the name.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let found = Self(name: name) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no post-processor \(name)")
    }
    self = found
  }

  /// Writes the name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
