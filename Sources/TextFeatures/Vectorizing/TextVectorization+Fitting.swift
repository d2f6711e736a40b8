public import Learning
internal import LinearAlgebra

extension TextVectorization {
  /// Learns words, features and their weights.
  ///
  /// - Parameters:
  ///   - texts: the training texts, at least one.
  ///   - execution: threads, progress and cancellation.
  /// - Throws: `InvalidInput`; `CancellationError`.
  /// - Complexity: O(characters of the texts); memory for one number a word, never for strings of grams
  public func fit(_ texts: [String], on execution: Execution) throws -> TextVectorizer {
    var problems = Violations(violations)
    problems.require(!texts.isEmpty, "texts", given: "0 texts", expected: "at least one")
    problems.require(
      texts.count < Int(UInt32.max), "texts", given: "\(texts.count) texts", expected: "fewer than 2^32 - 1")
    try problems.throwIfAny()
    let surfaces = try SurfaceCorpus(texts, analyzer, execution)
    let trigramBlocks = try trigramModels(surfaces, execution)
    let words = try WordCorpus(surfaces, analyzer, least: leastDocumentsOfWords(texts.count), execution)
    var models: [BlockModel] = []
    var first = 0
    for (index, block) in blocks.enumerated() {
      try execution.cancellation.check()
      let model: BlockModel
      if case .words(let lengths) = block.grams {
        model = try wordModel(block, lengths, words, firstFeature: first, execution)
      } else {
        model = trigramBlocks[index]!.moved(to: first)
      }
      first += model.count
      models.append(model)
      execution.progress.report(
        ProgressEvent(stage: "counting features", completed: index + 1, total: blocks.count))
    }
    guard first <= Int(Int32.max) else {
      throw InvalidInput(
        "blocks", given: "\(first) features", expected: "at most 2^31 - 1",
        advice: "Set maximumFeatures or a larger minimumDocuments.")
    }
    return TextVectorizer(recipe: self, vocabulary: words.vocabulary, blocks: models)
  }

  /// A word in fewer texts than this is part of no feature.
  private func leastDocumentsOfWords(_ documents: Int) -> Int? {
    blocks.compactMap { block in
      if case .words = block.grams { block.documentRange(of: documents).least } else { nil }
    }.min()
  }

  private func wordModel(
    _ block: NGramBlock, _ lengths: ClosedRange<Int>, _ words: WordCorpus, firstFeature: Int,
    _ execution: Execution
  ) throws -> BlockModel {
    let (least, most) = block.documentRange(of: words.corpus.documents)
    let grams = try words.corpus.countGrams(
      lengths: lengths, tokenCount: words.vocabulary.count, least: least, execution)
    // Grams come by length, then by words, so a stable order by frequency is all that is left to do.
    let order = block.mostFrequent((0..<grams.count).filter { grams.documents[$0] <= most }) {
      grams.documents[$0]
    }
    let table = GramTable(grams, order: order, tokenCount: words.vocabulary.count, findable: lengths)
    let weights = order.map {
      block.inverseDocumentFrequency(grams.documents[$0], of: words.corpus.documents)
    }
    return BlockModel(
      block: block, firstFeature: firstFeature, features: .words(table), weights: StoredArray(weights))
  }

  /// The models of the blocks of trigrams, by block.
  private func trigramModels(_ surfaces: SurfaceCorpus, _ execution: Execution) throws -> [Int: BlockModel] {
    let positions = blocks.indices.filter { blocks[$0].grams == .characterTrigrams }
    if positions.isEmpty { return [:] }
    let keys = KeyCounter()
    var items: [UInt32] = []
    var offsets = [0]
    for surface in 0..<surfaces.surfaces.count {
      surfaces.surfaces.withBytes(of: surface) { word in
        TrigramTable.forEachKey(of: word) { items.append(UInt32(keys.entry(of: $0))) }
      }
      offsets.append(items.count)
    }
    let documents = try surfaces.corpus.documentFrequencies(
      items: items, offsets: offsets, itemCount: keys.count, execution)
    let byKey = (0..<keys.count).sorted { keys.keys[$0] < keys.keys[$1] }
    var models: [Int: BlockModel] = [:]
    for position in positions {
      let block = blocks[position]
      let (least, most) = block.documentRange(of: surfaces.corpus.documents)
      let order = block.mostFrequent(byKey.filter { documents[$0] >= least && documents[$0] <= most }) {
        documents[$0]
      }
      let weights = order.map { block.inverseDocumentFrequency(documents[$0], of: surfaces.corpus.documents) }
      models[position] = BlockModel(
        block: block, firstFeature: 0, features: .trigrams(TrigramTable(keys: order.map { keys.keys[$0] })),
        weights: StoredArray(weights))
    }
    return models
  }
}

extension NGramBlock {
  /// The items in descending order of their documents, ties in the order given, cut to `maximumFeatures`.
  fileprivate func mostFrequent(_ items: [Int], _ documents: (Int) -> Int) -> [Int] {
    let counts = items.map(documents)
    let places = items.indices.sorted { (left: Int, right: Int) -> Bool in
      counts[left] == counts[right] ? left < right : counts[left] > counts[right]
    }
    return places.prefix(maximumFeatures ?? .max).map { items[$0] }
  }
}
