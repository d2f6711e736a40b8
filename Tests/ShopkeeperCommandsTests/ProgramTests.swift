import FoundationEssentials
import Testing

@testable import ShopkeeperCommands

/// Rules for every command of the program.
struct ProgramTests {
  private let commands = CommandTable.shopkeeper.commands

  @Test func `names are unique and words of small letters`() {
    var seen: Set<String> = []
    for (words, type) in commands {
      #expect(seen.insert(words.joined(separator: " ")).inserted)
      let options = type.summaries.filter { !$0.isPositional }
      let names = words + options.map(\.name)
      for name in names {
        #expect(
          !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") })
        #expect(!name.hasPrefix("-") && !name.hasPrefix("no-"))
      }
      #expect(!options.map(\.name).contains("help"))
      #expect(Set(options.map(\.name)).count == options.count, "\(words)")
      let shorts = options.compactMap(\.short)
      #expect(Set(shorts).count == shorts.count && !shorts.contains("h"), "\(words)")
    }
  }

  @Test func `every sentence of help is one`() {
    for (words, type) in commands {
      for text in [type.summary] + type.summaries.map(\.help) {
        #expect(text.hasSuffix(".") && text.first!.isUppercase && text.count <= 120, "\(words): \(text)")
      }
      for argument in type.summaries where argument.isPositional {
        #expect(argument.name.allSatisfy { $0.isUppercase || $0 == "-" }, "\(words): \(argument.name)")
      }
    }
  }

  @Test func `only the last argument may be optional or repeat`() {
    for (words, type) in commands {
      let arguments = type.summaries.filter(\.isPositional)
      for argument in arguments.dropLast() {
        #expect(!argument.repeats, "\(words)")
      }
      let required = arguments.map(\.isRequired)
      #expect(required == required.filter(\.self) + required.filter { !$0 }, "\(words)")
    }
  }

  @Test func `examples of help begin with the program and are understood`() throws {
    for (words, type) in commands {
      for example in type.examples {
        #expect(example.contains("shopkeeper " + words.joined(separator: " ")), "\(example)")
      }
    }
  }

  @Test func `the version is the newest one of the change log`() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let log = try String(contentsOfFile: "/\(root)/CHANGELOG.md", encoding: .utf8)
    let newest = log.split(separator: "\n").first { $0.hasPrefix("## ") }
    #expect(newest?.split(separator: " ").dropFirst().first.map(String.init) == programVersion)
  }

  @Test func `version, help and manual are printed`() throws {
    let table = CommandTable.shopkeeper
    for arguments in [["--version"], ["version"]] {
      #expect(run(arguments, in: table) == (0, "shopkeeper \(programVersion)\n", ""))
    }
    #expect(run(["version", "--json"], in: table) == (0, "{\"version\":\"\(programVersion)\"}\n", ""))
    for arguments in [[], ["--help"], ["-h"], ["help"]] {
      #expect(run(arguments, in: table) == (0, table.overview(), ""))
    }
    #expect(run(["help", "version"], in: table) == run(["version", "--help"], in: table))
    #expect(run(["man"], in: table) == (0, table.manualPage(), ""))
    #expect(run(["completions", "bash"], in: table) == (0, table.bashCompletion(), ""))
    #expect(run(["completions", "zsh"], in: table) == (0, table.zshCompletion(), ""))
  }
}

/// What a command line prints where, and its exit code.
struct RunningTests {
  @Test func `results go to standard output`() {
    #expect(run(["model", "query", "drill"]) == (0, "drill from shop/models/sample\n", ""))
    #expect(
      run(["model", "query", "drill"], environment: ["SHOPKEEPER_MODELS": "m"])
        == (0, "drill from m/sample\n", ""))
  }

  @Test func `a failure lists every violation and ends with 1`() {
    let expected = """
      shopkeeper: error: threshold: given -1, expected 0 or more
      shopkeeper: error: Y: given 3 rows, expected 4 rows as in X. Give both the same rows.

      """
    #expect(run(["fail", "input"]) == (1, "before\n", expected))
  }

  @Test func `a command line that is not understood ends with 2`() {
    let expected = """
      shopkeeper: error: unknown option --limt; did you mean --limit?
      shopkeeper: error: TEXT is missing: What is asked.
      shopkeeper: for help type: sample model query --help

      """
    #expect(run(["model", "query", "--limt"]) == (2, "", expected))
    #expect(run(["modle"]).code == 2)
    #expect(
      run(["fail", "usage"])
        == (
          2, "before\n",
          "shopkeeper: error: --pairs and --events exclude each other\nshopkeeper: for help type: sample fail --help\n"
        ))
  }

  @Test func `an interrupted command ends with 130`() {
    #expect(run(["fail", "cancelled"]) == (130, "before\n", "shopkeeper: interrupted\n"))
    #expect(run(["fail", "late"]) == (130, "before\n", "shopkeeper: interrupted\n"))
  }

  @Test func `help wins over everything else that is wrong`() {
    let asked = run(["model", "query", "--limt", "--help"])
    #expect(asked.code == 0 && asked.output.hasPrefix("Ask a model.\n") && asked.errors.isEmpty)
  }
}
