internal import CKernels

/// Solves systems whose matrix is only known by its products (BiCGStab).
///
/// H. A. van der Vorst: "Bi-CGSTAB: A Fast and Smoothly Converging Variant of Bi-CG for the Solution of Nonsymmetric Linear
/// Systems", SIAM J. Sci. Stat. Comput. 13(2), 1992.
struct StabilisedBiconjugateGradients {
  /// Size of the system.
  let count: Int

  /// Iterations before giving up; each applies the matrix twice.
  var limit = 1000

  /// Solves A x = b, starting from x = b.
  ///
  /// - Parameters:
  ///   - columns: right sides of `count` numbers one after the other, replaced by the solutions.
  ///   - tolerance: the residual that may remain, relative to the right side.
  ///   - apply: writes A x into its second argument.
  func solve(
    _ columns: inout [Double], tolerance: Double,
    apply: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> SystemEffort {
    var effort = SystemEffort()
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 6 * count) { memory in
      let parts = (0..<6).map { UnsafeMutableBufferPointer(rebasing: memory[$0 * count..<($0 + 1) * count]) }
      columns.withUnsafeMutableBufferPointer { columns in
        for offset in stride(from: 0, to: columns.count, by: count) {
          let column = UnsafeMutableBufferPointer(rebasing: columns[offset..<offset + count])
          effort += solve(column, parts, tolerance, apply)
        }
      }
    }
    return effort
  }

  private func solve(
    _ b: UnsafeMutableBufferPointer<Double>, _ parts: [UnsafeMutableBufferPointer<Double>],
    _ tolerance: Double,
    _ apply: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> SystemEffort {
    let (x, r, shadow, p, v, t) = (parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
    var effort = SystemEffort()
    let target = tolerance * dot(b, b).squareRoot()
    _ = x.update(from: b)
    apply(UnsafeBufferPointer(x), r)
    effort.applications += 1
    for i in 0..<count { r[i] = b[i] - r[i] }
    _ = shadow.update(from: r)
    _ = p.update(from: r)
    var rho = dot(shadow, r)
    for _ in 0..<limit {
      if dot(r, r).squareRoot() <= target { break }
      apply(UnsafeBufferPointer(p), v)
      let alpha = rho / dot(shadow, v)
      for i in 0..<count { r[i] -= alpha * v[i] }
      apply(UnsafeBufferPointer(r), t)
      effort.applications += 2
      let square = dot(t, t)
      let omega = square > 0 ? dot(t, r) / square : 0
      for i in 0..<count {
        x[i] += alpha * p[i] + omega * r[i]
        r[i] -= omega * t[i]
      }
      let next = dot(shadow, r)
      let beta = next / rho * (alpha / omega)
      rho = next
      // A breakdown of the recurrence: start again from where we are.
      guard beta.isFinite, rho != 0 else {
        if dot(r, r).squareRoot() <= target { break }
        _ = shadow.update(from: r)
        _ = p.update(from: r)
        rho = dot(shadow, r)
        continue
      }
      for i in 0..<count { p[i] = r[i] + beta * (p[i] - omega * v[i]) }
    }
    effort.converged = dot(r, r).squareRoot() <= target
    _ = b.update(from: x)
    return effort
  }

  private func dot(_ a: UnsafeMutableBufferPointer<Double>, _ b: UnsafeMutableBufferPointer<Double>) -> Double
  {
    ck_dot_double(a.baseAddress!, b.baseAddress!, count)
  }
}
