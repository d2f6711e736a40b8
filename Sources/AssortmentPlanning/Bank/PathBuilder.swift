internal import CKernels

/// Draws one path after the other with memory that is used again.
struct PathBuilder {
  private var lists: [UInt32] = []
  private var lengths = [UInt32](repeating: 0, count: block)
  private var marks: [Mark]
  private var stamp: UInt32 = 0
  private var room = 16
  /// The path in the making.
  private var products: [UInt32] = []
  private var items: [UInt32] = []
  private var starts: [UInt32] = []

  /// Customers whose lists are drawn before they are put together.
  private static let block = 512

  init(productCount: Int) {
    marks = [Mark](repeating: Mark(), count: productCount)
  }

  /// What is known of a product while a path is put together.
  private struct Mark {
    /// The path in which the product has its number.
    var path: UInt32 = 0
    /// Its number within that path.
    var number: UInt32 = 0
    /// The last customer who met it, counted from 1.
    var customer: UInt32 = 0
  }

  mutating func path(_ walk: ChainWalk, customers: Int, key: UInt64, scenario: Int) -> PreferenceBank.Path {
    stamp += 1
    products.removeAll(keepingCapacity: true)
    items.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    var first = 0
    while first < customers {
      let count = min(Self.block, customers - first)
      draw(walk, key: key, first: first, count: count)
      append(count)
      first += count
    }
    let end = UInt32(products.count)
    for start in starts.dropFirst() { items[Int(start) - 1] = end }
    if !items.isEmpty { items[items.count - 1] = end }
    // Copies take no more than they need.
    return PreferenceBank.Path(
      products: products.map { $0 }, items: items.map { $0 }, starts: starts.map { $0 }, scenario: scenario)
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

  /// Puts the lists of a block behind the others: each product once, numbered as they appear.
  private mutating func append(_ count: Int) {
    let (room, stamp, lists, lengths) = (room, stamp, lists, lengths)
    var place = items.count
    var most = 0
    for c in 0..<count { most += Int(lengths[c]) + 1 }
    items.append(contentsOf: repeatElement(0, count: most))
    items.withUnsafeMutableBufferPointer { items in
      marks.withUnsafeMutableBufferPointer { marks in
        lists.withUnsafeBufferPointer { lists in
          for c in 0..<count {
            starts.append(UInt32(place))
            let customer = UInt32(starts.count)
            for k in c * room..<c * room + Int(lengths[c]) {
              let product = Int(lists[k])
              var mark = marks[product]
              if mark.path != stamp {
                mark = Mark(path: stamp, number: UInt32(products.count), customer: 0)
                products.append(UInt32(product))
              }
              items[place] = mark.number
              // What a customer meets again is written over by what comes next.
              place += mark.customer == customer ? 0 : 1
              mark.customer = customer
              marks[product] = mark
            }
            place += 1
          }
        }
      }
    }
    items.removeLast(items.count - place)
  }
}
