internal import Glibc
public import Learning
internal import LinearAlgebra
internal import Probability
public import StoreData
internal import Synchronization

/// A click log of any size whose statistics do not change with the size, for scaling curves.
///
/// A product has a category (of `labels / 400`, one or two head words), a brand (of `labels / 250`), three to six words of
/// its category's sixty attributes and a model number. A click draws a product (Zipf 0.9) and one to four words of its
/// title, head words likelier; three words in ten have a synonym that is in no title and is used half of the time; one word
/// in twenty loses a letter.
///
///     let log = try ScaleLog(ScaleRecipe())
///     log.train.entries.count
public struct ScaleLog: Sendable {
  /// The title of every product; product i has the id `p` + i.
  public let titles: [String]

  /// The queries to learn from, with the products clicked.
  public let train: ClickLog

  /// Distinct queries that are not in `train`.
  public let test: ClickLog

  /// Clicks in all.
  public let events: Int

  /// Makes the log.
  ///
  /// - Throws: ``InvalidInput`` listing every violation of the recipe; `CancellationError`.
  /// - Complexity: O(events log events), about 400 bytes a label
  public init(_ recipe: ScaleRecipe, on execution: Execution = Execution()) throws {
    try Violations(recipe.violations).throwIfAny()
    let shop = ScaleShop(recipe)
    let events = Int(Double(recipe.labels) * recipe.eventsPerLabel)
    let grouped = try ScaleShop.grouped(shop.clicks(events, on: execution), on: execution)

    var generator = SeededGenerator(seed: recipe.seed, stream: 4)
    var isTest = [Bool](repeating: false, count: grouped.count)
    var wanted = min(recipe.testQueries, grouped.count / 10)
    while wanted > 0 {
      let position = generator.integer(below: grouped.count)
      if isTest[position] { continue }
      isTest[position] = true
      wanted -= 1
    }
    titles = (0..<recipe.labels).map { shop.title($0).joined(separator: " ") }
    train = ClickLog(grouped.indices.lazy.filter { !isTest[$0] }.map { grouped[$0] })
    test = ClickLog(grouped.indices.lazy.filter { isTest[$0] }.map { grouped[$0] })
    self.events = events
  }

  /// Writes `products.tsv` (with the header `product_id<TAB>title`), `train.tsv` and `test.tsv` into a folder.
  ///
  /// - Throws: ``FileError``.
  public func write(to folder: String) throws {
    try makeFolder(folder)
    let products = try ByteSink(path: "\(folder)/products.tsv")
    try products.write("product_id\ttitle\n")
    for (label, title) in titles.enumerated() { try products.write("p\(label)\t\(title)\n") }
    try products.finish()
    try train.write(to: "\(folder)/train.tsv")
    try test.write(to: "\(folder)/test.tsv")
  }
}

/// The products behind a ``ScaleLog``.
private struct ScaleShop: Sendable {
  private struct Label: Sendable {
    let category: Int32
    let brand: Int32
    let attributes: [Int32]
  }

  private let labels: [Label]
  private let heads: [[String]]
  private let brands: [String]
  private let words: [String]
  private let seed: UInt64
  private let popularity: AliasSampler
  private let order: [Int32]

  init(_ recipe: ScaleRecipe) {
    let count = recipe.labels
    let categories = max(20, count / 400)
    let attributes = max(400, Int(Double(count).squareRoot()) * 20)
    seed = recipe.seed
    heads = (0..<categories).map { i in
      (0..<1 + i % 2).map { Self.word(i * 7919 + $0 * 104_729, syllables: 3) }
    }
    brands = (0..<max(10, count / 250)).map { Self.word($0, syllables: 2) + "co" }
    words = (0..<attributes).map { Self.word($0, syllables: 2) }
    var generator = SeededGenerator(seed: recipe.seed, stream: 1)
    let pools = (0..<categories).map { _ in (0..<60).map { _ in Int32(generator.integer(below: attributes)) }
    }
    // The exponent of brands makes their sizes as uneven as those of shops.
    let brandSampler = AliasSampler(weights: brands.indices.map { pow(Double($0 + 1), -1.3) })
    labels = (0..<count).map { _ in
      let category = generator.integer(below: categories)
      let pool = pools[category]
      return Label(
        category: Int32(category), brand: Int32(brandSampler.draw(using: &generator)),
        attributes: (0..<3 + generator.integer(below: 4)).map { _ in pool[generator.integer(below: 60)] })
    }
    popularity = AliasSampler(weights: (0..<count).map { pow(Double($0 + 20), -0.9) })
    var order = (0..<Int32(count)).map { $0 }
    order.shuffle(using: &generator)
    self.order = order
  }

  /// The words of a title: brand, attributes, head words, model number.
  func title(_ label: Int) -> [String] {
    let facts = labels[label]
    return [brands[Int(facts.brand)]] + facts.attributes.map { words[Int($0)] } + heads[Int(facts.category)]
      + [Self.word(label % 83_521, syllables: 1) + String(label, radix: 16)]
  }

  /// Draws clicks in blocks, each with a stream of its own, so that threads make no difference.
  func clicks(_ count: Int, on execution: Execution) throws -> [[(query: String, label: Int32)]] {
    let size = 1 << 15
    let blocks = (count + size - 1) / size
    let results = BlockResults<[(query: String, label: Int32)]>(count: blocks)
    try concurrentForEach(count: blocks, threads: execution.threads) { block in
      try execution.cancellation.check()
      var generator = SeededGenerator(seed: seed, stream: 1 << 32 | UInt64(block))
      results.set(
        block,
        (0..<min(size, count - block * size)).map { _ in
          let label = order[popularity.draw(using: &generator)]
          return (query(for: Int(label), &generator), label)
        })
      execution.progress.report(ProgressEvent(stage: "drawing clicks", completed: block + 1, total: blocks))
    }
    return results.values
  }

  private func query(for label: Int, _ generator: inout SeededGenerator) -> String {
    let title = title(label)
    let firstHead = title.count - 1 - heads[Int(labels[label].category)].count
    let keyed = title.indices.map { position in
      let favour = position == title.count - 1 ? -0.5 : position >= firstHead ? 0.35 : 0
      return (key: generator.uniform() + favour, position: position)
    }
    let u = generator.uniform()
    let size = u < 0.15 ? 1 : u < 0.55 ? 2 : u < 0.85 ? 3 : 4
    let chosen = keyed.sorted { $0.key > $1.key }.prefix(size).map(\.position).sorted()
    return chosen.map { position in
      var word = title[position]
      if Self.hasSynonym(word), generator.uniform() < 0.5 { word = String(word.reversed()) + "q" }
      if generator.uniform() < 0.05, word.utf8.count > 3 {
        word.remove(at: word.index(word.startIndex, offsetBy: 2))
      }
      return word
    }.joined(separator: " ")
  }

  /// Clicks added up by query, in the order of queries.
  static func grouped(
    _ blocks: [[(query: String, label: Int32)]], on execution: Execution
  ) throws -> [ClickLog.Entry] {
    var clicks = Array(blocks.joined())
    try execution.cancellation.check()
    clicks.sort { $0.query != $1.query ? $0.query < $1.query : $0.label < $1.label }
    var entries: [ClickLog.Entry] = []
    var previous: Int32 = -1
    for (query, label) in clicks {
      if entries.last?.query != query {
        entries.append(ClickLog.Entry(query: query, clicks: []))
        previous = -1
      }
      let last = entries.count - 1
      if label == previous {
        entries[last].clicks[entries[last].clicks.count - 1].weight += 1
      } else {
        entries[last].clicks.append(ClickLog.Click(product: "p\(label)", weight: 1))
        previous = label
      }
    }
    return entries
  }

  private static func hasSynonym(_ word: String) -> Bool {
    var hash: UInt32 = 2_166_136_261
    for byte in word.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return (hash >> 8) % 10 < 3
  }

  /// A pronounceable word of a number.
  private static func word(_ number: Int, syllables: Int) -> String {
    let consonants = Array("bcdfghjklmnprstvz")
    let vowels = Array("aeiou")
    var rest = number
    var word = ""
    for _ in 0..<syllables {
      word.append(consonants[rest % consonants.count])
      rest /= consonants.count
      word.append(vowels[rest % vowels.count])
      rest /= vowels.count
    }
    return rest > 0 ? word + String(rest) : word
  }
}

/// One result for each block, written from any thread.
private final class BlockResults<Value: Sendable>: Sendable {
  private let slots: Mutex<[Value?]>

  init(count: Int) {
    slots = Mutex(Array(repeating: nil, count: count))
  }

  func set(_ block: Int, _ value: Value) { slots.withLock { $0[block] = value } }

  var values: [Value] { slots.withLock { $0.compactMap { $0 } } }
}
