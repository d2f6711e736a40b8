public import DynamicChoice
internal import Learning
internal import LinearAlgebra

extension ChoicePanel {
  /// Problems that are listed before reading stops.
  private static let listedProblems = 20

  /// Reads a panel from CSV, gzip understood, with the columns of a layout; "-" is standard input.
  ///
  /// Columns may come in any order, others are ignored, rows may come in any order. A column `weight` is taken where there is
  /// one.
  ///
  /// - Throws: ``InvalidInput`` naming line, column, value and what is allowed, 20 problems at the most; ``FileError``,
  ///   ``FileFormatError`` of the file.
  /// - Complexity: O(bytes) where rows are sorted by customer and month
  public static func read(
    contentsOf path: String, layout: PanelLayout, allowsGaps: Bool = false
  ) throws -> ChoicePanel {
    try read(from: ByteSource(path: path), layout: layout, allowsGaps: allowsGaps)
  }

  /// Reads a panel from a source.
  ///
  /// - Throws: ``InvalidInput``, ``FileError``, ``FileFormatError``.
  public static func read(
    from source: ByteSource, layout: PanelLayout, allowsGaps: Bool = false
  ) throws -> ChoicePanel {
    let parser = PanelParser(layout, source.name)
    let reader = DelimitedReader(source, separator: 0x2C, maximumBytes: 1 << 20)
    try parser.readHeader(reader)
    while let row = try reader.next() {
      switch row {
      case .fields: parser.readRow(reader)
      case .rejected(let reason): parser.fail(reader.number, "row", reason, "a row of CSV")
      }
      if parser.problems.all.count >= listedProblems { break }
    }
    try parser.problems.throwIfAny()
    return try ChoicePanel(parser.finish(), allowsGaps: allowsGaps)
  }
}

/// Turns rows of text into codes.
///
/// A class, as closures that call methods of a struct copy all of its arrays: that took three fifths of the time.
private final class PanelParser {
  let layout: PanelLayout
  let name: String
  var problems = Violations()
  private var rows: PanelRows
  private var fieldCount = 0
  private var customer = 0
  private var time = 0
  private var action = 0
  private var weight: Int?
  private var states: [Int] = []
  private var segment: Int?
  private var segmentCodes: [String: Int32] = [:]
  private var hasTooManySegments = false
  private var actionTexts: [(bytes: [UInt8], code: Int32)]
  private var stateTexts: [[[UInt8]]]
  private var customers: [String: Int32] = [:]
  private var names: [String] = []
  private var lastName: [UInt8] = []
  private var lastCustomer: Int32 = -1

  init(_ layout: PanelLayout, _ name: String) {
    (self.layout, self.name) = (layout, name)
    rows = PanelRows(stateColumns: layout.states.count)
    rows.source = name
    actionTexts = layout.actions.enumerated().flatMap { code, texts in
      texts.map { (Array($0.utf8), Int32(code)) }
    }
    if layout.allowsLocked { actionTexts.append((Array("locked".utf8), PanelRows.locked)) }
    stateTexts = layout.states.map { column in
      if case .names(let names) = column.content { names.map { Array($0.utf8) } } else { [] }
    }
  }

  /// Segments that customers are divided into at the most.
  private static let largestSegmentCount = 100

  func fail(_ line: Int, _ column: String, _ given: String, _ expected: String) {
    problems.require(false, "\(name), line \(line), \(column)", given: given, expected: expected)
  }

  func readHeader(_ reader: DelimitedReader) throws {
    guard case .fields? = try reader.next() else {
      throw InvalidInput(name, given: "no header", expected: "a header line and rows")
    }
    let titles = (0..<reader.fieldCount).map { reader.withField($0) { $0.trimmed.text } }
    fieldCount = titles.count
    func place(_ title: String, _ problems: inout Violations) -> Int {
      let places = titles.indices.filter { titles[$0] == title }
      problems.require(
        places.count == 1, "\(name), header",
        given: places.isEmpty
          ? "no column \(title) among \(titles.prefix(40).joined(separator: ", "))" : "column \(title) twice",
        expected: "one column \(title)")
      return places.first ?? 0
    }
    customer = place(layout.customer, &problems)
    time = place(layout.time, &problems)
    action = place(layout.action, &problems)
    for column in layout.states { states.append(place(column.name, &problems)) }
    if let title = layout.segment { segment = place(title, &problems) }
    weight = titles.firstIndex(of: "weight")
    try problems.throwIfAny()
  }

  func readRow(_ reader: DelimitedReader) {
    let line = reader.number
    guard reader.fieldCount == fieldCount else {
      return fail(line, "row", "\(reader.fieldCount) fields", "\(fieldCount) as in the header")
    }
    let before = problems.all.count
    let month = reader.withField(time) { $0.integer }
    if month.map({ abs($0) > 1_000_000 }) ?? true {
      fail(line, layout.time, shown(reader, time), "an integer from -1000000 to 1000000")
    }
    let choice = reader.withField(action) { bytes -> Int32? in
      let text = bytes.trimmed
      return actionTexts.first { text.elementsEqual($0.bytes) }?.code
    }
    if choice == nil {
      let allowed = layout.actions.map { $0[0] } + (layout.allowsLocked ? ["locked"] : [])
      fail(line, layout.action, shown(reader, action), "one of \(allowed.joined(separator: ", "))")
    }
    for (place, column) in layout.states.enumerated() {
      let level = reader.withField(states[place]) { code(of: $0.trimmed, place, column) }
      if level == nil { fail(line, column.name, shown(reader, states[place]), column.allowed) }
      rows.states[place].append(level ?? 0)
    }
    if let weight {
      let number = reader.withField(weight) { $0.decimal }
      if number.map({ $0 < 0 }) ?? true { fail(line, "weight", shown(reader, weight), "a number, 0 or more") }
      rows.weights.append(number ?? 0)
    }
    if let segment {
      let text = reader.withField(segment) { $0.trimmed.text }
      let code = segmentCodes[text] ?? Int32(clamping: segmentCodes.count)
      if segmentCodes.count < Self.largestSegmentCount { segmentCodes[text] = code }
      if code >= Self.largestSegmentCount {
        if !hasTooManySegments {
          fail(
            line, layout.segment ?? "", "more than \(Self.largestSegmentCount) different values",
            "a column that divides the customers into at most \(Self.largestSegmentCount) segments")
        }
        hasTooManySegments = true
      }
      rows.segments.append(code)
    }
    rows.customers.append(customerCode(reader))
    rows.months.append(Int32(clamping: month ?? 0))
    rows.actions.append(choice ?? 0)
    rows.lines.append(Int32(clamping: line))
    if problems.all.count > before + 5 { problems = Violations(Array(problems.all.prefix(before + 5))) }
  }

  private func code(of text: UnsafeRawBufferPointer, _ place: Int, _ column: PanelLayout.Column) -> Int32? {
    switch column.content {
    case .names: return stateTexts[place].firstIndex { text.elementsEqual($0) }.map(Int32.init)
    case .integers(let range):
      // One digit is what most levels are.
      if text.count == 1, (0x30...0x39).contains(text[0]) {
        let value = Int(text[0]) - 0x30
        return range.contains(value) ? Int32(value - range.lowerBound) : nil
      }
      return text.decimal.flatMap { column.code(of: $0) }
    case .values, .cuts: return text.decimal.flatMap { column.code(of: $0) }
    }
  }

  private func customerCode(_ reader: DelimitedReader) -> Int32 {
    reader.withField(customer) { bytes -> Int32 in
      if lastCustomer >= 0, bytes.elementsEqual(lastName) { return lastCustomer }
      let text = bytes.text
      let code = customers[text] ?? Int32(clamping: names.count)
      if code == names.count {
        customers[text] = code
        names.append(text)
      }
      (lastName, lastCustomer) = (Array(bytes), code)
      return code
    }
  }

  private func shown(_ reader: DelimitedReader, _ field: Int) -> String {
    reader.withField(field) { bytes -> String in
      let text = bytes.trimmed
      if text.isEmpty { return "nothing" }
      let shown = text.prefix(40).map { (0x20...0x7E).contains($0) ? Character(Unicode.Scalar($0)) : "?" }
      return String(shown) + (text.count > 40 ? "..." : "")
    }
  }

  /// The rows with customers numbered by name, so that the order of the file leaves no trace.
  func finish() -> PanelRows {
    // Shorter names first, so that numbers stand in their order and an ordered file need not be sorted.
    let order = names.indices.sorted { a, b in
      let (left, right) = (names[a].utf8.count, names[b].utf8.count)
      return left != right ? left < right : names[a] < names[b]
    }
    var rank = [Int32](repeating: 0, count: names.count)
    for (place, code) in order.enumerated() { rank[code] = Int32(place) }
    let segments = segmentCodes.keys.sorted()
    var place = [Int32](repeating: 0, count: segments.count)
    for (rank, name) in segments.enumerated() { place[Int(segmentCodes[name] ?? 0)] = Int32(rank) }
    rows.segmentNames = segments
    for row in rows.segments.indices { rows.segments[row] = place[Int(rows.segments[row])] }
    for row in rows.customers.indices { rows.customers[row] = rank[Int(rows.customers[row])] }
    return rows
  }
}
