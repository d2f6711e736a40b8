import Testing

@testable import QueryCompletion

@Suite struct LabelStoreTests {
  @Test func `an empty store has no labels`() {
    #expect(LabelStore(sorted: []).interval(of: []) == 0..<0)
  }
}
