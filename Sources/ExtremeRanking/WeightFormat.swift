internal import CKernels

/// How weights are stored; scores are summed in single precision in any case.
public enum WeightFormat: String, Codable, Sendable, CaseIterable {
  /// 32 bits.
  case float32
  /// 16 bits, rounded to the nearest half-precision number.
  case float16
  /// 8 bits with one scale a label: w ~ scale q, q from -127 to 127.
  case int8

  var code: UInt8 {
    switch self {
    case .float32: UInt8(CK_FLOAT32)
    case .float16: UInt8(CK_FLOAT16)
    case .int8: UInt8(CK_INT8)
    }
  }

  /// Bytes of a weight.
  var size: Int {
    switch self {
    case .float32: 4
    case .float16: 2
    case .int8: 1
    }
  }
}
