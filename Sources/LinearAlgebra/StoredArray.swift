/// Bytes that do not change any more: memory of this process or a mapped file.
@usableFromInline
protocol ByteOwner: AnyObject, Sendable {}

/// An immutable array whose elements live in memory of this process or in a mapped file.
///
/// A model holds its large parts in such arrays, so that a model just trained and a model opened from an
/// archive are the same type, and opening costs no copy.
///
///     let weights = StoredArray([0.5, 0.25] as [Float])
///     weights[1]          // 0.25
public struct StoredArray<Element: BitwiseCopyable & Sendable>: RandomAccessCollection, @unchecked Sendable {
  // @unchecked: `base` points into memory that `owner` keeps alive and nobody writes after init.
  @usableFromInline let owner: any ByteOwner
  @usableFromInline let base: UnsafePointer<Element>

  /// Number of elements.
  public let count: Int

  /// Copies the elements of a sequence.
  public init(_ elements: some Collection<Element>) {
    let memory = OwnedElements<Element>(count: elements.count)
    _ = memory.elements.initialize(from: elements)
    self.init(owner: memory, elements: UnsafeBufferPointer(memory.elements))
  }

  /// Makes `count` elements that `body` fills in place.
  ///
  /// `body` receives the memory zeroed.
  public init(count: Int, _ body: (UnsafeMutableBufferPointer<Element>) -> Void)
  where Element: FixedWidthInteger {
    let memory = OwnedElements<Element>(count: count)
    memory.elements.initialize(repeating: 0)
    body(memory.elements)
    self.init(owner: memory, elements: UnsafeBufferPointer(memory.elements))
  }

  /// Refers to elements inside a mapped file from `offset` bytes on.
  ///
  /// - Throws: ``FileFormatError`` when the file is shorter than that or the offset is not aligned.
  public init(in file: MappedFile, offset: Int = 0, count: Int) throws {
    let stride = MemoryLayout<Element>.stride
    let (bytes, overflow) = count.multipliedReportingOverflow(by: stride)
    guard count >= 0, offset >= 0, !overflow, offset.isMultiple(of: MemoryLayout<Element>.alignment),
      bytes <= file.count - offset
    else {
      throw FileFormatError(
        path: file.path, given: "\(file.count) bytes",
        expected: "\(count) elements of \(stride) bytes from byte \(offset) on",
        advice: "The file is incomplete or altered; write it again.")
    }
    let start = UnsafeRawPointer(file.bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 64)!) + offset
    self.init(
      owner: file,
      elements: UnsafeBufferPointer(start: start.assumingMemoryBound(to: Element.self), count: count))
  }

  private init(owner: any ByteOwner, elements: UnsafeBufferPointer<Element>) {
    self.owner = owner
    base = elements.baseAddress ?? UnsafePointer(bitPattern: 64)!
    count = elements.count
  }

  /// Position of the first element.
  @inlinable public var startIndex: Int { 0 }

  /// Position behind the last element.
  @inlinable public var endIndex: Int { count }

  /// The element at a position.
  @inlinable
  public subscript(position: Int) -> Element {
    precondition(position >= 0 && position < count, "index out of range")
    return base[position]
  }

  /// Calls `body` with the elements as one buffer.
  @inlinable
  public func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeBufferPointer(start: base, count: count))
  }

  /// `withUnsafeBufferPointer` under the name that generic algorithms look for.
  @inlinable
  public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) rethrows -> Result? {
    try body(UnsafeBufferPointer(start: base, count: count))
  }

  /// The elements' address, valid as long as this array or a copy of it lives.
  ///
  /// For kernels that keep several arrays at hand; hold the array next to the pointer.
  @inlinable public var unsafeBaseAddress: UnsafePointer<Element> { base }
}

extension StoredArray: Equatable where Element: Equatable {
  /// Whether both hold equal elements, wherever they live.
  public static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }
}

/// Memory of this process for a ``StoredArray``.
private final class OwnedElements<Element: BitwiseCopyable>: ByteOwner, @unchecked Sendable {
  // @unchecked: filled by the initializer of StoredArray before anyone else sees it, never written after.
  let elements: UnsafeMutableBufferPointer<Element>

  init(count: Int) {
    elements = .allocate(capacity: count)
  }

  deinit { elements.deallocate() }
}
