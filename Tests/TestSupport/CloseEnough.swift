/// Whether two numbers differ by at most `absolute`, or by at most `relative` of the larger one.
///
/// Equal infinities are close, NaN is close to nothing.
public func isClose<Number: BinaryFloatingPoint>(
  _ found: Number, to expected: Number, relative: Number = 0, absolute: Number = 0
) -> Bool {
  if found == expected { return true }
  let difference = abs(found - expected)
  return difference.isFinite && difference <= max(absolute, relative * max(abs(found), abs(expected)))
}

/// Where two lists of numbers first differ by more than allowed, in words; nil where they do not.
///
///     #expect(difference(of: found, from: expected, absolute: 1e-6) == nil)
public func difference<Number: BinaryFloatingPoint>(
  of found: some Collection<Number>, from expected: some Collection<Number>, relative: Number = 0,
  absolute: Number = 0
) -> String? {
  guard found.count == expected.count else { return "\(found.count) numbers, expected \(expected.count)" }
  for (position, (a, b)) in zip(found, expected).enumerated()
  where !isClose(a, to: b, relative: relative, absolute: absolute) {
    return "number \(position) is \(a), expected \(b)"
  }
  return nil
}
