internal import FoundationEssentials
public import LinearAlgebra

/// A model on disk: a folder with `model.json` and one little-endian file for each array.
///
/// `model.json` names format version, kind, recipe, seed, fingerprint of the training data, and for each array
/// its element type, length and checksum. Arrays are mapped, not read: opening takes the time of a few system
/// calls whatever the size. Folders are written aside and renamed, so a reader sees the old model or the new
/// one, never a part.
///
///     let archive = try ModelArchive(contentsOf: "search.model", kind: "product-search")
///     let offsets = try archive.array("tree/offsets", of: UInt32.self)
public struct ModelArchive: Sendable {
  /// Version of the layout of the folder; a reader refuses newer ones.
  public static let formatVersion = 1

  /// The contents of `model.json`.
  public struct Manifest: Codable, Sendable, Equatable {
    /// Always "shopkeeper-model".
    public var format = "shopkeeper-model"
    /// ``ModelArchive/formatVersion`` of the program that wrote it.
    public var formatVersion = ModelArchive.formatVersion
    /// What kind of model it is, for example "xr-linear".
    public var kind: String
    /// Fingerprint of the data it was trained on, where known.
    public var dataFingerprint: String?
    /// Small parts by name: recipes, shapes, names.
    public var values: [String: JSONValue] = [:]
    /// Large parts by name.
    public var arrays: [String: ArrayEntry] = [:]
  }

  /// What `model.json` says of an array.
  public struct ArrayEntry: Codable, Sendable, Equatable {
    /// Element type: a letter (i, u, f) and the bytes of an element, as in `f4`.
    public let element: String
    /// Number of elements.
    public let count: Int
    /// CRC-32 of the file's bytes, eight hexadecimal digits.
    public let checksum: String
  }

  /// The folder.
  public let path: String

  /// What `model.json` says.
  public let manifest: Manifest

  private let prefix: String

  /// Opens a folder.
  ///
  /// Arrays are mapped when asked for; their checksums are compared by ``verify()`` only.
  ///
  /// - Throws: ``FileError`` or ``FileFormatError``, naming file and field.
  public init(contentsOf path: String, kind: String) throws {
    let file = path + "/model.json"
    let bytes = try MappedFile(path: file)
    guard bytes.count <= 64 << 20 else {
      throw FileFormatError(
        path: file, given: "\(bytes.count) bytes", expected: "at most 64 MiB",
        advice: "This is not a model written by Shopkeeper.")
    }
    do {
      manifest = try bytes.withUnsafeBytes { try JSONDecoder().decode(Manifest.self, from: Data($0)) }
    } catch {
      throw FileFormatError(
        path: file, given: "text that is not a model description", expected: "JSON as written by Shopkeeper",
        advice: "The file is incomplete or altered; train or import the model again.")
    }
    guard manifest.format == "shopkeeper-model", (1...Self.formatVersion).contains(manifest.formatVersion)
    else {
      throw FileFormatError(
        path: file, place: "formatVersion", given: "\(manifest.formatVersion)",
        expected: "1 to \(Self.formatVersion)",
        advice: "Use the version of Shopkeeper that wrote the model, or train it again.")
    }
    guard manifest.kind == kind else {
      throw FileFormatError(
        path: file, place: "kind", given: manifest.kind, expected: kind,
        advice: "Name a model of the kind that this command reads.")
    }
    self.path = path
    prefix = ""
  }

  private init(path: String, manifest: Manifest, prefix: String) {
    self.path = path
    self.manifest = manifest
    self.prefix = prefix
  }

  /// The part of the archive whose names begin with `name/`.
  public func section(_ name: String) -> ModelArchive {
    ModelArchive(path: path, manifest: manifest, prefix: prefix + name + "/")
  }

  /// Whether an array of that name exists.
  public func hasArray(_ name: String) -> Bool { manifest.arrays[prefix + name] != nil }

  /// Whether a value of that name exists.
  public func hasValue(_ name: String) -> Bool { manifest.values[prefix + name] != nil }

  /// A large part.
  ///
  /// - Throws: ``FileError`` or ``FileFormatError`` when it is missing, of another type or truncated.
  /// - Complexity: O(1), a few system calls
  public func array<Element: ArchiveElement>(_ name: String, of type: Element.Type) throws -> StoredArray<
    Element
  > {
    guard let entry = manifest.arrays[prefix + name] else { throw missing(name) }
    guard entry.element == Element.archiveCode, entry.count >= 0 else {
      throw FileFormatError(
        path: path + "/model.json", place: prefix + name, given: "element type \(entry.element)",
        expected: Element.archiveCode, advice: "The file is altered; train or import the model again.")
    }
    return try StoredArray(
      in: MappedFile(path: "\(path)/\(Self.fileName(of: prefix + name))"), count: entry.count)
  }

  /// A large part that must have a given length.
  public func array<Element: ArchiveElement>(
    _ name: String, of type: Element.Type, count: Int
  ) throws -> StoredArray<Element> {
    let array = try array(name, of: type)
    guard array.count == count else {
      throw FileFormatError(
        path: path + "/model.json", place: prefix + name, given: "\(array.count) elements",
        expected: "\(count)",
        advice: "The model is altered; train or import it again.")
    }
    return array
  }

  /// A small part.
  ///
  /// - Throws: ``FileFormatError`` when it is missing or of another form.
  public func value<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    guard let value = manifest.values[prefix + name] else { throw missing(name) }
    do {
      return try value.decoded(as: type)
    } catch {
      throw FileFormatError(
        path: path + "/model.json", place: prefix + name, given: "another form", expected: "\(type)",
        advice: "The model is altered or of another version; train or import it again.")
    }
  }

  private func missing(_ name: String) -> FileFormatError {
    FileFormatError(
      path: path + "/model.json", place: prefix + name, given: "nothing", expected: "an entry of that name",
      advice: "The model is altered or of another version; train or import it again.")
  }

  static func fileName(of array: String) -> String {
    array.split(separator: "/").joined(separator: ".") + ".bin"
  }
}

/// An element type that an archive stores, little-endian.
public protocol ArchiveElement: BitwiseCopyable, Sendable {
  /// A letter (i, u, f) and the bytes of an element.
  static var archiveCode: String { get }
}

extension Int8: ArchiveElement {
  /// `i1`
  public static var archiveCode: String { "i1" }
}
extension UInt8: ArchiveElement {
  /// `u1`
  public static var archiveCode: String { "u1" }
}
extension UInt16: ArchiveElement {
  /// `u2`
  public static var archiveCode: String { "u2" }
}
extension Int32: ArchiveElement {
  /// `i4`
  public static var archiveCode: String { "i4" }
}
extension UInt32: ArchiveElement {
  /// `u4`
  public static var archiveCode: String { "u4" }
}
extension Int64: ArchiveElement {
  /// `i8`
  public static var archiveCode: String { "i8" }
}
extension UInt64: ArchiveElement {
  /// `u8`
  public static var archiveCode: String { "u8" }
}
extension Float: ArchiveElement {
  /// `f4`
  public static var archiveCode: String { "f4" }
}
extension Double: ArchiveElement {
  /// `f8`
  public static var archiveCode: String { "f8" }
}
