internal import QueryCompletion
internal import StoreData

extension CompletionBenchmark {
  /// What a cap for each category costs and gives where one or two characters are typed: MRR@10 and how many heads are
  /// among the first ten. The head of a text is the name of a category in it, else its last word.
  func measureDiversity(_ catalogue: String, _ figures: inout BenchFigures) throws {
    let products = try Catalogue.read(contentsOf: catalogue).value.products
    let titles = products.map { CatalogueTitle($0.title, category: $0.category.joined(separator: " > ")) }
    let names = Set(products.compactMap(\.category.last)).sorted { ($1.count, $0) < ($0.count, $1) }
    var heads: [String: String] = [:]
    func head(_ text: String) -> String {
      if let known = heads[text] { return known }
      let found =
        names.first { text.contains($0) || text.contains($0.hasSuffix("s") ? String($0.dropLast()) : $0) }
        ?? text.split(separator: " ").last.map { String($0) } ?? text
      heads[text] = found
      return found
    }
    let short = rows.filter { ($0.prefix ?? "").count <= 2 }
    for cap in [0, 2, 3] {
      var recipe = model.recipe
      recipe.capPerCategory = cap
      let capped = try recipe.fit(
        CompletionData(training: pairs.training, validation: pairs.validation, titles: titles), on: execution)
      var lists: [[String]] = []
      for row in short {
        var request = CompletionRequest(row.prefix ?? "", after: row.history)
        request.tiers = [.exact]
        lists.append(capped.complete(request).texts)
      }
      let judged = CompletionEvaluation(short, lists: lists, known: pairs.known)
      figures["mrr_short_cap\(cap)"] = judged.mean(.all).reciprocalRank
      figures["heads_short_cap\(cap)"] =
        Double(lists.reduce(0) { $0 + Set($1.map(head)).count }) / Double(max(1, lists.count))
      figures["mrr_cap\(cap)"] = evaluation(of: capped, [.exact]).mean(.all).reciprocalRank
      figures["bytes_per_label_catalogue"] = capped.bytesPerLabel
    }
  }
}
