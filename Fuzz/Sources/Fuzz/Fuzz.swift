import Glibc

/// The reader that `SHOPKEEPER_FUZZ` names.
private let reader: @Sendable ([UInt8]) throws -> Void = {
  let name = getenv("SHOPKEEPER_FUZZ").map { String(cString: $0) } ?? ""
  let all = readers.merging(fileReaders) { reader, _ in reader }
  guard let reader = all[name] else {
    print("SHOPKEEPER_FUZZ names a reader: \(all.keys.sorted().joined(separator: ", "))")
    exit(2)
  }
  return reader
}()

/// libFuzzer calls this with one input after the other; a reader may refuse it, never crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  try? reader(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
