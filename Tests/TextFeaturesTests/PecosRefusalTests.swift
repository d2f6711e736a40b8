import LinearAlgebra
import Probability
import TestSupport
import Testing

@testable import TextFeatures

struct PecosRefusalTests {
  private let files = [
    "config.json", "meta.json", "0.base/tokenizer/config.json", "0.base/tokenizer/vocab.txt",
    "0.base/vectorizer/config.json",
    "0.base/vectorizer/tfidf-model.txt",
  ]

  /// Copies the smaller fixture, lets `change` alter one file and reads the folder.
  private func error(_ file: String, _ change: (String) -> String) throws -> String? {
    try withTemporaryFolder { path in
      let folder = path + "/p"
      try PecosTextVectorizer(preprocessorFolder: "\(fixtures())/pecos/flat/preprocessor").write(
        preprocessorFolder: folder)
      let text = String(decoding: try bytes(ofFile: "\(folder)/\(file)"), as: UTF8.self)
      try write(Array(change(text).utf8), toFile: "\(folder)/\(file)")
      do {
        _ = try PecosTextVectorizer(preprocessorFolder: folder)
        return nil
      } catch let error as FileFormatError {
        #expect(error.path == "\(folder)/\(file)")
        return "\(error.place ?? ""): given \(error.given), expected \(error.expected)"
      }
    }
  }

  private func replacing(_ old: String, _ new: String) -> (String) -> String {
    { text in
      guard let range = text.firstRange(of: old) else { return text }
      return text[..<range.lowerBound] + new + text[range.upperBound...]
    }
  }

  @Test(arguments: [
    ("config.json", "\"tfidf\"", "\"sklearntfidf\"", "type: given sklearntfidf, expected tfidf"),
    ("config.json", "\"tfidf\"", "\"hyper\"", "type: given another vectoriser, expected tfidf"),
    (
      "meta.json", "\"num_base_vect\" : 1", "\"num_base_vect\" : 1000000000",
      "kwargs.num_base_vect: given 1000000000, expected 1 to 64"
    ),
    (
      "meta.json", "\"num_base_vect\" : 1", "\"num_base_vect\" : 0",
      "kwargs.num_base_vect: given 0, expected 1 to 64"
    ),
    ("meta.json", "\"norm_p\" : 1", "\"norm_p\" : 3", "kwargs.norm_p: given 3, expected 1 or 2"),
    ("meta.json", "{", "[", ": given text that is no JSON object, expected a JSON object"),
    ("0.base/tokenizer/config.json", "20", "99", "token_type: given 99, expected 10, 20 or 30"),
    (
      "0.base/tokenizer/vocab.txt", "27\n", "99999999999\n",
      "line 1: given a count of 99999999999 with 27 entries, expected the number of lines that follow"
    ),
    (
      "0.base/tokenizer/vocab.txt", "27\n", "x\n",
      "line 1: given another line, expected the number of entries"
    ),
    (
      "0.base/tokenizer/vocab.txt", "\n1\t", "\n0\t",
      "line 3: given token number 0, expected each of 0 to 26 once"
    ),
    (
      "0.base/tokenizer/vocab.txt", "\n1\t", "\n27\t",
      "line 3: given token number 27, expected each of 0 to 26 once"
    ),
    (
      "0.base/tokenizer/vocab.txt", "\n1\t", "\n1 ", "line 3: given another line, expected number, tab, token"
    ),
    (
      "0.base/tokenizer/vocab.txt", "\tq", "\tz",
      "token 26: given a token that another number has, expected distinct tokens"
    ),
    (
      "0.base/vectorizer/config.json", "\"l1\"", "\"l7\"",
      "kwargs.norm_p: given another norm, expected l1 or l2"
    ),
    (
      "0.base/vectorizer/config.json", "\"binary\" : false", "\"binary\" : 7",
      "kwargs.binary: given another value, expected true or false"
    ),
    (
      "0.base/vectorizer/config.json", "\"max_length\"", "\"maxlength\"",
      "kwargs.max_length: given nothing, expected a 32-bit integer"
    ),
    (
      "0.base/vectorizer/config.json", "\"max_feature\" : 0", "\"max_feature\" : 1e30",
      "kwargs.max_feature: given another value, expected a 32-bit integer"
    ),
    (
      "0.base/vectorizer/config.json", "2,", "2000000000,",
      "kwargs.ngram_range: given 2 lengths or a descending pair, expected two lengths, ascending"
    ),
    (
      "0.base/vectorizer/config.json", "3\n", "2000000000\n",
      "kwargs.lengths: given 2...2000000000, expected lengths in 1...1000"
    ),
    (
      "0.base/vectorizer/tfidf-model.txt", "592\n", "18446744073709551616\n",
      "line 1: given another line, expected the number of entries"
    ),
    (
      "0.base/vectorizer/tfidf-model.txt", "592\n", "591\n",
      "line 1: given a count of 591 with 592 entries, expected the number of lines that follow"
    ),
    (
      "0.base/vectorizer/tfidf-model.txt", "\n1\t", "\n0\t",
      "line 3: given feature 0, expected each of 0 to 591 once"
    ),
    (
      "0.base/vectorizer/tfidf-model.txt", "\n1\t", "\n1\tnan",
      "line 3: given another line, expected feature, weight, length, token numbers"
    ),
    (
      "0.base/vectorizer/tfidf-model.txt", "\n1\t", "\n1\t0x",
      "line 3: given another line, expected feature, weight, length, token numbers"
    ),
  ])
  func `damaged folders are refused naming file and field`(
    file: String, old: String, new: String, expected: String
  ) throws {
    #expect(try error(file, replacing(old, new)) == expected)
  }

  @Test func `a feature's tokens must be as many as it says and exist and differ from others`() throws {
    let model = "0.base/vectorizer/tfidf-model.txt"
    func change(_ line: Int, _ edit: @escaping ([Substring]) -> [Substring]) throws -> String? {
      try error(model) { text in
        var lines = text.split(separator: "\n")
        lines[line] = edit(lines[line].split(separator: "\t")).joined(separator: "\t")[...]
        return lines.joined(separator: "\n") + "\n"
      }
    }
    #expect(try change(2) { [$0[0], $0[1], "9", $0[3]] }?.hasPrefix("line 3: given length 9 and ") == true)
    #expect(
      try change(2) { [$0[0], $0[1], "1", "27"] }
        == "line 3: given a token number out of range, expected 0 to 26")
    #expect(
      try change(2) { [$0[0], $0[1], "1", "-1"] }
        == "line 3: given a token number out of range, expected 0 to 26")
    #expect(
      try change(2) { [$0[0], $0[1], "0", ""] }
        == "line 3: given length 0 and 0 tokens, expected as many tokens as the length")
    #expect(
      try change(2) { Array($0.prefix(3)) }
        == "line 3: given another line, expected feature, weight, length, token numbers")
    #expect(
      try error(model) { text in
        var lines = text.split(separator: "\n")
        let tail = lines[2].split(separator: "\t").dropFirst(2).joined(separator: "\t")
        lines[3] = (lines[3].split(separator: "\t").prefix(2).joined(separator: "\t") + "\t" + tail)[...]
        return lines.joined(separator: "\n") + "\n"
      } == "line 4: given tokens of another feature, expected distinct features")
  }

  @Test func `pickles are refused, never opened`() throws {
    try withTemporaryFolder { path in
      try write([0x80, 0x04], toFile: path + "/vectorizer.pkl")
      do {
        _ = try PecosTextVectorizer(preprocessorFolder: path)
        Issue.record("not refused")
      } catch let error as FileFormatError {
        #expect(error.given == "a pickled vectoriser")
        #expect(error.advice.contains("never opened"))
      }
    }
  }

  @Test func `a missing file is named`() throws {
    try withTemporaryFolder { path in
      do {
        _ = try PecosTextVectorizer(preprocessorFolder: path)
        Issue.record("not refused")
      } catch let error as FileError {
        #expect(error.path == path + "/tokenizer/config.json")
      }
    }
  }

  @Test func `randomly damaged folders are refused or read, never more`() throws {
    var generator = SeededGenerator(seed: 3)
    try withTemporaryFolder { path in
      let folder = path + "/p"
      try PecosTextVectorizer(preprocessorFolder: "\(fixtures())/pecos/flat/preprocessor").write(
        preprocessorFolder: folder)
      for file in files {
        let whole = try bytes(ofFile: "\(folder)/\(file)")
        for _ in 0..<60 {
          try write(Mutation.damaged(whole, using: &generator), toFile: "\(folder)/\(file)")
          do {
            let vectorizer = try PecosTextVectorizer(preprocessorFolder: folder)
            _ = vectorizer.predict("babaco adirq")
            if vectorizer.featureCount > 0 { _ = vectorizer.explain(vectorizer.featureCount - 1) }
          } catch is FileFormatError {}
        }
        try write(whole, toFile: "\(folder)/\(file)")
      }
    }
  }
}
