internal import LinearAlgebra

// Options that mean the same in every command, stated once.

extension OptionDefinition where Value == Bool {
  /// `--json`
  static var json: Self {
    Self("json", .switch, "Print one JSON document instead of text.").with(default: false)
  }

  /// `--quiet`
  static var quiet: Self {
    Self("quiet", short: "q", .switch, "Do not show progress.").with(default: false)
  }
}

extension OptionDefinition where Value == Int {
  /// `--threads N`
  static var threads: Self {
    Self(
      "threads", .integer(1...1024), "How many threads work at once.",
      details: "The result does not depend on it."
    ).with(defaultText: "all processors") { _ in availableProcessors() }
  }

  /// `--limit N`, `-k N`
  static var limit: Self {
    Self("limit", short: "k", .integer(1...1000), "How many results to give.").with(
      default: 10)
  }
}

extension OptionDefinition where Value == UInt64 {
  /// `--seed N`
  static var seed: Self {
    Self(
      "seed", .integer(0...UInt64.max), "Where random numbers start.",
      details: "The same seed and data give the same result."
    ).with(default: 0)
  }
}

extension OptionDefinition where Value == String {
  /// `--model DIR`: the model that a command reads, by default the one of a name.
  static func model(named name: String) -> Self {
    Self(
      "model", .folder(), "The model to read.",
      details: "A folder written by a training command. By default the folder \(name) in the folder that the"
        + " environment variable SHOPKEEPER_MODELS names, else in shop/models."
    ).with(defaultText: "$SHOPKEEPER_MODELS/\(name), else shop/models/\(name)") { environment in
      let models = environment["SHOPKEEPER_MODELS"].flatMap { $0.isEmpty ? nil : $0 } ?? "shop/models"
      return "\(models)/\(name)"
    }
  }

  /// `--out DIR`, `-o DIR`: the folder that a command writes.
  static var outFolder: Self {
    Self(
      "out", short: "o", .folder(), "Where to write.",
      details:
        "What is there is replaced when everything is written, and stays as it is when the command fails.")
  }

  /// `--out FILE`, `-o FILE`: the file that a command writes.
  static var outFile: Self {
    Self("out", short: "o", .file(), "Where to write.")
  }
}

/// Options of every command that works for a while.
struct WorkOptions: OptionGroup {
  /// How many threads work at once.
  @Option(.threads) var threads: Int

  /// Whether to work without showing progress.
  @Option(.quiet) var quiet: Bool
}
