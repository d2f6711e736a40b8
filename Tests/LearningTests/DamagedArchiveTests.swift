import Learning
import LinearAlgebra
import Probability
import TestSupport
import Testing

@Test func `damaged archives never crash a reader, and verification finds every changed array`() throws {
  try withTemporaryFolder { folder in
    let path = folder + "/model"
    try ModelArchive.write(to: path, kind: "toy", dataFingerprint: "f") { writer in
      try writer.add("shape", value: [3, 4])
      try writer.add("offsets", array: [0, 5, 9] as [UInt64])
      try writer.section("level/0") { try $0.add("weights", array: (0..<200).map { Float($0) }) }
    }
    let names = try files(inFolder: path)
    let sound = try names.map { try bytes(ofFile: "\(path)/\($0)") }
    let before = peakMemory()
    for seed in 0..<2_000 {
      var generator = SeededGenerator(seed: 4, stream: UInt64(seed))
      let victim = generator.integer(below: names.count)
      let damaged = Mutation.damaged(sound[victim], using: &generator)
      try write(damaged, toFile: "\(path)/\(names[victim])")
      do {
        let archive = try ModelArchive(contentsOf: path, kind: "toy")
        _ = try archive.value("shape", as: [Int].self)
        _ = try archive.array("offsets", of: UInt64.self).reduce(0, &+)
        _ = try archive.section("level/0").array("weights", of: Float.self).reduce(0, +)
        try archive.verify()
        #expect(names[victim] == "model.json" || damaged == sound[victim], "seed \(seed): \(names[victim])")
      } catch {
        #expect(error is FileFormatError || error is FileError, "seed \(seed), \(names[victim]): \(error)")
      }
      try write(sound[victim], toFile: "\(path)/\(names[victim])")
    }
    #expect(peakMemory() - before < 200 << 20)
  }
}
