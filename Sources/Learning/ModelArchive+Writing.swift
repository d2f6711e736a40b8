internal import CZlib
internal import FoundationEssentials
internal import Glibc
public import LinearAlgebra

extension ModelArchive {
  /// Writes a folder aside and puts it in place of `path` when `body` has succeeded.
  ///
  /// When `body` throws, or the process is stopped, what was at `path` is untouched; folders that a stopped
  /// process left behind are removed by the next write to the same path.
  ///
  /// - Parameter finishing: as in ``FolderReplacement``.
  /// - Throws: ``FileError``; what `body` and `finishing` throw.
  public static func write(
    to path: String, kind: String, dataFingerprint: String? = nil, _ body: (inout Writer) throws -> Void,
    finishing: (_ folder: String, _ replace: () throws -> Void) throws -> Void = { try $1() }
  ) throws {
    try FolderReplacement.replace(
      path,
      { folder in
        var writer = Writer(
          folder: folder, manifest: Manifest(kind: kind, dataFingerprint: dataFingerprint), prefix: "")
        try body(&writer)
        let text = try JSONValue(encoding: writer.manifest).text(indented: true) + "\n"
        try writeFile(folder + "/model.json", Array(text.utf8))
      }, finishing: finishing)
  }

  /// Compares every array's checksum with its file.
  ///
  /// - Throws: ``FileFormatError`` naming the first array that differs.
  /// - Complexity: O(bytes of the model)
  public func verify() throws {
    for (name, entry) in manifest.arrays.sorted(by: { $0.key < $1.key }) {
      let file = try MappedFile(path: "\(path)/\(Self.fileName(of: name))")
      let found = file.withUnsafeBytes { Self.checksum($0) }
      guard found == entry.checksum else {
        throw FileFormatError(
          path: file.path, given: "checksum \(found)", expected: entry.checksum,
          advice: "The file is altered; train or import the model again.")
      }
    }
  }

  static func checksum(_ bytes: UnsafeRawBufferPointer) -> String {
    let sum = crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// Takes the parts of a model.
  public struct Writer {
    fileprivate let folder: String
    fileprivate var manifest: Manifest
    fileprivate let prefix: String

    /// Writes a small part into `model.json`.
    public mutating func add(_ name: String, value: some Encodable) throws {
      manifest.values[prefix + name] = try JSONValue(encoding: value)
    }

    /// Writes a large part as a file of its own.
    ///
    /// - Throws: ``FileError``, for example when the disk is full.
    public mutating func add<Element: ArchiveElement>(_ name: String, array: StoredArray<Element>) throws {
      try array.withUnsafeBufferPointer { try add(name, elements: $0) }
    }

    /// Writes a large part as a file of its own.
    public mutating func add<Element: ArchiveElement>(_ name: String, array: [Element]) throws {
      try array.withUnsafeBufferPointer { try add(name, elements: $0) }
    }

    private mutating func add<Element: ArchiveElement>(
      _ name: String, elements: UnsafeBufferPointer<Element>
    ) throws {
      let bytes = UnsafeRawBufferPointer(elements)
      try writeFile("\(folder)/\(ModelArchive.fileName(of: prefix + name))", [bytes])
      manifest.arrays[prefix + name] = ArrayEntry(
        element: Element.archiveCode, count: elements.count, checksum: ModelArchive.checksum(bytes))
    }

    /// Writes parts whose names begin with `name/`.
    public mutating func section(_ name: String, _ body: (inout Writer) throws -> Void) throws {
      var inner = Writer(folder: folder, manifest: manifest, prefix: prefix + name + "/")
      try body(&inner)
      manifest = inner.manifest
    }
  }
}
