extension SubstitutionChain {
  /// The probability that a customer buys each product when `offered` is on offer, with a bound on the error.
  ///
  /// Mass starts at the first wishes, stays where a product is offered and moves on where it is not. What has not been
  /// placed bounds the error: the probabilities differ from the exact ones by no more than ``Certified/errorBound``
  /// summed over all products, and revenue by no more than that times the largest revenue of a product. Sweeps move
  /// mass on at once (Gauss-Seidel); between sweeps the mass is extrapolated along the last two changes so that what is
  /// left to place is least (D. G. Anderson: "Iterative procedures for nonlinear integral equations", JACM 12(4), 1965),
  /// which keeps the bound, since both are affine in what was placed. With fewer than 64 products missing, elimination takes
  /// the place of sweeps; the low-rank storage solves a K x K system.
  ///
  /// - Parameter tolerance: mass that may be left unplaced, 1e-15 to 1.
  /// - Complexity: O(stored numbers) a sweep, some 10 to 20 sweeps
  public func probabilities(offered: ProductSet, tolerance: Double = 1e-13) -> Certified<[Double]> {
    placing(firstChoice, offered: offered, tolerance: tolerance)
  }

  /// The same for customers who start at each product with the given mass.
  public func placing(_ start: [Double], offered: ProductSet, tolerance: Double = 1e-13) -> Certified<
    [Double]
  > {
    precondition(start.count == productCount && offered.productCount == productCount, "sizes of one chain")
    switch transitions {
    case .dense(let part):
      return place(start, offered, tolerance) { part.push($0, $1) }
    case .sparse(let part):
      return place(start, offered, tolerance) { part.push($0, $1) }
    case .lowRank(let part):
      let placed = part.settle(start, offered: offered)
      let total = start.reduce(0) { $0 + abs($1) }
      return Certified(value: placed, errorBound: 1e-15 * Double(part.shares.count + 1) * total, sweeps: 1)
    }
  }

  private func place(
    _ start: [Double], _ offered: ProductSet, _ tolerance: Double,
    _ push: (UnsafeBufferPointer<UInt32>, UnsafeMutablePointer<Double>) -> Void
  ) -> Certified<[Double]> {
    let missing = offered.flags.indices.compactMap { offered.flags[$0] ? nil : UInt32($0) }
    if missing.count < Self.mostSolvedDirectly { return solve(start, missing) }
    var mass = start
    var (left, sweeps) = (missing.reduce(0) { $0 + abs(mass[Int($1)]) }, 0)
    mass.withUnsafeMutableBufferPointer { mass in
      missing.withUnsafeBufferPointer { missing in
        var extrapolation = Extrapolation(count: mass.count, residual: missing)
        // Rounding leaves some 1e-16 of what moves; a tolerance below that is never reached.
        while left > max(tolerance, 1e-15), sweeps < 10_000 {
          extrapolation.remember(mass)
          push(missing, mass.baseAddress!)
          sweeps += 1
          left = extrapolation.improve(mass, until: tolerance)
        }
      }
      for i in missing { mass[Int(i)] = 0 }
      for i in mass.indices where mass[i] < 0 { mass[i] = 0 }
    }
    return Certified(value: mass, errorBound: left, sweeps: sweeps)
  }
}

extension SubstitutionChain {
  /// Below so many missing products elimination is as fast as sweeps, also where customers hardly ever leave.
  private static let mostSolvedDirectly = 64

  /// Solves `(I - rho_NN^T) visits = start_N` and moves the visits on to what is offered.
  private func solve(_ start: [Double], _ missing: [UInt32]) -> Certified<[Double]> {
    let m = missing.count
    var place = [Int](repeating: -1, count: productCount)
    for (row, product) in missing.enumerated() { place[Int(product)] = row }
    var matrix = [Double](repeating: 0, count: m * m)
    for row in 0..<m {
      matrix[row * m + row] = 1
      forEachTransition(from: Int(missing[row])) { j, weight in
        if place[j] >= 0 { matrix[row * m + place[j]] -= weight }
      }
    }
    var visits = missing.map { start[Int($0)] }
    matrix.withUnsafeMutableBufferPointer { matrix in
      visits.withUnsafeMutableBufferPointer { visits in
        guard m > 0 else { return }
        Elimination.factor(matrix.baseAddress!, size: m)
        Elimination.solveTransposed(matrix.baseAddress!, size: m, visits.baseAddress!)
      }
    }
    // What does not balance is unplaced mass, as in the sweeps.
    var (placed, unplaced) = (start, missing.map { start[Int($0)] })
    for row in 0..<m {
      unplaced[row] -= visits[row]
      placed[Int(missing[row])] = 0
    }
    for row in 0..<m {
      forEachTransition(from: Int(missing[row])) { j, weight in
        if place[j] >= 0 {
          unplaced[place[j]] += visits[row] * weight
        } else {
          placed[j] += visits[row] * weight
        }
      }
    }
    let left = unplaced.reduce(0) { $0 + abs($1) }
    return Certified(value: placed, errorBound: left, sweeps: 1)
  }

  private func forEachTransition(from product: Int, _ body: (Int, Double) -> Void) {
    switch transitions {
    case .dense(let part):
      for j in 0..<part.productCount where part[product, j] != 0 { body(j, part[product, j]) }
    case .sparse(let part):
      for k in part.range(ofRow: product) { body(Int(part.columns[k]), part.values[k]) }
    case .lowRank:
      preconditionFailure("low-rank chains have a solution of their own")
    }
  }
}

/// Extrapolates an affine iteration along its last two changes so that the residual becomes least.
private struct Extrapolation {
  private let residual: UnsafeBufferPointer<UInt32>
  private var before: [Double]
  private var earlier: [Double]
  private var count = 0

  /// The residual consists of the given positions of the iterate.
  init(count: Int, residual: UnsafeBufferPointer<UInt32>) {
    self.residual = residual
    before = [Double](repeating: 0, count: count)
    earlier = before
  }

  /// Keeps the iterate from before a sweep.
  mutating func remember(_ iterate: UnsafeMutableBufferPointer<Double>) {
    swap(&before, &earlier)
    before.withUnsafeMutableBufferPointer { _ = $0.update(from: iterate) }
    count += 1
  }

  /// Moves the iterate to the point of least residual, unless its residual is small enough; gives the sum of the
  /// residual's absolute values.
  func improve(_ iterate: UnsafeMutableBufferPointer<Double>, until tolerance: Double) -> Double {
    before.withUnsafeBufferPointer { before in
      earlier.withUnsafeBufferPointer { earlier in
        var (sum, aa, ab, bb, ar, br) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        let second = count > 1
        for position in residual {
          let i = Int(position)
          let r = iterate[i]
          let a = r - before[i]
          let b = second ? before[i] - earlier[i] : 0
          sum += abs(r)
          aa += a * a
          ab += a * b
          bb += b * b
          ar += a * r
          br += b * r
        }
        guard sum > tolerance, aa > 0 else { return sum }
        let determinant = aa * bb - ab * ab
        var (x, y) = (-ar / aa, 0.0)
        if determinant > 1e-10 * aa * bb {
          x = (br * ab - ar * bb) / determinant
          y = (ar * ab - br * aa) / determinant
        }
        for i in iterate.indices {
          let (now, then) = (iterate[i], before[i])
          iterate[i] = now + x * (now - then) + (second ? y * (then - earlier[i]) : 0)
        }
        sum = 0
        for position in residual { sum += abs(iterate[Int(position)]) }
        return sum
      }
    }
  }
}
