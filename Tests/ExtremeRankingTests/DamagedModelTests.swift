import ExtremeRanking
import FoundationEssentials
import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

/// Damages one file of a folder at a time and reads the folder: it must give a usable model or one of the errors of
/// readers, within bounded memory.
private func readDamaged(
  _ original: String, seeds: Range<UInt64>, _ read: (String) throws -> Void
) throws -> (usable: Int, refused: Int) {
  let names = try files(inFolder: original)
  let before = peakMemory()
  var (usable, refused) = (0, 0)
  try withTemporaryFolder { folder in
    let path = folder + "/model"
    try FileManager.default.copyItem(atPath: original, toPath: path)
    for seed in seeds {
      var generator = SeededGenerator(seed: 11, stream: seed)
      let file = names[generator.integer(below: names.count)]
      let sound = try bytes(ofFile: "\(original)/\(file)")
      try write(Mutation.damaged(sound, using: &generator), toFile: "\(path)/\(file)")
      do {
        try read(path)
        usable += 1
      } catch {
        refused += 1
        #expect(
          error is FileFormatError || error is FileError || error is InvalidInput,
          "seed \(seed), \(file): \(error)")
      }
      try write(sound, toFile: "\(path)/\(file)")
    }
  }
  #expect(peakMemory() - before < 512 << 20)
  return (usable, refused)
}

private func ask(_ model: XRLinearModel) throws {
  let query = SparseVector(indices: [0, 3, 17, 400], values: [0.5, 0.1, 0.7, 0.2])
  for beam in [1, 10] { _ = try model.predict(query, PredictionOptions(k: 10, beam: beam)) }
  _ = try model.score(query, labels: Array(0..<model.labelCount))
  var builder = SparseMatrix.Builder(columns: 592)
  for _ in 0..<3 { builder.append(query) }
  _ = try model.predict(builder.finish(), PredictionOptions(k: 10), on: Execution(threads: 1))
}

@Test(arguments: ["flat", "deep"])
func `damaged PECOS folders never crash a reader nor make it take much memory`(name: String) throws {
  let result = try readDamaged("\(fixtures())/pecos/\(name)/xlinear_ensemble/0", seeds: 0..<300) {
    try ask(XRLinearModel(pecosFolder: $0))
  }
  #expect(result.refused > 100)
}

@Test func `damaged text2text documents never crash a reader`() throws {
  let result = try withTemporaryFolder { folder in
    let path = folder + "/sound"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for file in ["output_items.json", "xlinear_ensemble/config.json"] {
      try FileManager.default.createDirectory(
        atPath: path + "/xlinear_ensemble", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: "\(fixtures())/pecos/flat/\(file)", toPath: "\(path)/\(file)")
    }
    // Without trees, nothing can be usable; documents are read before them.
    return try readDamaged(path, seeds: 0..<300) { _ = try PecosText2TextFolder(contentsOf: $0) }
  }
  #expect(result.refused == 300)
}

@Test(arguments: [WeightFormat.float32, .float16, .int8])
func `damaged archives of models never crash a reader`(format: WeightFormat) throws {
  let result = try withTemporaryFolder { folder in
    let path = folder + "/sound"
    try XRLinearModel(pecosFolder: "\(fixtures())/pecos/deep/xlinear_ensemble/0").converted(to: format).write(
      to: path)
    return try readDamaged(path, seeds: 0..<600) { try ask(XRLinearModel(contentsOf: $0)) }
  }
  #expect(result.refused > 100 && result.usable > 50, "\(result)")
}

@Test func `sound matrices that make no sense never crash the import`() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/model"
    try FileManager.default.copyItem(atPath: "\(fixtures())/pecos/deep/xlinear_ensemble/0", toPath: path)
    for seed in 0..<200 {
      var generator = SeededGenerator(seed: 12, stream: UInt64(seed))
      let level = generator.integer(below: 4)
      let file = "\(path)/ranker/\(level).model/\(generator.integer(below: 3) == 0 ? "W" : "C").npz"
      let sound = try bytes(ofFile: file)
      let (nodes, columns) = (
        [4, 16, 64, 563][level], file.hasSuffix("W.npz") ? 2395 : [1, 4, 16, 64][level]
      )
      let change = generator.integer(below: 4)
      var builder = SparseMatrix.Builder(columns: max(0, columns - (change == 0 ? 1 : 0)))
      for _ in 0..<(change == 1 ? generator.integer(below: 70) : nodes) {
        let count = change == 2 ? generator.integer(below: 3) : 1
        builder.append(
          row: (0..<count).map { _ in
            (generator.integer(below: max(1, builder.columns)), Float(generator.integer(below: 3)))
          }.filter { $0.0 < builder.columns })
      }
      try builder.finish().write(npz: file, compressed: false, transposed: file.hasSuffix("W.npz"))
      do {
        try ask(XRLinearModel(pecosFolder: path))
      } catch {
        #expect(error is FileFormatError, "seed \(seed): \(error)")
      }
      try write(sound, toFile: file)
    }
  }
}
