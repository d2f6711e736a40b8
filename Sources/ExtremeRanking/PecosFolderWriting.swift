internal import Glibc
internal import Learning
internal import LinearAlgebra

/// The mark by which PECOS finds the class of a document.
func pecosClass(_ name: String) -> JSONValue { .object(["class_fullname": .string(name)]) }

/// Writes a JSON object as PECOS does: indented, one entry a line.
///
/// - Throws: ``FileError``.
func writeDocument(_ fields: [String: JSONValue], to path: String) throws {
  try writeText(JSONValue.object(fields).text(indented: true) + "\n", to: path)
}

/// Writes a text file.
///
/// - Throws: ``FileError``.
func writeText(_ text: String, to path: String) throws {
  try Array(text.utf8).withUnsafeBytes { try writeFile(path, [$0]) }
}

/// Creates a folder in one that exists.
///
/// - Throws: ``FileError``.
func createFolder(_ path: String) throws {
  guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
    throw FileError(path: path, operation: "create folder")
  }
}
