internal import DynamicChoice
internal import Glibc
internal import Learning
internal import LinearAlgebra
internal import Probability
internal import StoreData

/// Entry of airlines into city pairs, 2013 to 2015. The capacity of the next year would tell the label and is never read.
struct AirlineEntry {
  private struct Year {
    /// n x 12 columns: nine, then log flights and the logs of both populations.
    var states: DoubleMatrix
    var carriers: [Int]
    var segments: [Int]
    var labels: [Int32]

    func rows(_ places: [Int], _ matrix: DoubleMatrix) -> DoubleMatrix {
      var result = DoubleMatrix(rows: places.count, columns: matrix.columns)
      result.values = places.flatMap { matrix.row($0) }
      return result
    }
  }

  private static let columns = [
    "Dist", "Dist_sq", "ln2002pssgrdens", "seg_entry_t", "nonstop_comps", "orig_share", "dest_share",
    "any_origin",
    "any_dest",
  ]
  /// Pairs of columns whose products are the crossed form: present service with five others, both shares, both presences.
  private static let crossed = [(3, 0), (3, 2), (3, 4), (3, 5), (3, 6), (5, 6), (7, 8)]
  private static let ridges: [Double?] = [0.3, 1, 3, 10, 30]

  private let years: [Year]

  init(folder: String) throws {
    years = try [2013, 2014, 2015].map { year in
      let titles =
        Self.columns + ["scheduled_flights", "pop_origin", "pop_dest", "CarrID", "Segid", "seg_entry_tplus1"]
      let table = try NumberTable(contentsOf: "\(folder)/airline\(year).csv.gz", columns: titles)
      func column(_ name: String) -> [Double] { table.columns[name] ?? [] }
      func logs(_ name: String) -> [Double] {
        let values = column(name).map { log($0) }
        let known = values.filter { !$0.isNaN }
        let mean = known.reduce(0, +) / Double(max(1, known.count))
        return values.map { $0.isNaN ? mean : $0 }
      }
      let all =
        Self.columns.map(column) + [
          column("scheduled_flights").map { log1p($0) }, logs("pop_origin"), logs("pop_dest"),
        ]
      var states = DoubleMatrix(rows: table.count, columns: all.count)
      for (k, values) in all.enumerated() { for row in 0..<table.count { states[row, k] = values[row] } }
      return Year(
        states: states, carriers: column("CarrID").map { Int($0) }, segments: column("Segid").map { Int($0) },
        labels: column("seg_entry_tplus1").map { Int32($0) })
    }
  }

  /// A form of the utilities: which columns, whether products of them, and the ridge towards the pooled fit; nil for spreads
  /// of the carriers that are learned column by column.
  private struct Form {
    let isWide, isCrossed: Bool
    let ridge: Double?
  }

  /// Means and deviations of the columns of some rows.
  private struct Standardiser {
    let mean, deviation: [Double]

    init(_ matrix: DoubleMatrix) {
      let count = Double(matrix.rows)
      var (mean, deviation) = ([Double](), [Double]())
      for k in 0..<matrix.columns {
        let m = (0..<matrix.rows).reduce(0) { $0 + matrix[$1, k] } / count
        mean.append(m)
        deviation.append(
          ((0..<matrix.rows).reduce(0) { $0 + (matrix[$1, k] - m) * (matrix[$1, k] - m) } / count)
            .squareRoot() + 1e-9)
      }
      (self.mean, self.deviation) = (mean, deviation)
    }

    /// 1, the standardised columns, and products of pairs of them.
    func design(_ matrix: DoubleMatrix, crossed: [(Int, Int)]) -> DoubleMatrix {
      let width = 1 + matrix.columns + crossed.count
      var result = DoubleMatrix(rows: matrix.rows, columns: width)
      for row in 0..<matrix.rows {
        let z = (0..<matrix.columns).map { (matrix[row, $0] - mean[$0]) / deviation[$0] }
        result[row, 0] = 1
        for (k, value) in z.enumerated() { result[row, 1 + k] = value }
        for (k, pair) in crossed.enumerated() { result[row, 1 + z.count + k] = z[pair.0] * z[pair.1] }
      }
      return result
    }
  }

  private func states(_ year: Int, wide: Bool) -> DoubleMatrix {
    if wide { return years[year].states }
    var narrow = DoubleMatrix(rows: years[year].states.rows, columns: Self.columns.count)
    for row in 0..<narrow.rows { for k in 0..<narrow.columns { narrow[row, k] = years[year].states[row, k] } }
    return narrow
  }

  private static func counts(_ labels: [Int32]) -> DoubleMatrix {
    var counts = DoubleMatrix(rows: labels.count, columns: 2)
    for (row, label) in labels.enumerated() { counts[row, Int(label)] = 1 }
    return counts
  }

  /// Mean over carriers of the log-likelihood of a decision of a year, fitted on years before.
  private func logLikelihood(_ form: Form, training: [Int], test: Int) -> (model: Double, base: Double) {
    let parts = training.map { states($0, wide: form.isWide) }
    var all = DoubleMatrix(rows: parts.reduce(0) { $0 + $1.rows }, columns: parts[0].columns)
    all.values = parts.flatMap(\.values)
    let labels = training.flatMap { years[$0].labels }
    let carriers = training.flatMap { years[$0].carriers }
    let standard = Standardiser(all)
    let pairs = form.isCrossed ? Self.crossed : []
    let design = standard.design(all, crossed: pairs)
    let groups = (1...12).map { carrier -> (design: DoubleMatrix, counts: DoubleMatrix) in
      let rows = carriers.indices.filter { carriers[$0] == carrier }
      return (years[0].rows(rows, design), Self.counts(rows.map { labels[$0] }))
    }
    let logits = Self.logits(groups, design, Self.counts(labels), ridge: form.ridge)
    let testDesign = standard.design(states(test, wide: form.isWide), crossed: pairs)
    var (sum, base) = (0.0, 0.0)
    for carrier in 1...12 {
      let held = years[test].carriers.indices.filter { years[test].carriers[$0] == carrier }
      let predicted = logits[carrier - 1].logPolicy(years[test].rows(held, testDesign))
      sum +=
        held.indices.reduce(0) { $0 + predicted[$1, Int(years[test].labels[held[$1]])] } / Double(held.count)
      let chosen = groups[carrier - 1].counts
      let entries = (0..<chosen.rows).reduce(0) { $0 + chosen[$1, 1] }
      let share = min(max(entries / Double(chosen.rows), 1e-6), 1 - 1e-6)
      base +=
        held.reduce(0) { $0 + (years[test].labels[$1] == 1 ? log(share) : log(1 - share)) }
        / Double(held.count)
    }
    return (sum / 12, base / 12)
  }

  /// A logit for each carrier, shrunk to what they have in common.
  private static func logits(
    _ groups: [(design: DoubleMatrix, counts: DoubleMatrix)], _ design: DoubleMatrix, _ counts: DoubleMatrix,
    ridge: Double?
  ) -> [MultinomialLogit] {
    guard let ridge else { return SharedLogits(groups).logits }
    let penalty = [Double](repeating: ridge, count: design.columns)
    let pooled = MultinomialLogit(design: design, counts: counts, ridge: penalty)
    return groups.map {
      MultinomialLogit(design: $0.design, counts: $0.counts, ridge: penalty, center: pooled.coefficients)
    }
  }

  func addLikelihood(isWide: Bool, to figures: inout BenchFigures) throws {
    let key = isWide ? "12" : "9"
    var best: (form: Form, value: Double)?
    for isCrossed in [false, true] {
      for ridge in Self.ridges + [nil] {
        let form = Form(isWide: isWide, isCrossed: isCrossed, ridge: ridge)
        let value = logLikelihood(form, training: [0], test: 1).model
        if best.map({ value > $0.value }) ?? true { best = (form, value) }
      }
    }
    guard let best else { return }
    let found = logLikelihood(best.form, training: [0, 1], test: 2)
    figures["ll_\(key)"] = found.model
    figures["validation_\(key)"] = best.value
    // Left out where the spreads of the carriers were learned.
    figures["ridge_\(key)"] = best.form.ridge
    figures["crossed_\(key)"] = best.form.isCrossed ? 1 : 0
    figures["ll_base"] = found.base
  }

  /// How the reward of serving answers to serving already, carrier by carrier.
  func addSlopes(draws: Int, to figures: inout BenchFigures, _ execution: Execution) throws {
    var (positive, intervals, unknown) = (0, 0, 0)
    for carrier in 1...12 {
      try execution.cancellation.check()
      let places = years[0].carriers.indices.filter { years[0].carriers[$0] == carrier }
      let next = years.map { year in
        Dictionary(
          uniqueKeysWithValues: year.carriers.indices.filter { year.carriers[$0] == carrier }.map {
            (year.segments[$0], $0)
          })
      }
      // The state of a year's row, and of the same pair a year later.
      let moves = (0..<2).flatMap { year in
        places.compactMap { row -> (year: Int, from: Int, to: Int)? in
          let segment = years[0].segments[row]
          guard let from = next[year][segment], let to = next[year + 1][segment] else { return nil }
          return (year, from, to)
        }
      }
      let actions = moves.map { years[$0.year].labels[$0.from] }
      guard actions.contains(1), actions.contains(0) else {
        unknown += 1
        continue
      }
      guard let slope = try slope(moves, actions) else { continue }
      if slope > 0 { positive += 1 }
      var generator = SeededGenerator(seed: 1, stream: UInt64(carrier))
      var found: [Double] = []
      for _ in 0..<draws {
        // Whole city pairs are drawn: both years of a pair together.
        let drawn = (0..<places.count).flatMap { _ -> [Int] in
          let place = generator.integer(below: places.count)
          return [place, place + places.count].filter { $0 < moves.count }
        }
        if let value = try self.slope(drawn.map { moves[$0] }, drawn.map { actions[$0] }) {
          found.append(value)
        }
      }
      found.sort()
      if let low = found.dropFirst(Int(0.025 * Double(found.count))).first, low > 0 { intervals += 1 }
    }
    (figures["positive_slopes"], figures["interval_positive"]) = (Double(positive), Double(intervals))
    figures["not_identified"] = Double(unknown)
  }

  private func slope(_ moves: [(year: Int, from: Int, to: Int)], _ actions: [Int32]) throws -> Double? {
    guard actions.contains(1), actions.contains(0) else { return nil }
    func matrix(_ pick: (Int) -> (Int, Int)) -> DoubleMatrix {
      var result = DoubleMatrix(rows: moves.count, columns: 12)
      result.values = moves.indices.flatMap { years[pick($0).0].states.row(pick($0).1) }
      return result
    }
    let now = matrix { (moves[$0].year, moves[$0].from) }
    let later = matrix { (moves[$0].year + 1, moves[$0].to) }
    let standard = Standardiser(now)
    let none = DoubleMatrix(rows: moves.count, columns: 0)
    var recipe = SieveReward()
    (recipe.discount, recipe.declaredRidge) = (0.9, 1)
    let model = try recipe.fit(
      ChoiceRows(
        declared: standard.design(now, crossed: []), declaredNext: standard.design(later, crossed: []),
        variables: none, variablesNext: none, actions: actions, actionCount: 2), on: Execution(threads: 1))
    // Rewards are linear in the columns: the difference between serving and not, all else at its mean.
    let rewards = try [0.0, 1.0].map { serving -> Double in
      var state = [Double](repeating: 0, count: 13)
      (state[0], state[4]) = (1, (serving - standard.mean[3]) / standard.deviation[3])
      return try model.predict(.init(declared: state, variables: []))[1]
    }
    return rewards[1] - rewards[0]
  }
}
