internal import Glibc
internal import LinearAlgebra

/// Monthly odometer readings of buses and the replacements of their engines: the panel of Rust (1987).
///
/// Mileage is counted from the last replacement and binned; the decision month is the last reading below the odometer of the
/// replacement; the first month of each bus is dropped; the increment of the month after a replacement is the new mileage
/// over the width, rounded up.
public struct BusPanel: Sendable {
  /// Bin of the mileage, one a month and bus.
  public private(set) var bins: [Int32] = []

  /// 1 where the engine was replaced in that month, else 0.
  public private(set) var replaced: [Int32] = []

  /// Bins that the mileage grew by since the month before.
  public private(set) var increments: [Int] = []

  /// A file of one group of buses: a matrix stacked column by column, one column a bus, of 11 lines about the bus and then
  /// its readings.
  public struct Group: Sendable {
    /// The file's name.
    public let file: String
    /// Lines of a bus.
    public let rows: Int
    /// Buses.
    public let buses: Int
  }

  /// The groups 1 to 4 of the published tables.
  public static let groups = [
    Group(file: "g870.asc", rows: 36, buses: 15), Group(file: "rt50.asc", rows: 60, buses: 4),
    Group(file: "t8h203.asc", rows: 81, buses: 48), Group(file: "a530875.asc", rows: 128, buses: 37),
  ]

  /// Reads groups, numbered from 1, with bins of a width in miles.
  ///
  /// - Throws: ``FileError``, ``FileFormatError`` when a file does not hold its group.
  public init(folder: String, groups: [Int], width: Double) throws {
    for number in groups {
      let group = Self.groups[number - 1]
      let path = "\(folder)/\(group.file)"
      let text = try MappedFile(path: path).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      guard numbers.count == group.rows * group.buses else {
        throw FileFormatError(
          path: path, given: "\(numbers.count) numbers", expected: "\(group.rows) x \(group.buses)",
          advice: "Take the file as it was published.")
      }
      for bus in 0..<group.buses {
        add(Array(numbers[bus * group.rows..<(bus + 1) * group.rows]), width)
      }
    }
  }

  private mutating func add(_ bus: [Double], _ width: Double) {
    var odometer = Array(bus[11...])
    let (first, second) = (bus[5], bus[8])
    var decisions: [Int] = []
    if first > 0 {
      decisions.append(odometer.lastIndex { $0 < first } ?? 0)
      if second > 0 {
        odometer = odometer.map { $0 > first && $0 < second ? $0 - first : $0 }
        decisions.append(odometer.lastIndex { $0 < second } ?? 0)
        odometer = odometer.map { $0 > second ? $0 - second : $0 }
      } else {
        odometer = odometer.map { $0 > first ? $0 - first : $0 }
      }
    }
    let cells = odometer.map { Int($0 / width) }
    for month in 1..<odometer.count {
      bins.append(Int32(cells[month]))
      replaced.append(decisions.contains(month) ? 1 : 0)
      let grown =
        decisions.contains(month - 1)
        ? Int((odometer[month] / width).rounded(.up)) : cells[month] - cells[month - 1]
      increments.append(max(0, grown))
    }
  }

  /// How often each increment was seen.
  public var incrementCounts: [Double] {
    var counts = [Double](repeating: 0, count: (increments.max() ?? 0) + 1)
    for increment in increments { counts[increment] += 1 }
    return counts
  }

  /// The log-likelihood of the increments under their own shares.
  public var incrementLogLikelihood: Double {
    let counts = incrementCounts
    let total = counts.reduce(0, +)
    return counts.reduce(0) { $1 > 0 ? $0 + $1 * log($1 / total) : $0 }
  }
}
