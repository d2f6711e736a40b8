extension CommandTable {
  /// The manual page in roff, for `man -l`.
  func manualPage() -> String {
    let commandSections = commands.map { manualSection($0.words, $0.type) }
    return """
      .TH \(program.uppercased()) 1 "" "\(versionLine)"
      .SH NAME
      \(program) \\- \(roff(summary))
      .SH SYNOPSIS
      .B \(program)
      .I command
      .RI [ options ]
      .SH DESCRIPTION
      Results go to standard output, everything else to standard error.
      A file argument \\- is standard input, and compressed files (.gz) are understood.
      Options may be written \\-\\-name value or \\-\\-name=value; a switch \\-\\-name is undone by \\-\\-no\\-name;
      \\-\\- ends the options.
      .SH COMMANDS
      \(commandSections.joined(separator: "\n"))
      .SH EXIT STATUS
      .TP
      0
      Done.
      .TP
      1
      Failed; the reasons are on standard error.
      .TP
      2
      The command line was not understood.
      .TP
      130, 143
      Interrupted by Ctrl\\-C or SIGTERM. Nothing partial is left behind. A second signal ends the program at once.
      .SH ENVIRONMENT
      .TP
      .B SHOPKEEPER_MODELS
      The folder with the models that commands read by default; else shop/models.

      """
  }

  private func manualSection(_ words: [String], _ type: any Command.Type) -> String {
    var lines = [".SS \"\(roff(synopsis(of: type, words: words)))\"", roff(type.summary)]
    for paragraph in type.details { lines += [".PP", roff(paragraph)] }
    for option in type.summaries {
      let short = option.short.map { "\\-\($0), " } ?? ""
      lines += [".TP", ".B \(short)\(roff(option.displayNameWithValue))", roff(option.helpWithNotes)]
      if !option.details.isEmpty { lines.append(roff(option.details)) }
    }
    if !type.examples.isEmpty {
      lines += [".PP", ".nf"] + type.examples.map { "$ \(roff($0))" } + [".fi"]
    }
    return lines.joined(separator: "\n")
  }

  /// Text with the characters that roff gives a meaning.
  private func roff(_ text: String) -> String {
    let escaped = text.map { character in
      switch character {
      case "\\": "\\e"
      case "-": "\\-"
      case "\"": "\\(dq"
      default: String(character)
      }
    }.joined()
    // A line that begins with a dot or an apostrophe would be a request.
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}
