extension CommandTable {
  /// A script for zsh that completes commands, options and values, to be saved as `_shopkeeper` in `fpath`.
  func zshCompletion() -> String {
    let nouns = entries.compactMap { entry -> String? in
      guard case .noun(let noun, _, let verbs) = entry else { return nil }
      return """
            (\(noun))
              if (( CURRENT == 3 )); then
                choices=(\(verbs.map { zshChoice($0.name, $0.summary) }.joined(separator: " ")))
                _describe -t verbs verb choices; return
              fi
              command+=" $words[3]"; shift words; (( CURRENT -= 1 )) ;;

        """
    }
    return """
      #compdef \(program)
      _\(program)() {
        local -a choices
        if (( CURRENT == 2 )); then
          choices=(\(entries.map { zshChoice($0.name, $0.summary) }.joined(separator: " ")))
          _describe -t commands command choices; return
        fi
        local command=$words[2]
        case $command in
      \(nouns.joined())  esac
        shift words; (( CURRENT -= 1 ))
        case $command in
      \(commands.map { zshCase($0.words, $0.type) }.joined())  esac
      }
      if [[ $funcstack[1] == _\(program) ]]; then _\(program) "$@"; else compdef _\(program) \(program); fi

      """
  }

  private func zshCase(_ words: [String], _ type: any Command.Type) -> String {
    let specifications = type.summaries.enumerated().map { zshSpecification($0.element) }
    let all = (specifications + ["'(- *)'{-h,--help}'[Show this help.]'"])
    return """
          ('\(words.joined(separator: " "))')
            _arguments -s -S \(all.joined(separator: " \\\n        ")) ;;

      """
  }

  private func zshSpecification(_ argument: OptionSummary) -> String {
    let value = argument.valueName.map { ":\($0):\(zshAction(argument.completion))" } ?? ""
    if argument.isPositional {
      let place = argument.repeats ? "*" : argument.isRequired ? "" : ":"
      return "'\(place):\(zshEscaped(argument.name)):\(zshAction(argument.completion))'"
    }
    let text = "[\(zshEscaped(argument.help))]\(value)"
    let long = argument.displayName + (argument.valueName == nil ? "" : "=")
    let star = argument.repeats ? "*" : ""
    guard let short = argument.short else { return "'\(star)\(long)\(text)'" }
    let letter = "-\(short)" + (argument.valueName == nil ? "" : "+")
    let exclusion = argument.repeats ? "'*'" : "'(-\(short) \(argument.displayName))'"
    return "\(exclusion){\(letter),\(long)}'\(text)'"
  }

  private func zshAction(_ completion: Completion) -> String {
    switch completion {
    case .nothing: ""
    case .files: "_files"
    case .folders: "_files -/"
    case .words(let words): "(\(words.joined(separator: " ")))"
    }
  }

  private func zshChoice(_ name: String, _ summary: String) -> String {
    "'\(zshEscaped(name)):\(zshEscaped(summary))'"
  }

  /// The text inside single quotes, with the characters that `_arguments` and `_describe` give a meaning.
  private func zshEscaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "'": "'\\''"
      case ":", "[", "]": "\\\(character)"
      default: String(character)
      }
    }.joined()
  }
}
