import ExtremeRanking
import FoundationEssentials
import Learning
import LinearAlgebra
import TestSupport
import Testing

/// A text with the answers of libpecos; made by `pecos_fixture.py`, see the README beside the folders.
struct PecosAnswer: Decodable {
  struct Selected: Decodable {
    let labels: [Int]
    let scores: [[Double]]
  }

  let text: String
  let indices: [Int32]
  let values: [Float]
  /// By "post-processor/beam": label and score, best first.
  let topk: [String: [[Double]]]
  let selected: Selected

  var vector: SparseVector {
    let order = indices.indices.sorted { indices[$0] < indices[$1] }
    return SparseVector(indices: order.map { indices[$0] }, values: order.map { values[$0] })
  }

  static func read(_ name: String) throws -> [PecosAnswer] {
    let bytes = try bytes(ofFile: "\(fixtures())/pecos/\(name).expected.json")
    return try JSONDecoder().decode([PecosAnswer].self, from: Data(bytes))
  }
}

/// A product of many small factors that single precision cannot tell from zero.
private func underflows(_ score: Double) -> Bool { abs(score) < 1e-35 }

private func isTie(_ a: Double, _ b: Double) -> Bool {
  isClose(a, to: b, relative: 1e-6) || underflows(a) && underflows(b)
}

/// What differs between a ranking and libpecos', beyond the order of ties; nil when nothing does.
///
/// - Parameter absolute: how far scores may be apart where 1e-5 of them is less.
private func difference(
  _ labels: [Int32], _ scores: [Float], from expected: [[Double]], absolute: Double
) -> String? {
  guard labels.count == expected.count else { return "\(labels.count) labels, expected \(expected.count)" }
  let known = Dictionary(uniqueKeysWithValues: expected.map { (Int32($0[0]), $0[1]) })
  guard Set(labels).count == labels.count else { return "a label twice" }
  for (place, entry) in expected.enumerated() {
    let (label, score) = (labels[place], Double(scores[place]))
    if label != Int32(entry[0]), !isTie(known[label] ?? score, entry[1]) {
      return "place \(place): label \(label), expected \(Int(entry[0])); scores \(score), \(entry[1])"
    }
    guard isClose(score, to: known[label] ?? entry[1], relative: 1e-5, absolute: absolute) else {
      return "label \(label): score \(score), expected \(known[label] ?? entry[1])"
    }
  }
  return nil
}

@Test(arguments: ["deep", "flat"])
func `an imported model ranks as libpecos with every post-processor and beam`(name: String) throws {
  let model = try XRLinearModel(pecosFolder: "\(fixtures())/pecos/\(name)/xlinear_ensemble/0")
  let answers = try PecosAnswer.read(name)
  #expect(answers.count == 50)
  var compared = 0
  for answer in answers {
    #expect(answer.topk.count == 24)
    for (setting, expected) in answer.topk {
      let parts = setting.split(separator: "/")
      let post = try #require(PostProcessor(name: String(parts[0])))
      let found = try model.predict(
        answer.vector, PredictionOptions(k: 10, beam: Int(parts[1])!, postProcessor: post))
      if answer.indices.isEmpty {
        // libpecos answers with the labels of the largest biases.
        #expect(found.status == .noKnownFeature && found.labels.isEmpty)
      } else {
        // A sum of terms near 1 that nearly cancels is right to one unit of single precision at 1, no better.
        let isSum = post == .noop || post.name.hasPrefix("log-")
        let difference = difference(
          found.labels, found.scores, from: expected, absolute: isSum ? 0x1p-23 : 1e-35)
        #expect(difference == nil, "\"\(answer.text)\" \(setting)")
        compared += 1
      }
    }
  }
  #expect(compared >= 24 * 40)
}

@Test(arguments: ["deep", "flat"])
func `an imported model scores given labels as libpecos`(name: String) throws {
  let model = try XRLinearModel(pecosFolder: "\(fixtures())/pecos/\(name)/xlinear_ensemble/0")
  for answer in try PecosAnswer.read(name) where !answer.indices.isEmpty {
    let expected = Dictionary(uniqueKeysWithValues: answer.selected.scores.map { (Int($0[0]), $0[1]) })
    let found = try model.score(answer.vector, labels: answer.selected.labels, postProcessor: .l3Hinge)
    #expect(found.count == answer.selected.labels.count)
    for (label, score) in zip(answer.selected.labels, found) {
      // libpecos leaves out labels whose score underflows to zero.
      #expect(
        isClose(Double(score), to: expected[label] ?? 0, relative: 1e-5, absolute: 1e-35),
        "\(answer.text) \(label)")
    }
  }
}

@Test(arguments: ["deep", "flat"])
func `a folder read and written holds the same weights, clusters and settings`(name: String) throws {
  let path = "\(fixtures())/pecos/\(name)/xlinear_ensemble/0"
  let folder = try PecosXLinearFolder(contentsOf: path)
  try withTemporaryFolder { temporary in
    let copy = temporary + "/copy"
    try folder.write(to: copy)
    #expect(try PecosXLinearFolder(contentsOf: copy) == folder)
    #expect(try files(inFolder: copy) == files(inFolder: path))
    let model = try XRLinearModel(pecosFolder: path)
    try model.write(pecosFolder: temporary + "/again")
    #expect(try PecosXLinearFolder(contentsOf: temporary + "/again") == folder)
    let again = try XRLinearModel(pecosFolder: temporary + "/again")
    for answer in try PecosAnswer.read(name) {
      let options = PredictionOptions(k: 10, beam: 4)
      #expect(try again.predict(answer.vector, options) == model.predict(answer.vector, options))
    }
  }
}

@Test func `a text2text folder gives trees and names, and is written with its preprocessor`() throws {
  let path = "\(fixtures())/pecos/deep"
  let folder = try PecosText2TextFolder(contentsOf: path)
  #expect(folder.models.count == 1 && folder.outputItems.count == 563 && folder.outputItems[2] == "p10")
  try withTemporaryFolder { temporary in
    let copy = temporary + "/copy"
    try PecosText2TextFolder(models: folder.models + folder.models, outputItems: folder.outputItems)
      .write(to: copy) { preprocessor in
        try FileManager.default.copyItem(atPath: path + "/preprocessor", toPath: preprocessor)
      }
    let again = try PecosText2TextFolder(contentsOf: copy)
    #expect(again.models.count == 2 && again.outputItems == folder.outputItems)
    #expect(try files(inFolder: copy + "/preprocessor") == files(inFolder: path + "/preprocessor"))
    let error = #expect(throws: FileFormatError.self) { try XRLinearModel(pecosFolder: copy) }
    #expect(
      error?.description == "\(copy): given an ensemble of 2 trees, expected one tree. Name one of them, as"
        + " \(copy)/xlinear_ensemble/0, or read the whole folder as an ensemble.")
  }
}

@Test(arguments: ["deep", "flat"])
func `a text2text folder answers texts as libpecos, also after it was written again`(name: String) throws {
  let model = try ExtremeRankingModel(pecosFolder: "\(fixtures())/pecos/\(name)")
  try withTemporaryFolder { temporary in
    try model.write(pecosFolder: temporary + "/again")
    let again = try ExtremeRankingModel(pecosFolder: temporary + "/again")
    let options = PredictionOptions(k: 10, beam: 4, postProcessor: .l3Hinge)
    for answer in try PecosAnswer.read(name) {
      let found = try model.predict(text: answer.text, options)
      #expect(try again.predict(text: answer.text, options) == found)
      if answer.indices.isEmpty {
        #expect(found.status == .noKnownFeature)
      } else {
        let expected = try #require(answer.topk["l3-hinge/4"])
        #expect(
          difference(found.labels, found.scores, from: expected, absolute: 1e-35) == nil, "\"\(answer.text)\""
        )
      }
    }
  }
}
