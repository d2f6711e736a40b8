import FoundationEssentials
import Glibc

/// Whether a program is on PATH; says so when a test will be skipped for it.
func isInstalled(_ program: String) -> Bool {
  let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  let found = folders.contains { access("\($0)/\(program)", X_OK) == 0 }
  if !found { print("SKIPPED: tests that need \(program), which is not installed") }
  return found
}

/// The program under test, which lies beside the bundle of tests; nil when it was not built.
let builtProgram: String? = {
  var buffer = [CChar](repeating: 0, count: 4096)
  let length = readlink("/proc/self/exe", &buffer, buffer.count)
  let bundle =
    CommandLine.arguments.first { $0.hasSuffix(".xctest") }
    ?? String(decoding: buffer.prefix(max(0, length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  let program =
    bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    + "/shopkeeper"
  return access(program, X_OK) == 0 ? program : nil
}()

/// Runs a line of shell on an input; gives exit code and standard output.
func runShell(_ command: String, input: String = "") throws -> (code: Int32, output: String) {
  let folder = "\(FileManager.default.temporaryDirectory.path)/shopkeeper-\(UUID())"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try Data(input.utf8).write(to: URL(filePath: folder + "/input"))
  // Not system(), which changes how this process takes signals while it waits.
  let process = popen("{ \(command)\n} < '\(folder)/input' > '\(folder)/output'", "w")
  let code = pclose(process!)
  let output = try Data(contentsOf: URL(filePath: folder + "/output"))
  return ((code >> 8) & 0xFF, String(decoding: output, as: UTF8.self))
}
