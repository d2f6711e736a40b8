/// Sorts numbers by some of their bits and leaves equal ones in their order (radix sort from the lowest bits on).
///
/// D. Knuth, The Art of Computer Programming 3, section 5.2.5.
///
/// - Parameters:
///   - numbers: what is sorted.
///   - low: the lowest bit that counts.
///   - high: the bit behind the highest one that counts.
/// - Complexity: O(n + 2^11) for every 11 bits
func sortByHighBits(_ numbers: inout [UInt64], from low: Int, to high: Int) {
  let digitBits = 11
  var other = [UInt64](repeating: 0, count: numbers.count)
  var counts = [Int](repeating: 0, count: 1 << digitBits)
  for shift in stride(from: low, to: high, by: digitBits) {
    let mask = UInt64(1 << min(digitBits, high - shift) - 1)
    for i in counts.indices { counts[i] = 0 }
    for number in numbers { counts[Int(number >> UInt64(shift) & mask)] += 1 }
    var sum = 0
    for i in counts.indices { (counts[i], sum) = (sum, sum + counts[i]) }
    for number in numbers {
      let digit = Int(number >> UInt64(shift) & mask)
      other[counts[digit]] = number
      counts[digit] += 1
    }
    swap(&numbers, &other)
  }
}
