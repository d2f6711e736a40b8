import LinearAlgebra
import TestSupport
import Testing

@testable import ShopkeeperCommands

/// Matrices, corpora, folders and options that are wrong, as the `xmr` commands tell them.
struct XmrRefusalTests {
  private func train(_ folder: String, _ arguments: String...) -> [String] {
    let result = run(["xmr", "train", "--quiet", "--out", "\(folder)/m"] + arguments, in: .shopkeeper)
    #expect(result.code == 1 && result.output.isEmpty)
    let left = try? names(in: folder)
    #expect(left?.contains { $0.hasPrefix("m") } == false, "a folder was left: \(left ?? [])")
    return notes(result).map { $0.hasPrefix("error: ") ? String($0.dropFirst(7)) : $0 }
  }

  @Test func `everything that is wrong with matrices is told at once`() throws {
    try withTemporaryFolder { folder in
      let x = try matrix("X.npz", in: folder, columns: 3, [[(0, 1)], [(1, 1)], [(2, 1)]])
      let y = try matrix("Y.npz", in: folder, columns: 2, [[(0, 1)], [(1, 1)]])
      let r = try matrix("R.npz", in: folder, columns: 3, [[(0, -1)], [(1, 0)]])
      let t = try matrix("T.npz", in: folder, columns: 4, [[(0, 1)], [(1, 1)], []])
      #expect(
        train(folder, "-x", x, "-y", y, "--relevance", r, "--label-features", t) == [
          "Y: given 2 rows, expected 3 rows as in X",
          "R: given 2 x 3, expected 3 x 2 as Y",
          "R: given 2 values not positive and finite, expected positive relevance",
          "label features: given 3 x 4, expected 2 x 3",
        ])
    }
  }

  @Test func `numbers that are none are refused in every matrix`() throws {
    try withTemporaryFolder { folder in
      let good = try matrix("good.npz", in: folder, columns: 2, [[(0, 1)], [(1, 1)]])
      let bad = try matrix("bad.npz", in: folder, columns: 2, [[(0, .nan)], [(1, .infinity)]])
      let told =
        "\(bad), data.npy: given 2 of 2 values NaN, infinite or beyond single precision, expected finite numbers. Remove"
        + " or replace them before saving."
      #expect(train(folder, "-x", bad, "-y", good) == [told])
      #expect(train(folder, "-x", good, "-y", bad) == [told])
      for option in ["--relevance", "--label-features"] {
        #expect(train(folder, "-x", good, "-y", good, option, bad) == [told])
      }
    }
  }

  @Test func `matrices without rows or labels are refused`() throws {
    try withTemporaryFolder { folder in
      let none = try matrix("none.npz", in: folder, columns: 0, [])
      #expect(
        train(folder, "-x", none, "-y", none) == [
          "X: given no rows, expected at least one training instance",
          "Y: given no columns, expected at least one label",
        ])
    }
  }

  @Test func `relevance in a corpus must be positive`() throws {
    try withTemporaryFolder { folder in
      let corpus = try file("corpus", in: folder, "0::-1\toak desk", "1::0\tred lamp", "0\tdesk")
      #expect(
        train(folder, "--text", corpus)
          == ["R: given 2 values not positive and finite, expected positive relevance"])
    }
  }

  @Test func `a label beyond the items is refused`() throws {
    try withTemporaryFolder { folder in
      let corpus = try file("corpus", in: folder, "0,7\toak desk")
      let items = try file("items", in: folder, "desk", "lamp")
      #expect(
        train(folder, "--text", corpus, "--items", items)
          == ["\(corpus): given label 7, expected labels below 2, as many as \(items) has lines"])
    }
  }

  @Test func `instances and labels of another width than the model's are refused`() throws {
    try withTemporaryFolder { folder in
      let x = try matrix("X.npz", in: folder, columns: 2, [[(0, 1)], [(1, 1)]])
      let y = try matrix("Y.npz", in: folder, columns: 2, [[(0, 1)], [(1, 1)]])
      let model = "\(folder)/model"
      succeed("xmr", "train", "-x", x, "-y", y, "--out", model, "-q")
      let wide = try matrix("wide.npz", in: folder, columns: 5, [[(4, 1)]])
      #expect(
        failure("xmr", "predict", "--model", model, "-x", wide, "-q") == [
          "queries: given 5 features, expected at most 2 as the model has. Vectorise the queries with the vectoriser"
            + " that the model was trained with."
        ])
      #expect(
        failure("xmr", "evaluate", "--model", model, "-x", wide, "-y", wide, "-q") == [
          "Y: given 5 labels, expected at most 2 as the model has",
          "X: given 5 features, expected at most 2 as the model has",
        ])
      #expect(
        failure("xmr", "evaluate", "--model", model, "-x", x, "-y", wide, "-q").first
          == "Y: given 1 rows, expected 2 rows as in X")
      let broken = try matrix("nan.npz", in: folder, columns: 2, [[(0, .nan)]])
      #expect(
        failure("xmr", "predict", "--model", model, "-x", broken, "-q")[0]
          .hasPrefix("\(broken), data.npy: given 1 of 1 values NaN, infinite or beyond single precision"))
      let text = try file("q", in: folder, "oak")
      #expect(
        failure("xmr", "predict", "--model", model, "--text", text, "-q") == [
          "model: given one without a vectoriser, expected one trained on texts. Give features (npz) instead of text."
        ])
    }
  }

  @Test func `damaged and foreign matrices are named`() throws {
    try withTemporaryFolder { folder in
      let x = try matrix("X.npz", in: folder, columns: 2, [[(0, 1)], [(1, 1)]])
      let whole = try bytes(ofFile: x)
      let cut = "\(folder)/cut.npz"
      try write(Array(whole.prefix(whole.count / 2)), toFile: cut)
      #expect(
        train(folder, "-x", cut, "-y", x) == [
          "\(cut): given something that is not a complete zip archive, expected an npz file. Copy the file again or save"
            + " it with scipy.sparse.save_npz."
        ])
      let text = try file("text.npz", in: folder, "no matrix")
      #expect(
        train(folder, "-x", x, "-y", text)[0].hasPrefix("\(text): given something that is not a complete"))
      #expect(
        train(folder, "-x", "\(folder)/no.npz", "-y", x)
          == ["cannot open \(folder)/no.npz: No such file or directory"])
      #expect(
        train(folder, "-x", folder, "-y", x)[0].hasPrefix(
          "\(folder): given something that is not a regular file"))
    }
  }

  @Test func `a matrix of objects or of another type is refused and nothing is executed`() throws {
    try withTemporaryFolder { folder in
      let x = try matrix("X.npz", in: folder, columns: 2, [[(0, 1)], [(1, 1)]])
      for (type, given) in [("|O", "Python objects (a pickle)"), (">f4", ">f4"), ("<c8", "<c8")] {
        let wrong = "\(folder)/wrong.npz"
        let damaged = try storedMatrix(dataType: type)
        try write(damaged, toFile: wrong)
        let told = train(folder, "-x", wrong, "-y", x)
        #expect(
          told.count == 1 && told[0].contains("\(wrong), data.npy, dtype: given \(given), expected"),
          "\(told)")
      }
    }
  }

  @Test func `folders that are no models of PECOS are named`() throws {
    try withTemporaryFolder { folder in
      #expect(
        failure("xmr", "import", "\(folder)/no", "--out", "\(folder)/m", "-q")
          == ["cannot open \(folder)/no/param.json: No such file or directory"])
      let root = fixtures().replacing("ShopkeeperCommandsTests", with: "ExtremeRankingTests") + "/pecos/flat"
      let (_, copied) = try runShell("cp -r '\(root)' '\(folder)/p'")
      #expect(copied.isEmpty)
      let param = "\(folder)/p/xlinear_ensemble/0/param.json"
      let other = try text(ofFile: param).replacing("XLinearModel", with: "XTransformer")
      try write(Array(other.utf8), toFile: param)
      let told = failure("xmr", "import", "\(folder)/p", "--out", "\(folder)/m", "-q")
      #expect(
        told.count == 1
          && told[0].hasPrefix("\(param), class_fullname: given XTransformer, expected XLinearModel."),
        "\(told)")
      let left = try names(in: folder)
      #expect(left == ["p"])
    }
  }

  @Test func `options that belong together or exclude each other are told`() {
    let one = "give one of: --instances with --labels, --text, --clicks"
    #expect(misuse("xmr", "train", "--out", "m") == [one])
    #expect(misuse("xmr", "train", "-x", "X", "--clicks", "c", "--out", "m") == [one])
    #expect(misuse("xmr", "train", "-x", "X", "--out", "m") == ["--instances and --labels go together"])
    #expect(
      misuse("xmr", "train", "--clicks", "c", "--items", "i", "--out", "m")
        == ["--items goes together with --text"])
    #expect(
      misuse("xmr", "train", "--cost", "0", "--branching", "1", "--threshold", "-1", "--out", "m") == [
        "--cost: given 0, expected a number above 0",
        "--branching: given 1, expected an integer from 2 to 65536",
        "--threshold: given -1, expected a number, 0 or more",
      ])
    #expect(misuse("xmr", "export") == ["PECOS is missing: The folder to write; what is there is replaced."])
  }

  @Test func `predict asks for one kind of instances`() throws {
    try withTemporaryFolder { folder in
      let clicks = try file("c.tsv", in: folder, "oak desk\td1:2", "red lamp\tl2:1")
      succeed("xmr", "train", "--clicks", clicks, "--out", "\(folder)/m", "-q")
      #expect(misuse("xmr", "predict", "--model", "\(folder)/m") == ["give one of: --instances, --text"])
      #expect(
        misuse("xmr", "predict", "--model", "\(folder)/m", "-k", "0", "--post-processor", "l9")[0]
          == "-k: given 0, expected an integer from 1 to 1000")
    }
  }

  @Test func `outputs that cannot be written are named and leave nothing`() throws {
    try withTemporaryFolder { folder in
      let clicks = try file("c.tsv", in: folder, "oak desk\td1:2", "red lamp\tl2:1")
      let model = "\(folder)/m"
      succeed("xmr", "train", "--clicks", clicks, "--out", model, "-q")
      let query = try file("q", in: folder, "oak")
      let told = failure(
        "xmr", "predict", "--model", model, "--text", query, "--out", "\(folder)/no/P.npz", "-q")
      #expect(
        told.count == 1 && told[0].hasPrefix("cannot write \(folder)/no/P.npz: No such file or directory"))
      for arguments in [["export", "\(clicks)/p"], ["prune", "--out", "\(clicks)/p", "-q"]] {
        let result = run(["xmr"] + arguments + ["--model", model], in: .shopkeeper)
        #expect(result.code == 1 && result.output.isEmpty)
        #expect(result.errors.contains("cannot create folder \(clicks)/p.partial-"), "\(result.errors)")
      }
      let left = try names(in: folder)
      #expect(left == ["c.tsv", "m", "q"])
    }
  }

  @Test func `a model with an altered array is refused`() throws {
    try withTemporaryFolder { folder in
      let clicks = try file("c.tsv", in: folder, "oak desk\td1:2", "red lamp\tl2:1")
      let model = "\(folder)/m"
      succeed("xmr", "train", "--clicks", clicks, "--out", model, "-q")
      for name in try files(inFolder: model) where name.hasSuffix(".bin") {
        let whole = try bytes(ofFile: "\(model)/\(name)")
        guard !whole.isEmpty else { continue }
        try write(Array(whole.dropLast()), toFile: "\(model)/\(name)")
        let told = failure("xmr", "tree", "--model", model)
        #expect(told.count == 1 && told[0].contains("\(model)/\(name)"), "\(name): \(told)")
        try write(whole, toFile: "\(model)/\(name)")
      }
    }
  }
}

/// A stored npz of a 1 x 1 matrix whose values have the given NumPy type.
private func storedMatrix(dataType: String) throws -> [UInt8] {
  func array(_ type: String, _ shape: String, _ bytes: [UInt8]) -> [UInt8] {
    var header = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }".utf8)
    while (10 + header.count + 1) % 64 != 0 { header.append(0x20) }
    header.append(0x0A)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count & 255), UInt8(header.count >> 8)] + header
      + bytes
  }
  func little(_ values: Int32...) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> Int32(8 * $0)) } }
  }
  let members: [(String, [UInt8])] = [
    ("indices.npy", array("<i4", "(1,)", little(0))),
    ("indptr.npy", array("<i4", "(2,)", little(0, 1))),
    ("format.npy", array("|S3", "()", Array("csr".utf8))),
    ("shape.npy", array("<i8", "(2,)", little(1, 0, 1, 0))),
    ("data.npy", array(dataType, "(1,)", little(0, 0))),
  ]
  return try withTemporaryFolder { folder in
    for (name, content) in members { try write(content, toFile: "\(folder)/\(name)") }
    let result = try runShell("cd '\(folder)' && python3 -m zipfile -c m.npz *.npy")
    #expect(result.code == 0)
    return try bytes(ofFile: "\(folder)/m.npz")
  }
}
