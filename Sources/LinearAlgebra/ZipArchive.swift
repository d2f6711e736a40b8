internal import CZip

/// A zip archive opened for reading, with the sizes that its directory states compared with the file.
///
/// Nothing is ever extracted to disk. An archive is refused when its members together claim more than
/// 64 MiB + 200 times the size of the file, so memory stays in proportion to what was received.
final class ZipArchive {
  /// A file in the archive.
  struct Member {
    let index: UInt64
    /// Bytes after inflating, as the directory states.
    let size: Int
  }

  /// The archive.
  let path: String

  /// Members by name.
  let members: [String: Member]

  private let handle: OpaquePointer

  /// Opens an archive and checks its directory.
  ///
  /// - Throws: ``FileError``, ``FileFormatError``.
  init(path: String) throws {
    let fileSize = try regularFileSize(path)
    var code: Int32 = 0
    guard let handle = zip_open(path, ZIP_RDONLY, &code) else {
      if code == ZIP_ER_OPEN || code == ZIP_ER_READ { throw FileError(path: path, operation: "open") }
      throw FileFormatError(
        path: path, given: fileSize == 0 ? "an empty file" : "something that is not a complete zip archive",
        expected: "an npz file", advice: "Copy the file again or save it with scipy.sparse.save_npz.")
    }
    do {
      members = try Self.members(handle, path, fileSize)
    } catch {
      zip_discard(handle)
      throw error
    }
    self.path = path
    self.handle = handle
  }

  deinit { zip_discard(handle) }

  private static func members(_ handle: OpaquePointer, _ path: String, _ fileSize: Int) throws -> [String:
    Member]
  {
    let (count, most) = (Int(zip_get_num_entries(handle, 0)), 65_536)
    guard count <= most else {
      throw FileFormatError(
        path: path, given: "\(count) members", expected: "at most \(most)", advice: "This is not an npz file."
      )
    }
    var members: [String: Member] = [:]
    var claimed: UInt64 = 0
    for index in 0..<UInt64(max(0, count)) {
      var status = zip_stat_t()
      guard zip_stat_index(handle, index, 0, &status) == 0, let bytes = status.name else {
        throw FileFormatError(
          path: path, place: "member \(index)", given: "an unreadable entry", expected: "name and sizes",
          advice: "The archive is damaged; copy or save it again.")
      }
      let name = String(cString: bytes)
      let place = FilePlace(path: path, member: FilePlace.printable(name))
      try check(name, status, at: place)
      let sum = claimed.addingReportingOverflow(status.size)
      claimed = sum.partialValue
      let bound = UInt64(fileSize) * 200 + 64 << 20
      guard !sum.overflow, claimed <= bound else {
        throw place.error(
          given:
            "members of \(sum.overflow ? "over 2^64" : "\(claimed)") bytes in a file of \(fileSize) bytes",
          expected: "at most \(bound) bytes (64 MiB + 200 times the file)",
          advice: "If the matrix really compresses that well, save it with compressed=False.")
      }
      guard members.updateValue(Member(index: index, size: Int(status.size)), forKey: name) == nil else {
        throw place.error(
          given: "two members of that name", expected: "one", advice: "The archive is altered; save it again."
        )
      }
    }
    return members
  }

  private static func check(_ name: String, _ status: zip_stat_t, at place: FilePlace) throws {
    guard !name.hasPrefix("/"), !name.contains("\\"), !name.split(separator: "/").contains("..") else {
      throw place.error(
        given: "a name that leads out of the archive", expected: "a plain name",
        advice: "This archive was made to do harm or by mistake; do not extract it.")
    }
    guard status.encryption_method == ZIP_EM_NONE else {
      throw place.error(
        given: "an encrypted member", expected: "plain bytes", advice: "Save it without a password.")
    }
    guard status.comp_method == ZIP_CM_STORE || status.comp_method == ZIP_CM_DEFLATE else {
      throw place.error(
        given: "compression method \(status.comp_method)", expected: "stored (0) or deflated (8)",
        advice: "Save it with numpy.savez or numpy.savez_compressed.")
    }
  }

  /// The bytes of a member.
  ///
  /// - Throws: ``FileFormatError`` when there is none of that name or it cannot be opened.
  func source(of name: String, advice: String) throws -> any ByteSource {
    guard let member = members[name] else {
      let present = members.keys.sorted().prefix(8).map { FilePlace.printable($0) }.joined(separator: ", ")
      throw FileFormatError(
        path: path, place: name, given: members.isEmpty ? "an archive without members" : "members \(present)",
        expected: "a member of that name", advice: advice)
    }
    let place = FilePlace(path: path, member: name)
    guard let file = zip_fopen_index(handle, member.index, 0) else { throw Self.damaged(place) }
    return ZipMemberSource(place: place, count: member.size, archive: self, file: file)
  }

  fileprivate static func damaged(_ place: FilePlace) -> FileFormatError {
    place.error(
      given: "damaged bytes", expected: "compressed bytes with their checksum",
      advice: "Copy the file again or save it again.")
  }
}

/// The bytes of a member of an archive; the last read compares the checksum.
private final class ZipMemberSource: ByteSource {
  let place: FilePlace
  let count: Int
  private let archive: ZipArchive
  private let file: OpaquePointer

  init(place: FilePlace, count: Int, archive: ZipArchive, file: OpaquePointer) {
    (self.place, self.count, self.archive, self.file) = (place, count, archive, file)
  }

  deinit { zip_fclose(file) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = zip_fread(file, buffer.baseAddress, UInt64(buffer.count))
    guard count >= 0 else { throw ZipArchive.damaged(place) }
    return Int(count)
  }
}
