import Probability
import Testing

struct CounterStreamTests {
  @Test func `bits are those of the published splitmix64`() {
    // S. Vigna's splitmix64.c started at 0.
    #expect(CounterStream(key: 0).bits(0) == 0xE220_A839_7B1D_CDAF)
    var sequential = SplitMix64(state: 77)
    #expect(CounterStream(key: 77).bits(0) == sequential.next())
  }

  @Test func `a purpose and a seed give the published key and numbers`() {
    let stream = CounterStream("ENVW", seed: 100)
    #expect(stream.key == 0xD6AC_348C_D166_6DF4)
    #expect(abs(stream.uniform(0) - 0.00233769) < 1e-8 && abs(stream.uniform(1) - 0.03696396) < 1e-8)
    #expect(abs(stream.normal(0) - 3.38751286) < 1e-8 && abs(stream.normal(1) + 0.95733437) < 1e-8)
  }

  @Test func `numbers lie in the unit interval and do not repeat`() {
    let stream = CounterStream("TEST", seed: 1)
    let numbers = (0..<10_000).map { stream.uniform(UInt64($0)) }
    #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 } && Set(numbers).count == numbers.count)
    #expect(abs(numbers.reduce(0, +) / 10_000 - 0.5) < 0.02)
  }
}
