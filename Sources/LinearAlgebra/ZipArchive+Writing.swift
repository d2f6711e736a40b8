internal import CZip
internal import Glibc

extension ZipArchive {
  /// A file to be put into an archive: pieces that are written one after the other, without a copy.
  struct NewMember {
    let name: String
    let pieces: [UnsafeRawBufferPointer]
  }

  /// Writes an archive aside and renames it to `path`; equal members give equal bytes.
  ///
  /// - Throws: ``FileError``; what was at `path` is then untouched.
  static func write(_ path: String, _ members: [NewMember], compressed: Bool) throws {
    var code: Int32 = 0
    guard let handle = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code) else {
      throw FileError(path: path, operation: "create")
    }
    for member in members where !add(member, to: handle, compressed: compressed) {
      zip_discard(handle)
      throw FileError(path: path, operation: "write", code: ENOMEM)
    }
    guard zip_close(handle) == 0 else {
      let failure = zip_error_code_system(zip_get_error(handle))
      zip_discard(handle)
      throw FileError(path: path, operation: "write", code: failure == 0 ? EIO : failure)
    }
  }

  private static func add(_ member: NewMember, to handle: OpaquePointer, compressed: Bool) -> Bool {
    let fragments = member.pieces.map { piece in
      // libzip only reads the bytes; its type is not const.
      zip_buffer_fragment_t(
        data: UnsafeMutablePointer(mutating: piece.bindMemory(to: UInt8.self).baseAddress),
        length: UInt64(piece.count))
    }
    guard let source = zip_source_buffer_fragment(handle, fragments, UInt64(fragments.count), 0) else {
      return false
    }
    let index = zip_file_add(handle, member.name, source, 0)
    guard index >= 0 else {
      zip_source_free(source)
      return false
    }
    let method = compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE
    let levelOfNumPy: UInt32 = 6
    let firstOfJanuary1980: UInt16 = 0x21
    return zip_set_file_compression(handle, UInt64(index), method, levelOfNumPy) == 0
      && zip_file_set_dostime(handle, UInt64(index), 0, firstOfJanuary1980, 0) == 0
  }
}
