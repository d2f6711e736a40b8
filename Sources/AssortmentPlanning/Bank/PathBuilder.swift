internal import CKernels

/// Draws one path after the other with memory that is used again.
struct PathBuilder {
  private var lists: [UInt32] = []
  private var lengths = [UInt32](repeating: 0, count: block)
  /// Number of each product within the path; valid where the stamp is the path's.
  private var numbers: [UInt32]
  private var stamps: [UInt32]
  private var stamp: UInt32 = 0
  private var room = 16

  /// Customers whose lists are drawn before they are put together.
  private static let block = 512

  init(productCount: Int) {
    numbers = [UInt32](repeating: 0, count: productCount + 1)
    stamps = numbers
  }

  mutating func path(_ walk: ChainWalk, customers: Int, key: UInt64, scenario: Int) -> PreferenceBank.Path {
    stamp += 1
    var (products, items, starts): ([UInt32], [UInt32], [UInt32]) = ([], [], [])
    items.reserveCapacity(customers * 6)
    starts.reserveCapacity(customers)
    var first = 0
    while first < customers {
      let count = min(Self.block, customers - first)
      draw(walk, key: key, first: first, count: count)
      append(count, &products, &items, &starts)
      first += count
    }
    let end = UInt32(products.count)
    for i in items.indices where items[i] == .max { items[i] = end }
    return PreferenceBank.Path(products: products, items: Array(items), starts: starts, scenario: scenario)
  }

  private mutating func draw(_ walk: ChainWalk, key: UInt64, first: Int, count: Int) {
    while true {
      if lists.count < Self.block * room { lists = [UInt32](repeating: 0, count: Self.block * room) }
      let outcome = lists.withUnsafeMutableBufferPointer { lists in
        lengths.withUnsafeMutableBufferPointer { lengths in
          walk.withKernel {
            ck_walk_customers($0, key, UInt32(first), count, room, lists.baseAddress, lengths.baseAddress)
          }
        }
      }
      if outcome == 0 { return }
      // A list ran out of room: draw the same customers again with more.
      room *= 2
    }
  }

  private mutating func append(
    _ count: Int, _ products: inout [UInt32], _ items: inout [UInt32], _ starts: inout [UInt32]
  ) {
    for c in 0..<count {
      starts.append(UInt32(items.count))
      for k in 0..<Int(lengths[c]) {
        let product = lists[c * room + k]
        if stamps[Int(product)] != stamp {
          stamps[Int(product)] = stamp
          numbers[Int(product)] = UInt32(products.count)
          products.append(product)
        }
        items.append(numbers[Int(product)])
      }
      items.append(.max)
    }
  }
}
