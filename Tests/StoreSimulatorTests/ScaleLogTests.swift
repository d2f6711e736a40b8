import Foundation
import Learning
import Probability
import StoreData
import TestSupport
import Testing

@testable import StoreSimulator

private func recipe(labels: Int) -> ScaleRecipe {
  var recipe = ScaleRecipe()
  recipe.labels = labels
  return recipe
}

@Test func `a scale log is the same on any number of threads`() throws {
  let one = try ScaleLog(recipe(labels: 20_000), on: Execution(threads: 1))
  let four = try ScaleLog(recipe(labels: 20_000), on: Execution(threads: 4))
  #expect(one.titles == four.titles && one.train == four.train && one.test == four.test)
}

@Test func `training and test queries are distinct and hold all clicks`() throws {
  let log = try ScaleLog(recipe(labels: 10_000))
  let train = Set(log.train.entries.map(\.query))
  let test = Set(log.test.entries.map(\.query))
  #expect(train.count == log.train.entries.count && test.count == log.test.entries.count)
  #expect(train.isDisjoint(with: test) && test.count == min(5000, (train.count + test.count) / 10))
  let clicks = (log.train.entries + log.test.entries).flatMap(\.clicks)
  #expect(clicks.map(\.weight).reduce(0, +) == 40_000 && log.events == 40_000)
}

@Test func `clicks fall by Zipf's law, words are lost, misspelled or replaced`() throws {
  let log = try ScaleLog(recipe(labels: 10_000))
  var counts: [String: Double] = [:]
  for click in log.train.entries.flatMap(\.clicks) { counts[click.product, default: 0] += click.weight }
  let sorted = counts.values.sorted(by: >)
  // The most wanted of 10,000 products has 1/20^0.9 of the sum of (rank + 20)^-0.9.
  let sum = (0..<10_000).map { pow(Double($0 + 20), -0.9) }.reduce(0, +)
  let expected = 40_000 * pow(20, -0.9) / sum
  #expect(abs(sorted[0] - expected) < 0.35 * expected, "\(sorted[0]) clicks, expected about \(expected)")
  let titles = Set(log.titles.flatMap { $0.split(separator: " ") })
  let words = log.train.entries.flatMap { $0.query.split(separator: " ") }
  let unknown = Double(words.count { !titles.contains($0) }) / Double(words.count)
  #expect(unknown > 0.1 && unknown < 0.3, "share of words in no title: \(unknown)")
  #expect(log.titles.allSatisfy { (6...10).contains($0.split(separator: " ").count) })
}

@Test func `the files are read back as they are`() throws {
  let log = try ScaleLog(recipe(labels: 2000))
  try withTemporaryFolder { folder in
    try log.write(to: folder)
    let (catalogue, report) = try Catalogue.read(contentsOf: "\(folder)/products.tsv")
    #expect(report.rejected == 0 && catalogue.products.map(\.title) == log.titles)
    #expect(try ClickLog.read(contentsOf: "\(folder)/train.tsv").value == log.train)
    #expect(try ClickLog.read(contentsOf: "\(folder)/test.tsv").value == log.test)
    #expect(log.train.entries.flatMap(\.clicks).allSatisfy { catalogue.position(of: $0.product) != nil })
  }
}

@Test func `scale recipes out of range name every value`() {
  var wrong = recipe(labels: 19)
  wrong.eventsPerLabel = .nan
  wrong.testQueries = -1
  let error = #expect(throws: InvalidInput.self) { try ScaleLog(wrong) }
  #expect(error?.violations.map(\.subject) == ["labels", "eventsPerLabel", "testQueries"])
}
