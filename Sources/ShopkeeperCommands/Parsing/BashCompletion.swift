extension CommandTable {
  /// A script for bash that completes commands, options and values: `source <(shopkeeper completions bash)`.
  func bashCompletion() -> String {
    let names = entries.map(\.name).joined(separator: " ")
    let nouns = entries.compactMap { entry -> String? in
      guard case .noun(let noun, _, let verbs) = entry else { return nil }
      return """
            \(noun))
              if ((COMP_CWORD == 2)); then _\(program)_words '\(verbs.map { $0.name }.joined(separator: " "))'; return; fi
              command+=" ${COMP_WORDS[2]}" ;;

        """
    }
    return """
      # bash completion for \(program)
      _\(program)_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current"); }
      _\(program)_files() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); }
      _\(program)_folders() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); }
      _\(program)() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
        COMPREPLY=()
        if ((COMP_CWORD == 1)); then _\(program)_words '\(names) --help --version'; return; fi
        # bash takes --name=value apart at the equals sign.
        if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi
        case $command in
      \(nouns.joined())  esac
        case $command in
      \(commands.map { bashCase($0.words, $0.type) }.joined())  esac
      }
      complete -F _\(program) \(program)

      """
  }

  private func bashCase(_ words: [String], _ type: any Command.Type) -> String {
    let summaries = type.summaries
    let options = summaries.filter { !$0.isPositional }
    let values = options.filter { $0.valueName != nil }.map { option in
      let names = ["--\(option.name)"] + (option.short.map { ["-\($0)"] } ?? [])
      return "        \(names.joined(separator: "|"))) \(bashAction(option.completion))return ;;\n"
    }
    let cases = values.isEmpty ? "" : "      case $previous in\n\(values.joined())      esac\n"
    let names = (options.map(\.displayName) + ["--help"]).joined(separator: " ")
    let argument = summaries.first { $0.isPositional && $0.completion != .nothing }
    let other = argument.map { "else \(bashAction($0.completion))" } ?? ""
    return """
          '\(words.joined(separator: " "))')
      \(cases)      if [[ $current == -* ]]; then _\(program)_words '\(names)'; \(other)fi ;;

      """
  }

  private func bashAction(_ completion: Completion) -> String {
    switch completion {
    case .nothing: ""
    case .files: "_\(program)_files; "
    case .folders: "_\(program)_folders; "
    case .words(let words): "_\(program)_words '\(words.joined(separator: " "))'; "
    }
  }
}
