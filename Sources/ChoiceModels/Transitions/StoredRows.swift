internal import CKernels

/// Transitions whose rows are stored number by number, as optimal stopping sweeps over them.
protocol StoredRows {
  /// One sweep over listed states, each worth the better of its reward and going on; gives the largest change.
  ///
  /// States whose reward exceeds going on by `share` of it and `slack` leave the list.
  func stop(
    _ states: inout [UInt32], reward: [Double], share: Double, slack: Double, _ worth: inout [Double]
  ) -> Double

  /// What going on is worth from every state.
  func expect(_ value: [Double]) -> [Double]

  /// The rows of some states, all others being worth what they are.
  func restricted(to states: [UInt32], worth: [Double]) -> RestrictedRows
}

/// Rows of some states with the columns of these states alone, and a last column of what the others contribute, whose
/// value is 1.
struct RestrictedRows {
  fileprivate enum Storage {
    case dense([Double])
    case sparse(SparseRows)
  }

  fileprivate struct SparseRows {
    var offsets: [UInt32]
    var columns: [UInt32]
    var values: [Double]
  }

  private let storage: Storage
  private let states: [UInt32]
  /// Numbers stored, as a share of those of all rows.
  let share: Double

  fileprivate init(_ storage: Storage, count: Int, share: Double) {
    self.storage = storage
    self.share = share
    states = (0..<UInt32(count)).map { $0 }
  }

  /// Sets each value to that of going on or `least`, one after the other.
  func sweep(least: UnsafeBufferPointer<Double>, _ value: UnsafeMutableBufferPointer<Double>) {
    guard !states.isEmpty, let least = least.baseAddress, let target = value.baseAddress else { return }
    switch storage {
    case .dense(let values):
      values.withUnsafeBufferPointer {
        ck_substitution_expect_dense(
          states, states.count, $0.baseAddress, value.count, least, target, target)
      }
    case .sparse(let rows):
      rows.offsets.withUnsafeBufferPointer { offsets in
        rows.columns.withUnsafeBufferPointer { columns in
          rows.values.withUnsafeBufferPointer { values in
            let kernel = ck_transitions(
              offsets: offsets.baseAddress, columns: columns.baseAddress, values: values.baseAddress)
            ck_substitution_expect(states, states.count, kernel, least, target, target)
          }
        }
      }
    }
  }
}

extension SparseTransitions: StoredRows {
  func stop(
    _ states: inout [UInt32], reward: [Double], share: Double, slack: Double, _ worth: inout [Double]
  ) -> Double {
    var kept = 0
    let change = withKernelRows {
      ck_substitution_stop(&states, states.count, $0, reward, share, slack, &worth, &kept)
    }
    states.removeLast(states.count - kept)
    return change
  }

  func restricted(to states: [UInt32], worth: [Double]) -> RestrictedRows {
    var (place, fixed) = ([UInt32](repeating: .max, count: productCount), worth)
    var room = states.count
    for (number, state) in states.enumerated() {
      place[Int(state)] = UInt32(number)
      fixed[Int(state)] = 0
      room += range(ofRow: Int(state)).count
    }
    var rows = RestrictedRows.SparseRows(offsets: [], columns: [], values: [])
    rows.offsets = Array(unsafeUninitializedCapacity: states.count + 1) { offsets, offsetCount in
      offsetCount = states.count + 1
      rows.columns = Array(unsafeUninitializedCapacity: room) { columns, columnCount in
        rows.values = Array(unsafeUninitializedCapacity: room) { values, valueCount in
          let entries = withKernelRows {
            ck_substitution_restrict(
              states, states.count, $0, place, fixed, offsets.baseAddress, columns.baseAddress,
              values.baseAddress)
          }
          (columnCount, valueCount) = (entries, entries)
        }
      }
    }
    return RestrictedRows(
      .sparse(rows), count: states.count,
      share: Double(rows.columns.count) / Double(max(1, columns.count)))
  }
}

extension DenseTransitions: StoredRows {
  func stop(
    _ states: inout [UInt32], reward: [Double], share: Double, slack: Double, _ worth: inout [Double]
  ) -> Double {
    var kept = 0
    let change = ck_substitution_stop_dense(
      &states, states.count, values, productCount, reward, share, slack, &worth, &kept)
    states.removeLast(states.count - kept)
    return change
  }

  func restricted(to states: [UInt32], worth: [Double]) -> RestrictedRows {
    let (n, width) = (productCount, states.count + 1)
    var fixed = worth
    for state in states { fixed[Int(state)] = 0 }
    var rows = [Double](repeating: 0, count: states.count * width)
    rows.withUnsafeMutableBufferPointer { rows in
      values.withUnsafeBufferPointer { values in
        for (number, state) in states.enumerated() {
          let (row, start) = (number * width, Int(state) * n)
          for (column, other) in states.enumerated() { rows[row + column] = values[start + Int(other)] }
          var constant = 0.0
          for j in 0..<n { constant += values[start + j] * fixed[j] }
          rows[row + states.count] = constant
        }
      }
    }
    return RestrictedRows(
      .dense(rows), count: states.count, share: Double(rows.count) / Double(max(1, n * n)))
  }
}
