internal import Learning
internal import LinearAlgebra
public import PolicyEvaluation

/// The item table of the Open Bandit Dataset: what is known of each item, in the order of `item_id`.
///
/// Y. Saito et al.: "Open Bandit Dataset and Pipeline", NeurIPS Datasets and Benchmarks 2021.
public struct OpenBanditItems: Sendable, Equatable {
  /// The items' features; item i is number i of the list.
  public let items: [Action]

  /// Reads a table with the columns `item_id` and `item_feature_...`.
  ///
  /// - Throws: ``FileError``, ``FileFormatError``; ``InvalidInput`` when ids are not 0, 1, 2, ...
  public init(from source: ByteSource) throws {
    let name = source.name
    let rows = DelimitedReader(source, separator: 0x2C, maximumBytes: 1 << 20)
    let header = try rows.header()
    guard let id = header.firstIndex(of: "item_id") else {
      throw FileFormatError(
        path: name, place: "line 1", given: "no column item_id", expected: "an item table",
        advice: "Name the item table that belongs to the log.")
    }
    let wanted = header.indices.filter { header[$0].hasPrefix("item_feature_") }
    var items: [Int: Action] = [:]
    while let row = try rows.next() {
      guard case .fields = row, rows.fieldCount == header.count,
        let number = rows.withField(id, { $0.integer }), items[number] == nil
      else {
        throw FileFormatError(
          path: name, place: "line \(rows.number)", given: "a row that does not fit the header",
          expected: "one row for each item", advice: "Fetch the table again.")
      }
      items[number] = Action(
        String(number), features: wanted.map { column in rows.feature(header[column], column) })
    }
    guard let largest = items.keys.max(), largest == items.count - 1, items.keys.min() == 0 else {
      throw InvalidInput(
        name, given: "\(items.count) items up to \(items.keys.max() ?? 0)",
        expected: "the ids 0, 1, 2, ... without gaps")
    }
    self.items = (0...largest).map { items[$0]! }
  }
}

extension DecisionLog {
  static func readOpenBandit(
    from source: ByteSource, items: OpenBanditItems?, options: ReadOptions
  ) throws -> (value: DecisionLog, report: ReadReport) {
    let lines = try LineImport(source, options)
    let rows = DelimitedReader(source, separator: 0x2C, maximumBytes: options.maximumLineBytes)
    let header = try rows.header()
    let columns = try OpenBanditColumns(header, source.name)
    let count = columns.affinities.count
    if let items, items.items.count != count {
      throw InvalidInput(
        source.name, given: "\(count) items, by its columns user-item_affinity",
        expected: "\(items.items.count) as the item table has")
    }
    let actions = items?.items ?? (0..<count).map { Action(String($0)) }
    var log = DecisionLog()
    while let row = try rows.next() {
      try lines.tick(rows.number)
      let number = rows.number
      if case .rejected(let reason) = row {
        try rows.withRow { try lines.reject(number, reason, $0) }
        continue
      }
      try rows.withRow { bytes in
        try lines.accept(number, bytes) {
          guard rows.fieldCount == header.count else {
            throw Rejection(
              "row", given: "\(rows.fieldCount) fields", expected: "\(header.count) as the header")
          }
          log.append(try columns.decision(rows, header, actions))
        }
      }
    }
    return (log, try lines.finish())
  }
}

/// Where the columns of a log lie.
private struct OpenBanditColumns {
  let item, position, click, propensity: Int
  let time: Int?
  let user: [Int]
  let affinities: [Int]

  init(_ header: [String], _ path: String) throws {
    func column(_ name: String) throws -> Int {
      guard let place = header.firstIndex(of: name) else {
        throw FileFormatError(
          path: path, place: "line 1", given: "no column \(name)",
          expected: "a log of the Open Bandit Dataset",
          advice: "Name the file all.csv of a policy and campaign.")
      }
      return place
    }
    item = try column("item_id")
    position = try column("position")
    click = try column("click")
    propensity = try column("propensity_score")
    time = header.firstIndex(of: "timestamp")
    user = header.indices.filter { header[$0].hasPrefix("user_feature_") }
    affinities = header.indices.filter { header[$0].hasPrefix("user-item_affinity_") }
    _ = try column("user-item_affinity_0")
  }

  func decision(
    _ rows: DelimitedReader, _ header: [String], _ actions: [Action]
  ) throws(Rejection) -> LoggedDecision {
    func whole(_ column: Int, _ range: ClosedRange<Int>) throws(Rejection) -> Int {
      guard let value = rows.withField(column, { $0.integer }), range.contains(value) else {
        throw Rejection(
          header[column], given: "another text", expected: "\(range.lowerBound) to \(range.upperBound)")
      }
      return value
    }
    let item = try whole(item, 0...actions.count - 1)
    guard let propensity = rows.withField(propensity, { $0.decimal }) else {
      throw Rejection("propensity_score", given: "a text that is not a number", expected: "a number")
    }
    var context = user.map { rows.feature(header[$0], $0) }
    for column in affinities {
      if let value = rows.withField(column, { $0.decimal }), value != 0 {
        context.append(Feature(header[column], .number(value)))
      }
    }
    var decision = LoggedDecision(
      situation: Situation(context: context, actions: actions, slot: try whole(position, 1...1000)),
      chosen: item, propensity: propensity, reward: Double(try whole(click, 0...1)))
    decision.time = time.flatMap { rows.withField($0) { Timestamp($0)?.milliseconds } }
    return decision
  }
}

extension DelimitedReader {
  /// The names of the first row.
  fileprivate func header() throws -> [String] {
    guard case .fields? = try next() else { return [] }
    return (0..<fieldCount).map { column in withField(column) { $0.trimmed.text } }
  }

  /// A number, or the text as a category.
  fileprivate func feature(_ name: String, _ column: Int) -> Feature {
    withField(column) { bytes in
      // Hashes can look like numbers with an exponent.
      if bytes.count < 32, let number = bytes.decimal { return Feature(name, .number(number)) }
      return Feature(name, .category(bytes.text))
    }
  }
}
