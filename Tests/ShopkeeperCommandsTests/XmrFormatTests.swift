import Learning
import LinearAlgebra
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// Matrices and text corpora in, matrices out.
struct XmrFormatTests {
  /// Sixteen instances of four labels, each label with a feature of its own.
  private func matrices(in folder: String) throws -> (x: String, y: String) {
    let x = try matrix("X.npz", in: folder, columns: 6, (0..<16).map { [($0 % 4, 1), (4 + $0 % 2, 0.5)] })
    let y = try matrix("Y.npz", in: folder, columns: 4, (0..<16).map { [($0 % 4, 1)] })
    return (x, y)
  }

  @Test func `matrices train a model whose scores are a matrix`() throws {
    try withTemporaryFolder { folder in
      let (x, y) = try matrices(in: folder)
      let model = "\(folder)/m"
      #expect(
        succeed("xmr", "train", "-x", x, "-y", y, "--out", model, "-q")
          .hasPrefix("16 instances, 4 labels, 6 features; tree 4; "))
      #expect(succeed("xmr", "predict", "--model", model, "-x", x, "-k", "1", "-q").hasPrefix("0\t0:0."))
      let out = "\(folder)/P.npz"
      #expect(
        succeed("xmr", "predict", "--model", model, "-x", x, "-k", "2", "--out", out, "-q")
          == "32 scores of 16 instances; written to \(out)\n")
      let scores = try SparseMatrix(npz: out)
      #expect(scores.rows == 16 && scores.columns == 4)
      for row in 0..<16 {
        let range = scores.range(ofRow: row)
        let best = range.max { scores.values[$0] < scores.values[$1] }!
        #expect(range.count == 2 && Int(scores.indices[best]) == row % 4)
      }
      let document = try document(
        succeed("xmr", "predict", "--model", model, "-x", x, "--out", out, "-q", "--json"))
      #expect(document.keys == ["instances", "out", "scores"] && document["scores"]?.number == 64)
      #expect(
        succeed("xmr", "evaluate", "--model", model, "-x", x, "-y", y, "-k", "2", "-q") == """
          16 instances
          k  precision  recall
          1     1.0000  1.0000
          2     0.5000  1.0000

          """)
      // Scores are read back as labels: the same matrix in both roles.
      #expect(
        succeed("xmr", "evaluate", "--model", model, "-x", x, "-y", out, "-k", "4", "-q")
          .hasSuffix("4     1.0000  1.0000\n"))
    }
  }

  @Test func `relevance and label features take part`() throws {
    try withTemporaryFolder { folder in
      let (x, y) = try matrices(in: folder)
      let relevance = try matrix("R.npz", in: folder, columns: 4, (0..<16).map { [($0 % 4, Float($0 + 1))] })
      let features = try matrix("T.npz", in: folder, columns: 6, (0..<4).map { [($0, 1)] })
      let plain = "\(folder)/plain"
      succeed("xmr", "train", "-x", x, "-y", y, "--out", plain, "-q")
      for option in [
        ["--relevance", relevance, "--relevance-norm", "none"],
        ["--label-features", features, "--max-leaf", "2"],
      ] {
        let trained = run(
          ["xmr", "train", "-x", x, "-y", y, "--out", "\(folder)/m", "-q"] + option, in: .shopkeeper)
        #expect(trained.code == 0)
        let (one, other) = (try contents(ofFolder: plain), try contents(ofFolder: "\(folder)/m"))
        #expect(one != other, "\(option)")
      }
    }
  }

  @Test func `a text corpus with names of its labels is learned`() throws {
    try withTemporaryFolder { folder in
      let corpus = try file(
        "corpus", in: folder, "0\toak desk", "1,0\tred lamp", "1\tblue lamp", "2::2.5,0\toak chair",
        "a text alone",
        "x\tno label number")
      let items = try file("items", in: folder, "desk", "lamp", "chair")
      let trained = shopkeeper(
        "xmr", "train", "--text", corpus, "--items", items, "--grams", "words", "--out", "\(folder)/m", "-q")
      #expect(trained.code == 0 && trained.output.hasPrefix("5 instances, 3 labels, "))
      #expect(
        notes(trained) == [
          "\(corpus): 1 line rejected, the first: line 6: label: given a text that is not a label number, expected 0"
            + " to 2^31 - 2"
        ])
      let query = try file("q", in: folder, "chair", "lamp")
      let lines = succeed("xmr", "predict", "--model", "\(folder)/m", "--text", query, "-k", "1", "-q")
        .split(separator: "\n")
      #expect(lines.count == 2 && lines[0].hasPrefix("0\tchair:") && lines[1].hasPrefix("1\tlamp:"))
      let figures = shopkeeper(
        "xmr", "evaluate", "--model", "\(folder)/m", "--text", corpus, "-k", "3", "-q")
      #expect(figures.code == 0 && figures.output.hasPrefix("5 instances\n"))
    }
  }

  @Test func `relevance in a corpus changes what is learned, equal ones do not`() throws {
    try withTemporaryFolder { folder in
      func model(_ name: String, _ relevance: String, _ norm: String = "l1") throws -> [String: Int] {
        let corpus = try file(
          name, in: folder, "0\(relevance)\toak desk", "1\tred lamp", "0\tred desk", "1\toak lamp")
        succeed(
          "xmr", "train", "--text", corpus, "--grams", "words", "--relevance-norm", norm, "--out",
          "\(folder)/m",
          "-q")
        var files = try contents(ofFolder: "\(folder)/m")
        // It holds the name of the data.
        files["model.json"] = nil
        return files
      }
      let (plain, one) = (try model("a", ""), try model("b", "::1"))
      let (ten, shared) = (try model("c", "::10", "none"), try model("d", "::10"))
      #expect(plain == one && plain != ten)
      // An instance with one label has nothing to share out.
      #expect(plain == shared)
    }
  }

  @Test func `labels that nothing is known of are refused by name unless they are allowed`() throws {
    try withTemporaryFolder { folder in
      let corpus = try file("corpus", in: folder, "0\toak desk", "1\tred lamp")
      let items = try file("items", in: folder, "desk", "lamp", "chair")
      #expect(
        failure("xmr", "train", "--text", corpus, "--items", items, "--out", "\(folder)/m", "-q") == [
          "label: given 2 (chair) with neither a training pair nor text, expected something to learn each label"
            + " from. Leave them out, give --label-features, or keep them with --allow-empty-labels."
        ])
      succeed(
        "xmr", "train", "--text", corpus, "--items", items, "--allow-empty-labels", "--out", "\(folder)/m",
        "-q")
    }
  }

  @Test func `what was shown and never clicked is no label`() throws {
    try withTemporaryFolder { folder in
      let clicks = try file("c.tsv", in: folder, "oak desk\td1:2,l1:0", "red lamp\tl2:1", "none\tl1:0")
      #expect(
        succeed("xmr", "train", "--clicks", clicks, "--out", "\(folder)/m", "-q").hasPrefix(
          "3 instances, 2 labels, "))
      #expect(
        succeed("xmr", "tree", "--model", "\(folder)/m").split(separator: "\n").map { $0.suffix(2) }.sorted()
          == ["d1", "l2"])
      let test = try file("t.tsv", in: folder, "oak desk\td1:1,zz:1")
      let measured = shopkeeper(
        "xmr", "evaluate", "--model", "\(folder)/m", "--clicks", test, "-k", "1", "-q")
      #expect(notes(measured) == ["1 clicked product left out: the model has no such label"])
      #expect(measured.output.hasSuffix("1     1.0000  1.0000\n"))
    }
  }

  @Test func `one label, few labels and rows of zeros are no trouble`() throws {
    try withTemporaryFolder { folder in
      let model = "\(folder)/m"
      let x = try matrix("X.npz", in: folder, columns: 3, [[(0, 1)], [(1, 1)]])
      let one = try matrix("one.npz", in: folder, columns: 1, [[(0, 1)], []])
      succeed("xmr", "train", "-x", x, "-y", one, "--out", model, "-q")
      #expect(succeed("xmr", "predict", "--model", model, "-x", x, "-q").hasPrefix("0\t0:"))

      let zeros = try matrix("zeros.npz", in: folder, columns: 3, [[], []])
      let both = try matrix("both.npz", in: folder, columns: 2, [[(0, 1)], [(1, 1)]])
      let trained = shopkeeper("xmr", "train", "-x", zeros, "-y", both, "--out", model, "-q")
      #expect(trained.code == 0 && trained.output.hasPrefix("2 instances, 2 labels, 3 features; tree 2; "))
      #expect(
        succeed("xmr", "predict", "--model", model, "-x", zeros, "-q")
          == "0\tnoKnownFeature\n1\tnoKnownFeature\n")

      let same = try matrix(
        "same.npz", in: folder, columns: 40, [(0..<40).map { ($0, 1) }, (0..<40).map { ($0, 1) }])
      succeed("xmr", "train", "-x", x, "-y", same, "--max-leaf", "2", "--out", model, "-q")
      #expect(succeed("xmr", "tree", "--model", model).split(separator: "\n").count == 40)
    }
  }
}
