/// Which columns of a table make a panel, and what their texts mean.
public struct PanelLayout: Sendable, Equatable {
  /// A column of the state.
  public struct Column: Sendable, Equatable {
    /// What the column's texts are.
    public enum Content: Sendable, Equatable {
      /// One of these names.
      case names([String])
      /// A whole number in a range.
      case integers(ClosedRange<Int>)
      /// One of these numbers.
      case values([Double])
      /// Any number, binned by ascending cuts.
      case cuts([Double])
    }

    /// The column's title.
    public let name: String
    /// What its texts are.
    public let content: Content

    /// Creates a column.
    public init(name: String, content: Content) { (self.name, self.content) = (name, content) }

    /// Number of codes.
    public var levels: Int {
      switch content {
      case .names(let names): names.count
      case .integers(let range): range.count
      case .values(let values): values.count
      case .cuts(let cuts): cuts.count + 1
      }
    }

    /// What is allowed, for messages.
    public var allowed: String {
      switch content {
      case .names(let names): "one of \(names.joined(separator: ", "))"
      case .integers(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
      case .values(let values): "one of \(values.map { "\($0)" }.joined(separator: ", "))"
      case .cuts: "a number"
      }
    }

    /// The code of a number; nil where it is not allowed.
    public func code(of number: Double) -> Int32? {
      switch content {
      case .names: nil
      case .integers(let range):
        Int(exactly: number).flatMap { range.contains($0) ? Int32($0 - range.lowerBound) : nil }
      case .values(let values): values.firstIndex(of: number).map(Int32.init)
      case .cuts(let cuts): number.isNaN ? nil : Int32(cuts.count { $0 <= number })
      }
    }

    /// The number that a code stands for.
    public func number(of code: Int) -> Double {
      switch content {
      case .names, .cuts: Double(code)
      case .integers(let range): Double(range.lowerBound + code)
      case .values(let values): values[code]
      }
    }
  }

  /// Title of the column that names the customer.
  public let customer: String
  /// Title of the column of the month.
  public let time: String
  /// Title of the column of the action.
  public let action: String
  /// The columns of the state.
  public let states: [Column]
  /// The texts of each action.
  public let actions: [[String]]
  /// Whether rows may be "locked" in a running plan.
  public let allowsLocked: Bool
  /// Title of a column that divides the customers; nil where none does.
  public var segment: String?
}
