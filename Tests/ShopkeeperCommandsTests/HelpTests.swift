import Testing

@testable import ShopkeeperCommands

struct HelpTests {
  @Test func `the overview names nouns with their verbs, and commands`() {
    #expect(
      sampleTable.overview() == """
        A program for tests.

        Usage: sample <command> [options]

        Commands:
          model  Learn a model and ask it. Verbs: train, query.
          fail   Fail in a way of one's choice.

        'sample <command> --help' explains a command, 'sample man' is the manual.

        """)
  }

  @Test func `a noun's help lists its verbs`() {
    let expected = """
      Learn a model and ask it.

      Usage: sample model <verb> [options]

      Verbs:
        train  Learn a model from a catalogue and a log of events, with everything
               that a sample needs.
        query  Ask a model.

      'sample model <verb> --help' explains a verb.

      """
    #expect(run(["model", "--help"]) == (0, expected, ""))
    #expect(run(["model", "-h"]) == (0, expected, ""))
  }

  @Test func `a command's help shows every option with what is allowed and its default`() {
    let expected = """
      Learn a model from a catalogue and a log of events, with everything that a sample needs.

      Usage: sample model train --catalogue FILE --out DIR [options]

      Options:
        -c, --catalogue FILE  The catalogue. [required]
            --events FILE     A log of events. [may be repeated]
            --features NAME   Which features to use. [words, words-and-grams, default
                              words]
            --threshold X     Smaller weights are dropped. [0 or more, default 0.1]
            --share X         Which share to hold back. [0 to 1]
        -r, --rounds N        How often to look at each pair. [1 to 100, default 5]
            --shift N         Added to each rank. [default 0]
            --no-check        Do not check the catalogue first.
            --seed N          Where random numbers start. [0 or more, default 0]
        -o, --out DIR         Where to write. [required]
            --json            Print one JSON document instead of text.
            --threads N       How many threads work at once. [1 to 1024, default all
                              processors]
        -q, --quiet           Do not show progress.
        -h, --help            Show this help.

      Examples:
        $ sample model train --catalogue products.jsonl --out m

      """
    #expect(run(["model", "train", "--help"]) == (0, expected, ""))
    #expect(run(["model", "train", "-h"]) == (0, expected, ""))
  }

  @Test func `arguments come before options, optional ones in brackets`() {
    let expected = """
      Ask a model.

      Usage: sample model query [options] TEXT [COUNT]

      Arguments:
        TEXT   What is asked.
        COUNT  How often. [0 to 9]

      Options:
            --model DIR  The model to read. [default $SHOPKEEPER_MODELS/sample, else
                         shop/models/sample]
        -k, --limit N    How many results to give. [1 to 1000, default 10]
        -h, --help       Show this help.

      """
    #expect(run(["model", "query", "--help"]) == (0, expected, ""))
  }
}

struct ManualTests {
  @Test func `a command's section has synopsis, options, details and examples`() throws {
    let page = sampleTable.manualPage()
    let start = try #require(page.firstRange(of: ".SS \"sample model train"))
    let end = try #require(page.firstRange(of: ".SS \"sample model query"))
    let lines = page[start.lowerBound..<end.lowerBound].split(separator: "\n").map(String.init)
    #expect(lines[0] == #".SS "sample model train \-\-catalogue FILE \-\-out DIR [options]""#)
    #expect(lines.contains(#".B \-c, \-\-catalogue FILE"#))
    #expect(lines.contains("Zero keeps all."))
    #expect(lines.contains(#"\&.Not a request."#))
    #expect(lines.contains(#"$ sample model train \-\-catalogue products.jsonl \-\-out m"#))
  }

  @Test(.enabled(if: isInstalled("groff")))
  func `groff finds nothing to complain about`() throws {
    for table in [sampleTable, .shopkeeper] {
      let result = try runShell("groff -man -ww -Tutf8 -z 2>&1", input: table.manualPage())
      #expect(result == (0, ""))
    }
  }
}
