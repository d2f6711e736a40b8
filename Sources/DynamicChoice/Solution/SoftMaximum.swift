internal import Glibc

/// log sum_a exp Q(s, a) and the probabilities exp(Q - that), for A x S numbers; never overflows.
func softMaximum(
  _ quality: UnsafeBufferPointer<Double>, states: Int, actions: Int,
  values: UnsafeMutableBufferPointer<Double>,
  policy: UnsafeMutableBufferPointer<Double>
) {
  if actions == 2 {
    // One exponential and one logarithm do.
    for s in 0..<states {
      let (first, second) = (quality[s], quality[states + s])
      let small = exp(-abs(first - second))
      let larger = 1 / (1 + small)
      values[s] = max(first, second) + log1p(small)
      policy[s] = first >= second ? larger : small * larger
      policy[states + s] = first >= second ? small * larger : larger
    }
    return
  }
  for s in 0..<states {
    var largest = quality[s]
    for action in 1..<max(1, actions) { largest = max(largest, quality[action * states + s]) }
    var sum = 0.0
    for action in 0..<actions {
      let share = exp(quality[action * states + s] - largest)
      policy[action * states + s] = share
      sum += share
    }
    values[s] = largest + log(sum)
    for action in 0..<actions { policy[action * states + s] /= sum }
  }
}

/// log pi(a | s) of one state, exact also where pi is near 1 or 0.
func logProbability(
  _ quality: UnsafePointer<Double>, states: Int, actions: Int, state: Int, action: Int
) -> Double {
  let own = quality[action * states + state]
  var (above, rest) = (0.0, 0.0)
  for other in 0..<actions where other != action {
    above = max(above, quality[other * states + state] - own)
  }
  for other in 0..<actions where other != action {
    rest += exp(quality[other * states + state] - own - above)
  }
  return above == 0 ? -log1p(rest) : -(above + log(rest + exp(-above)))
}
