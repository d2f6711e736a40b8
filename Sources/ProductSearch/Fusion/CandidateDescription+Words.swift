internal import Glibc
internal import LinearAlgebra

extension CandidateDescription {
  /// Describes how the query's words lie in a title; returns which of them do, as bits by place in the query.
  func writeTitle(
    _ product: Int, _ query: QueryFacts, _ feedbackLength: Float, _ scratch: CandidateScratch,
    _ writer: FeatureWriter
  ) -> UInt32 {
    let title = title(of: product)
    let (slots, weights, numeric) = (
      scratch.slots.baseAddress!, titles.weights.unsafeBaseAddress, titles.numeric.unsafeBaseAddress
    )
    var (matched, inOrder, reversed, conflicts): (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    var (titleWeight, coveredWeight, dot): (Float, Float, Float) = (0, 0, 0)
    var (first, last, covered, lastOfLast, firstOfFirst) = (-1, -1, 0, -1, -1)
    var (previous, previousIsNumber) = (0, false)
    var head = -1
    for place in 0..<title.count {
      let term = Int(title[place])
      let slot = Int(slots[term])
      let weight = weights[term]
      titleWeight += weight
      dot += weight * scratch.feedback[term]
      let isNumber = numeric[term] != 0
      if !isNumber { head = term }
      if slot > 0 {
        let bit: UInt32 = 1 << UInt32(slot - 1)
        if matched & bit == 0, slot == 1 { firstOfFirst = place }
        matched |= bit
        covered += 1
        coveredWeight += weight
        if first < 0 { first = place }
        last = place
        if slot == query.count { lastOfLast = place }
        if previous > 0 {
          if previous + 1 == slot { inOrder |= bit }
          if previous == slot + 1 { reversed |= 1 << UInt32(previous - 1) }
        }
        if query.units & bit != 0, previousIsNumber, previous + 1 != slot { conflicts |= bit }
      }
      (previous, previousIsNumber) = (slot, isNumber)
    }
    var (matchedWeight, heaviestMissing): (Float, Float) = (0, 0)
    for (place, word) in scratch.query.words.enumerated() {
      if matched >> UInt32(place) & 1 == 1 {
        matchedWeight += word.weight
      } else {
        heaviestMissing = max(heaviestMissing, word.weight)
      }
    }
    let (words, length) = (Float(max(1, query.count)), Float(max(1, title.count)))
    let pairs = Float(max(1, query.count - 1))
    let hits = matched.nonzeroBitCount
    writer[.titleShare] = matchedWeight / query.weight
    writer[.titleWordShare] = Float(hits) / words
    writer[.allInTitle] = matched == query.all ? 1 : 0
    writer[.heaviestMissing] = heaviestMissing
    writer[.matchedWeight] = matchedWeight
    writer[.coveredWeight] = coveredWeight / max(titleWeight, 1e-6)
    writer[.coveredWords] = Float(covered) / length
    writer[.titleLength] = length
    writer[.lastTitleWord] = head >= 0 && slots[head] > 0 ? 1 : 0
    writer[.pairsInOrder] = Float(inOrder.nonzeroBitCount) / pairs
    writer[.pairsEitherWay] = Float((inOrder | reversed).nonzeroBitCount) / pairs
    writer[.lastWord] = lastOfLast >= 0 ? 1 : 0
    writer[.lastWordNearEnd] = lastOfLast >= 0 ? 1 / Float(title.count - lastOfLast) : 0
    writer[.firstWord] = firstOfFirst >= 0 ? 1 : 0
    writer[.firstWordNearStart] = firstOfFirst >= 0 ? 1 / Float(1 + firstOfFirst) : 0
    writer[.earliestMatch] = first >= 0 ? 1 / Float(1 + first) : 0
    writer[.latestMatch] = last >= 0 ? 1 / Float(title.count - last) : 0
    writer[.compactness] = first >= 0 ? Float(hits) / Float(last - first + 1) : 0
    let numbers = (matched & query.numbers).nonzeroBitCount
    let wanted = Float(max(1, query.numbers.nonzeroBitCount))
    writer[.numberShare] = query.numbers == 0 ? 1 : Float(numbers) / wanted
    writer[.numberBeforeSameWord] =
      query.units == 0
      ? 1 : Float((inOrder & query.units).nonzeroBitCount) / Float(query.units.nonzeroBitCount)
    writer[.numberConflict] = Float((conflicts & ~inOrder).nonzeroBitCount)
    writer[.feedback] = dot / (titleLength(of: product) * feedbackLength)
    writer[.headAgreement] = head >= 0 ? scratch.heads[head] : 0
    writer[.queryWords] = Float(query.count)
    writer[.queryWeight] = query.weight
    writer[.heaviestWord] = query.heaviest
    writer[.unknownShare] = query.unknownShare
    return matched
  }

  /// Describes what the title's words, and those of the query among them, are worth by themselves.
  func writeWorth(_ product: Int, _ matched: UInt32, _ query: FusionQuery, _ writer: FeatureWriter) {
    let (held, found) = worth.map { $0.scores(title(of: product), matched, query) } ?? (0, 0)
    writer[.wordsHeld] = held
    writer[.wordsMatched] = found
  }

  /// Describes which of the query's words stand in the other fields.
  func writeFields(
    _ product: Int, _ inTitle: UInt32, _ facts: QueryFacts, _ query: FusionQuery, _ writer: FeatureWriter
  ) {
    var (brand, category, description, attributes, any): (Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0)
    if !hasFields { any = writer[.matchedWeight] }
    for (place, word) in query.words.enumerated() where hasFields {
      var isAnywhere = inTitle >> UInt32(place) & 1 == 1
      if word.term >= 0 {
        let fields = lexical.fields(of: product, holding: Int(word.term))
        if fields & 1 << TextField.brand.place != 0 { brand += word.weight }
        if fields & 1 << TextField.category.place != 0 { category += word.weight }
        if fields & 1 << TextField.description.place != 0 { description += word.weight }
        if fields & 1 << TextField.attributes.place != 0 { attributes += word.weight }
        isAnywhere = isAnywhere || fields != 0
      }
      if isAnywhere { any += word.weight }
    }
    writer[.brandShare] = brand / facts.weight
    writer[.categoryShare] = category / facts.weight
    writer[.descriptionShare] = description / facts.weight
    writer[.attributesShare] = attributes / facts.weight
    writer[.anyFieldShare] = any / facts.weight
  }

  /// Describes how the query lies among the queries that led to a product.
  func writeClicks(
    _ product: Int, _ inTitle: UInt32, _ facts: QueryFacts, _ scratch: CandidateScratch,
    _ clicked: ClickedQueries.Addresses, _ writer: FeatureWriter
  ) {
    let (slots, termWeights) = (scratch.slots.baseAddress!, titles.weights.unsafeBaseAddress)
    var inClicks: UInt32 = 0
    var (nearest, nearness, weights, same): (Float, Float, Float, Float) = (0, 0, 0, 0)
    for entry in Int(clicked.offsets[product])..<Int(clicked.offsets[product + 1]) {
      let terms = Int(clicked.termOffsets[entry])..<Int(clicked.termOffsets[entry + 1])
      var dot: Float = 0
      for place in terms {
        let term = Int(clicked.terms[place])
        let slot = slots[term]
        if slot > 0 {
          inClicks |= 1 << UInt32(slot - 1)
          dot += termWeights[term] * termWeights[term]
        }
      }
      weights += clicked.weights[entry]
      if dot == 0 { continue }
      let cosine = min(1, dot / (clicked.lengths[entry] * facts.length))
      nearest = max(nearest, cosine)
      nearness += clicked.weights[entry] * cosine
      if cosine > 0.999, terms.count == facts.count { same += clicked.weights[entry] }
    }
    var (clickWeight, eitherWeight): (Float, Float) = (0, 0)
    for (place, word) in scratch.query.words.enumerated() {
      let bit: UInt32 = 1 << UInt32(place)
      if inClicks & bit != 0 { clickWeight += word.weight }
      if (inClicks | inTitle) & bit != 0 { eitherWeight += word.weight }
    }
    writer[.titleOrClickShare] = eitherWeight / facts.weight
    writer[.clickShare] = clickWeight / facts.weight
    writer[.nearestQuery] = nearest
    writer[.meanNearness] = weights > 0 ? nearness / weights : 0
    if same > 0 { writer[.sameQuery] = log1p(same) }
    let total = clicked.totals[product]
    if total > 0 { writer[.clicks] = log1p(total) }
  }
}

extension LexicalCorpus {
  /// The fields of a product that hold a term, as bits by their places.
  ///
  /// - Complexity: O(log words of the product)
  func fields(of product: Int, holding term: Int) -> UInt32 {
    let (start, end) = (wordOffsets[product], wordOffsets[product + 1])
    guard start <= end, end <= UInt64(words.count) else { return 0 }
    let wanted = UInt64(term) << 32
    var place = (Int(start)..<Int(end)).lowerBound { words[$0] >= wanted }
    var fields: UInt32 = 0
    while place < Int(end), words[place] >> 32 == UInt64(term) {
      fields |= 1 << UInt32(words[place] >> 24 & 0xFF & 31)
      place += 1
    }
    return fields
  }
}
