import Testing

@testable import ShopkeeperCommands

struct BashCompletionTests {
  /// What bash offers when the words have been typed and the cursor stands at the end of the last one.
  private func offered(_ words: String...) throws -> [String] {
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let script = """
      compopt() { :; }
      cd / || exit 1
      COMP_WORDS=(sample \(quoted)); COMP_CWORD=\(words.count)
      _sample; printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try runShell("bash -s", input: sampleTable.bashCompletion() + script)
    #expect(result.code == 0)
    return result.output.split(separator: "\n").map(String.init)
  }

  @Test func `nouns, verbs and options are offered`() throws {
    #expect(try offered("") == ["model", "fail", "--help", "--version"])
    #expect(try offered("m") == ["model"])
    #expect(try offered("model", "") == ["train", "query"])
    #expect(try offered("model", "q") == ["query"])
    #expect(try offered("model", "query", "-") == ["--model", "--limit", "--help"])
    #expect(try offered("model", "train", "--no-") == ["--no-check"])
  }

  @Test func `values are offered by their kind, also after an equals sign`() throws {
    #expect(try offered("model", "train", "--features", "") == ["words", "words-and-grams"])
    #expect(try offered("model", "train", "--features", "=") == ["words", "words-and-grams"])
    #expect(try offered("model", "train", "--features", "=", "words-") == ["words-and-grams"])
    #expect(try offered("model", "train", "--out", "us") == ["usr"])
    #expect(try offered("model", "train", "-c", "etc/host").contains("etc/hosts"))
    #expect(try offered("model", "query", "-k", "") == [])
  }

  @Test func `arguments are offered`() throws {
    #expect(try offered("fail", "") == ["input", "usage", "cancelled", "late"])
    #expect(try offered("fail", "u") == ["usage"])
  }

  @Test func `the script is exactly this`() {
    let table = CommandTable("sample", "A program.", [.noun("model", "A noun.", [SampleQueryCommand.self])])
    #expect(
      table.bashCompletion() == """
        # bash completion for sample
        _sample_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current"); }
        _sample_files() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); }
        _sample_folders() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); }
        _sample() {
          local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
          COMPREPLY=()
          if ((COMP_CWORD == 1)); then _sample_words 'model --help --version'; return; fi
          # bash takes --name=value apart at the equals sign.
          if [[ $current == = ]]; then current=; elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi
          case $command in
            model)
              if ((COMP_CWORD == 2)); then _sample_words 'query'; return; fi
              command+=" ${COMP_WORDS[2]}" ;;
          esac
          case $command in
            'model query')
              case $previous in
                --model) _sample_folders; return ;;
                --limit|-k) return ;;
              esac
              if [[ $current == -* ]]; then _sample_words '--model --limit --help'; fi ;;
          esac
        }
        complete -F _sample sample

        """)
  }
}

struct ZshCompletionTests {
  @Test func `the script is exactly this`() {
    let table = CommandTable(
      "sample", "A program.",
      [.noun("model", "A noun: it's [one].", [SampleQueryCommand.self]), .command(SampleFailCommand.self)])
    #expect(
      table.zshCompletion() == #"""
        #compdef sample
        _sample() {
          local -a choices
          if (( CURRENT == 2 )); then
            choices=('model:A noun\: it'\''s \[one\].' 'fail:Fail in a way of one'\''s choice.')
            _describe -t commands command choices; return
          fi
          local command=$words[2]
          case $command in
            (model)
              if (( CURRENT == 3 )); then
                choices=('query:Ask a model.')
                _describe -t verbs verb choices; return
              fi
              command+=" $words[3]"; shift words; (( CURRENT -= 1 )) ;;
          esac
          shift words; (( CURRENT -= 1 ))
          case $command in
            ('model query')
              _arguments -s -S ':TEXT:' \
                '::COUNT:' \
                '--model=[The model to read.]:DIR:_files -/' \
                '(-k --limit)'{-k+,--limit=}'[How many results to give.]:N:' \
                '(- *)'{-h,--help}'[Show this help.]' ;;
            ('fail')
              _arguments -s -S ':WAY:(input usage cancelled late)' \
                '(- *)'{-h,--help}'[Show this help.]' ;;
          esac
        }
        if [[ $funcstack[1] == _sample ]]; then _sample "$@"; else compdef _sample sample; fi

        """#)
  }

  /// What the script asks zsh's own functions for when the words have been typed.
  private func asked(_ words: String...) throws -> [String] {
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    let script = """
      compdef() { :; }
      _describe() { print -l -- ${(P)4%%:*}; }
      _arguments() { print -l -- "$words[1] $CURRENT" "$@"; }
      source /dev/stdin
      words=(sample \(quoted)); CURRENT=\(words.count + 1)
      _sample
      """
    let result = try runShell(
      "zsh -f -c '\(script.replacing("'", with: "'\\''"))'", input: sampleTable.zshCompletion())
    #expect(result.code == 0)
    return result.output.split(separator: "\n").map(String.init)
  }

  @Test(.enabled(if: isInstalled("zsh")))
  func `nouns and verbs are offered, then options are left to _arguments`() throws {
    #expect(try asked("") == ["model", "fail"])
    #expect(try asked("model", "") == ["train", "query"])
    #expect(try asked("model", "query", "").prefix(3) == ["query 2", "-s", "-S"])
    #expect(try asked("fail", "").contains(":WAY:(input usage cancelled late)"))
    let train = try asked("model", "train", "--rounds", "1", "")
    #expect(train.first == "train 4")
    #expect(train.contains("*--events=[A log of events.]:FILE:_files"))
    #expect(train.contains("--no-check[Do not check the catalogue first.]"))
    #expect(train.contains("--features=[Which features to use.]:NAME:(words words-and-grams)"))
    #expect(
      train.contains("(-c --catalogue)-c+[The catalogue.]:FILE:_files")
        && train.contains("(-o --out)--out=[Where to write.]:DIR:_files -/"))
  }

  @Test(.enabled(if: isInstalled("zsh")))
  func `zsh reads the script`() throws {
    for table in [sampleTable, .shopkeeper] {
      #expect(try runShell("zsh -n /dev/stdin 2>&1", input: table.zshCompletion()) == (0, ""))
    }
  }
}
