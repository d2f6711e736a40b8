import Probability
import Testing

@testable import ShopkeeperCommands

struct ArgumentReadingTests {
  private let required = ["--catalogue", "c.jsonl", "--out", "m"]

  @Test func `defaults hold where nothing is given`() throws {
    let command = try parse(SampleTrainCommand.self, required)
    #expect(command.catalogue == "c.jsonl")
    #expect(command.events.isEmpty)
    #expect(command.features == .words)
    #expect(command.threshold == 0.1)
    #expect(command.share == nil)
    #expect(command.rounds == 5)
    #expect(command.check)
    #expect(command.seed == 0)
    #expect(!command.json)
    #expect(command.work.threads >= 1)
  }

  @Test func `values are read in every spelling`() throws {
    for spelling in [["--rounds", "7"], ["--rounds=7"], ["-r", "7"], ["-r7"], ["-r=7"]] {
      #expect(try parse(SampleTrainCommand.self, required + spelling).rounds == 7)
    }
    let command = try parse(
      SampleTrainCommand.self,
      required + [
        "--events", "a", "--events=b", "--features=words-and-grams", "--share", "1",
        "--seed=18446744073709551615",
      ])
    #expect(command.events == ["a", "b"])
    #expect(command.features == .wordsAndGrams)
    #expect(command.share == 1)
    #expect(command.seed == .max)
  }

  @Test func `any order and any spelling of random values gives the same values`() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<300 {
      let rounds = 1 + random.integer(below: 100)
      let shift = random.integer(below: 2001) - 1000
      let threshold = random.uniform() * 100
      let events = (0..<random.integer(below: 4)).map { "file \($0)=é--\(random.integer(below: 100))" }
      let uses =
        [
          ("--rounds", "\(rounds)"), ("--shift", "\(shift)"), ("--threshold", "\(threshold)"), ("--out", "o"),
          ("-c", "-"),
        ]
        + events.map { ("--events", $0) }
      var words: [[String]] = []
      for (name, value) in uses.shuffled(using: &random) {
        words.append(random.integer(below: 2) == 0 ? ["\(name)=\(value)"] : [name, value])
      }
      let command = try parse(SampleTrainCommand.self, words.flatMap(\.self))
      #expect(command.rounds == rounds && command.shift == shift && command.threshold == threshold)
      #expect(command.events.sorted() == events.sorted() && command.catalogue == "-" && command.out == "o")
    }
  }

  @Test func `arbitrary words never crash the reader`() throws {
    var random = SeededGenerator(seed: 2)
    let parts = [
      "-", "--", "=", "r", "c", "no-", "check", "json", "out", "\u{0}", "7", "é", "", " ", "h", "-9e99",
    ]
    for _ in 0..<5000 {
      let words = (0..<random.integer(below: 5)).map { _ in
        (0..<random.integer(below: 5)).map { _ in parts[random.integer(below: parts.count)] }.joined()
      }
      for path in [["model", "train"], ["model", "query"], ["fail"], ["model"], []] {
        do {
          _ = try sampleTable.request(path + words)
        } catch let error as UsageError {
          #expect(!error.problems.isEmpty)
        }
      }
    }
  }

  @Test func `switches are turned on and off, the last one counts`() throws {
    #expect(try !parse(SampleTrainCommand.self, required + ["--no-check"]).check)
    #expect(try parse(SampleTrainCommand.self, required + ["--no-check", "--check"]).check)
    #expect(try parse(SampleTrainCommand.self, required + ["--json"]).json)
    #expect(try !parse(SampleTrainCommand.self, required + ["--json", "--no-json"]).json)
    #expect(try parse(SampleTrainCommand.self, required + ["-qr9"]).work.quiet)
    #expect(try parse(SampleTrainCommand.self, required + ["-qr9"]).rounds == 9)
  }

  @Test func `the last value of an option counts`() throws {
    #expect(try parse(SampleTrainCommand.self, required + ["-r", "1", "-r", "2"]).rounds == 2)
  }

  @Test func `positional arguments are taken in order, a dash is one of them`() throws {
    let command = try parse(SampleQueryCommand.self, ["-", "-k3", "7"])
    #expect(command.text == "-" && command.count == 7 && command.limit == 3)
    #expect(try parse(SampleQueryCommand.self, ["drill"]).count == nil)
  }

  @Test func `two dashes end the options`() throws {
    #expect(try parse(SampleQueryCommand.self, ["--", "--limit"]).text == "--limit")
    #expect(try parse(SampleQueryCommand.self, ["-k", "4", "--", "-x", "1"]).text == "-x")
  }

  @Test func `negative numbers are values, not options`() throws {
    #expect(try parse(SampleTrainCommand.self, required + ["--shift", "-3"]).shift == -3)
    #expect(try parse(SampleQueryCommand.self, ["-5"]).text == "-5")
  }

  @Test func `the model is looked for where the environment says`() throws {
    #expect(try parse(SampleQueryCommand.self, ["a"]).model == "shop/models/sample")
    let there = ["SHOPKEEPER_MODELS": "/models"]
    #expect(try parse(SampleQueryCommand.self, ["a"], environment: there).model == "/models/sample")
    #expect(
      try parse(SampleQueryCommand.self, ["a"], environment: ["SHOPKEEPER_MODELS": ""]).model
        == "shop/models/sample")
    #expect(try parse(SampleQueryCommand.self, ["a", "--model", "x"], environment: there).model == "x")
  }
}

struct UsageErrorTests {
  @Test func `everything that is wrong is said at once`() {
    #expect(
      problems("model", "train", "--round", "3", "--threshold", "-1", "--features=word", "--share", "2") == [
        "unknown option --round; did you mean --rounds?",
        "unexpected argument 3",
        "--threshold: given -1, expected a number, 0 or more",
        "--features: given word, expected one of words, words-and-grams; did you mean words?",
        "--share: given 2, expected a number from 0 to 1",
        "--catalogue FILE is missing: The catalogue.",
        "--out DIR is missing: Where to write.",
      ])
  }

  @Test func `numbers out of range name the range`() {
    for given in ["0", "101", "1.5", "many", "", "99999999999999999999"] {
      let shown = given.isEmpty ? "nothing" : given
      #expect(
        problems("model", "train", "-c", "c", "--out", "o", "--rounds=\(given)")
          == ["--rounds: given \(shown), expected an integer from 1 to 100"])
    }
    for given in ["nan", "inf", "1e999", "-0.5"] {
      #expect(
        problems("model", "train", "-c", "c", "--out", "o", "--threshold=\(given)")
          == ["--threshold: given \(given), expected a number, 0 or more"])
    }
    #expect(
      problems("model", "train", "-c", "", "--out=o") == ["-c: given nothing, expected the path of a file"])
  }

  @Test func `a missing value says what is expected`() {
    #expect(
      problems("model", "train", "-c", "c", "--out", "o", "--rounds")
        == ["--rounds needs a value: an integer from 1 to 100"])
    #expect(
      problems("model", "train", "-c", "--out", "o") == ["-c needs a value: the path of a file"])
    #expect(
      problems("model", "train", "-c", "-x", "--out", "o") == [
        "-c needs a value: the path of a file; write -c=-x if that is meant", "unknown option -x",
      ])
  }

  @Test func `switches take no value`() {
    #expect(
      problems("model", "train", "-c", "c", "--out", "o", "--json=yes", "--no-check=1")
        == ["--json takes no value", "--no-check takes no value"])
    #expect(
      problems("model", "train", "-c", "c", "--out", "o", "--no-rounds")
        == ["unknown option --no-rounds; did you mean --rounds?"])
  }

  @Test func `missing and superfluous arguments are named`() {
    #expect(problems("model", "query") == ["TEXT is missing: What is asked."])
    #expect(
      problems("model", "query", "cordless", "drill", "kit") == [
        "COUNT: given drill, expected an integer from 0 to 9",
        "unexpected argument kit; put quotes around several words",
      ])
    #expect(
      problems("model", "query", "-drill")
        == [
          "unknown option -d; write -- before a text that begins with a dash",
          "TEXT is missing: What is asked.",
        ])
  }

  @Test func `unknown nouns and verbs get the nearest name`() {
    #expect(problems("modle") == ["unknown command modle; did you mean model?"])
    #expect(problems("zebra") == ["unknown command zebra"])
    #expect(problems("--json", "model") == ["unknown command --json; options come after the command"])
    #expect(problems("model", "trian") == ["unknown verb model trian; did you mean train?"])
    #expect(problems("model") == ["model needs a verb: train, query"])
  }

  @Test func `what was typed cannot play with the terminal`() {
    #expect(problems("\u{1B}[2J\n\u{202E}x") == ["unknown command \u{FFFD}[2J\u{FFFD}\u{FFFD}x"])
    let long = String(repeating: "a", count: 5000)
    #expect(problems(long) == ["unknown command \(long.prefix(100))..."])
  }
}

struct NearestNameTests {
  @Test func `near names are found and far ones are not`() {
    let names = ["limit", "model", "threshold", "json"]
    #expect(nearestName(to: "limt", among: names) == "limit")
    #expect(nearestName(to: "modle", among: names) == "model")
    #expect(nearestName(to: "thres", among: names) == "threshold")
    #expect(nearestName(to: "treshhold", among: names) == "threshold")
    #expect(nearestName(to: "xyz", among: names) == nil)
    #expect(nearestName(to: "", among: names) == nil)
    #expect(nearestName(to: "j", among: names) == nil)
  }

  @Test func `a name is nearest to itself`() {
    let names = ["train", "trains", "strain"]
    for name in names { #expect(nearestName(to: name, among: names) == name) }
  }
}
