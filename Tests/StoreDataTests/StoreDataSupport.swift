import StoreData

/// Reads a value from a text.
func read<Value: FileReadable>(
  _ type: Value.Type, _ text: String, options: ReadOptions = ReadOptions()
) throws -> (value: Value, report: ReadReport) {
  try Value.read(from: ByteSource(bytes: Array(text.utf8), name: "text"), options: options)
}

/// The rejected lines as people see them.
func rejections(_ report: ReadReport) -> [String] { report.rejections.map(\.description) }
